// dockerd with all it has below one folder; it starts containerd itself.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { registryAddress } from './registry.mjs';
import { lastLines } from './run.mjs';
import { waitFor } from './wait.mjs';

/** @returns {Promise<{ version: string }>} what the engine says of itself */
export async function startDaemon({ name, profile, programs, dir, startProgram, signal }) {
  const config = join(dir, 'daemon.json');
  const socket = join(dir, 'docker.sock');
  await mkdir(join(dir, 'plugins'));
  await writeFile(config, JSON.stringify(profile.daemon));
  const daemon = startProgram(
    join(programs, 'usr/sbin/dockerd'),
    [
      ...['--config-file', config],
      // /run is the namespace's own: what mounts /var/run/docker.sock finds this engine's.
      ...['--host', `unix://${socket}`, '--host', 'unix:///run/docker.sock'],
      ...['--data-root', join(dir, 'data'), '--exec-root', join(dir, 'exec'), '--pidfile', join(dir, 'docker.pid')],
      ...['--exec-opt', 'native.cgroupdriver=cgroupfs', '--cgroup-parent', `/${name}`],
      ...['--registry-mirror', `http://${registryAddress}`],
    ],
    daemonLog(dir),
  );

  const answers = async () => (await get(socket, '/_ping')) === 'OK';
  const up = await waitFor(async () => daemon.hasEnded() || (await answers()), { timeoutMs: 60_000, signal });
  if (!up || daemon.hasEnded()) {
    const what = daemon.hasEnded() ? 'has ended' : 'does not answer within a minute';
    throw new Error(`dockerd ${what}; the end of its log:\n${await daemonLogEnd(dir)}`);
  }
  return { version: JSON.parse(await get(socket, '/version')).Version };
}

const daemonLog = dir => join(dir, 'dockerd.log');

export const daemonLogEnd = async dir => lastLines(await readFile(daemonLog(dir), 'utf8').catch(() => '(no log)'), 40);

/** The body, or undefined if nothing answers. */
function get(socketPath, path) {
  return new Promise(resolve => {
    request({ socketPath, path, timeout: 5000 }, response => {
      let body = '';
      response.setEncoding('utf8').on('data', text => {
        body += text;
      });
      response.on('end', () => resolve(body));
    })
      .on('timeout', function abandon() {
        this.destroy();
      })
      .on('error', () => resolve(undefined))
      .end();
  });
}

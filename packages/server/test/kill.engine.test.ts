import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { docker, provided, pushToRegistry } from '../../../test/engine.ts';

const bin = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
const delivery = JSON.stringify({ push_data: { tag: 'latest' }, repository: { repo_name: 'acme/web' } });
const file = `
name: kill
services:
  web:
    image: acme/web:latest
    deploy:
      update_config:
        monitor: 1s
`;

let directory = '';
const servers: ChildProcess[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kill-'));
  await writeFile(join(directory, 'compose.yml'), file);
  await pushToRegistry('acme/web:latest', 'v1');
  await compose('up', '--detach', '--pull', 'always');
});
afterEach(async () => {
  for (const server of servers.splice(0)) server.kill('SIGKILL');
  await compose('down', '--timeout', '0', '--rmi', 'all');
  await rm(directory, { recursive: true });
});

const compose = async (...args: readonly string[]) =>
  await docker('compose', '--project-directory', directory, ...args);

/** The real program, and a function that waits for a line of its log. */
function serve() {
  const env = {
    ...process.env,
    OWNER: 'acme',
    GOPDATER_MERGE_QUIET: '0s',
    PORT: '0',
    HOST: '127.0.0.1',
    REGISTRY_MIRROR: `http://${provided('GOPDATER_REGISTRY')}`,
    GOPDATER_DATA: directory,
  };
  const child = spawn(process.execPath, [bin, 'serve'], { cwd: directory, env, stdio: ['ignore', 'pipe', 'inherit'] });
  servers.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    untilLine: async (pattern: RegExp): Promise<RegExpExecArray> => {
      const seen: string[] = [];
      for (let next = await lines.next(); !next.done; next = await lines.next()) {
        seen.push(next.value);
        const match = pattern.exec(next.value);
        if (match !== null) return match;
      }
      throw new Error(`The server ended before it printed ${pattern}:\n${seen.join('\n')}`);
    },
  };
}

test.each([
  ['the delivery was accepted', /Accepted a delivery/],
  ['the pull began', /Begins: pull/],
  ['the old image is kept', /Begins: keep/],
  ['the tag is moved', /Begins: tag/],
  ['the service is recreated', /Begins: recreate/],
  ['its health is awaited', /Begins: wait/],
])('killed with -9 when %s, the next start ends it', async (_, line) => {
  await pushToRegistry('acme/web:latest', 'v2');
  const first = serve();
  const [, url = ''] = await first.untilLine(/Listening on (http:\S+):/);
  expect((await fetch(url, { method: 'POST', body: delivery })).status).toBe(202);
  await first.untilLine(line);
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');

  const second = serve();
  await second.untilLine(/Taking up what was accepted before the last end: 1/);
  await second.untilLine(/^ +kill\/web: v1 → v2 /);
  const format = '{{.State.Running}} {{index .Config.Labels "org.opencontainers.image.version"}}';
  const ids = await compose('ps', '--all', '--quiet');
  expect(ids).not.toContain('\n');
  expect(await docker('inspect', '--format', format, ids)).toBe('true v2');
  await compose('up', '--detach');
  expect(await compose('ps', '--all', '--quiet')).toBe(ids);
  second.child.kill('SIGTERM');
  const [code] = await once(second.child, 'exit');
  expect(code).toBe(0);
});

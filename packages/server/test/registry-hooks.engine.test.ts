import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DeploymentReport, type Receiver, senders } from '@gopdater/core';
import { serve } from '@gopdater/server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pushToRegistry } from '../../../test/engine.ts';
import { createRealProject } from './real-project.ts';

const secret = 'a-secret-for-the-registry-to-send';
let directory = '';
let registry: ChildProcess | undefined;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hooks-'));
});
afterEach(async () => {
  registry?.kill('SIGKILL');
  await rm(directory, { recursive: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A registry that tells of all that is pushed and pulled. */
async function startRegistry(hookUrl: string): Promise<string> {
  const host = `127.0.0.1:${await freePort()}`;
  const endpoint = { name: 'gopdater', url: hookUrl, headers: { Authorization: [`Bearer ${secret}`] } };
  const config = {
    version: '0.1',
    log: { accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(directory, 'registry') } },
    http: { addr: host, host: `http://${host}` },
    notifications: { endpoints: [{ ...endpoint, timeout: '1s', threshold: 5, backoff: '1s' }] },
  };
  // JSON is YAML.
  await writeFile(join(directory, 'registry.yml'), JSON.stringify(config));
  registry = spawn('docker-registry', ['serve', join(directory, 'registry.yml')], { stdio: 'ignore' });
  const answers = async () =>
    await fetch(`http://${host}/v2/`).then(
      () => true,
      () => false,
    );
  await expect.poll(answers, { timeout: 20_000 }).toBe(true);
  return host;
}

test('a registry’s own notifications roll out what is pushed, and our pulls come back without a loop', async () => {
  const port = await freePort();
  const host = await startRegistry(`http://127.0.0.1:${port}/hooks/registry`);
  await pushToRegistry('acme/web:latest', 'v1', { registry: host });
  await using project = await createRealProject(
    `name: hooks\nservices:\n  web:\n    image: ${host}/acme/web:latest\n    labels: { gopdater.monitor: 1s }\n`,
  );
  const sender = senders.get('distribution');
  if (sender === undefined) throw new Error('There is no sender for a registry.');
  const receiver: Receiver = {
    ...{ name: 'registry', sender, options: {} },
    authentication: { kind: 'bearer', secrets: [secret] },
  };
  const reports: DeploymentReport[] = [];
  const logged: string[] = [];
  const say = (_: object, message: string) => void logged.push(message);
  const server = await serve(
    { owner: [], hookSecret: undefined, receivers: [receiver], host: '127.0.0.1', port },
    {
      ...project.parts,
      store: project.store,
      log: { error: say, warn: say, info: say, debug: say },
      onReport: report => reports.push(report),
    },
  );
  try {
    // What was pushed before comes now: the registry tries again.
    await expect.poll(() => reports.length, { timeout: 30_000 }).toBe(1);
    for (const version of ['v2', 'v3']) {
      const before = reports.length;
      await pushToRegistry('acme/web:latest', version, { registry: host });
      await expect.poll(() => reports.length, { timeout: 60_000 }).toBe(before + 1);
      expect(await project.running()).toMatchObject([{ version }]);
    }
    expect(reports.map(({ outcome }) => outcome)).toEqual(['up-to-date', 'updated', 'updated']);
    expect(logged.filter(line => line.includes('the event is no push')).length).toBeGreaterThan(0);
  } finally {
    await server.close();
  }
});

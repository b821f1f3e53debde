import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSqliteStore, deploy, formatReport, parseReference } from '@gopdater/core';
import { createParts, readConfig } from '@gopdater/server';
import { expect, test } from 'vitest';
import { docker, provided, pushToRegistry } from '../../../test/engine.ts';

const file = `
name: rollback
services:
  web:
    image: acme/web:latest
    deploy:
      update_config:
        monitor: 1s
    healthcheck:
      test: ["CMD", "/bin/busybox", "test", "-e", "/healthy"]
      interval: 200ms
      retries: 3
  worker:
    image: acme/web:latest
    deploy:
      update_config:
        monitor: 500ms
`;

async function createWorld() {
  const directory = await mkdtemp(join(tmpdir(), 'rollback-'));
  await writeFile(join(directory, 'compose.yml'), file);
  const compose = async (...args: readonly string[]) =>
    await docker('compose', '--project-directory', directory, ...args);
  await pushToRegistry('acme/web:latest', 'v1', { files: ['healthy'] });
  await compose('up', '--detach', '--pull', 'always', '--wait');
  const config = readConfig({
    ...process.env,
    REGISTRY_MIRROR: `http://${provided('GOPDATER_REGISTRY')}`,
    GOPDATER_COMPOSE_FILE: join(directory, 'compose.yml'),
  });
  const store = await createSqliteStore(join(directory, 'gopdater.db'));
  const parts = await createParts(config, { cwd: directory, program: [] });
  return {
    compose,
    /** @param afterUp  what happens between each “up” and the look at what it made */
    deploy: async (afterUp: (service: string | undefined) => Promise<void> = async () => {}) =>
      await deploy(
        { deliveryId: '1', image: parseReference('acme/web:latest') },
        {
          ...parts,
          blocked: store.blocked,
          compose: {
            ...parts.compose,
            up: async (project, services, options) => {
              const result = await parts.compose.up(project, services, options);
              await afterUp(services[0]);
              return result;
            },
          },
        },
      ),
    imageOf: async (service: string) =>
      await docker('inspect', '--format', '{{.Image}}', await compose('ps', '--quiet', service)),
    async [Symbol.asyncDispose]() {
      await store.close();
      await compose('down', '--timeout', '0', '--rmi', 'all');
      await rm(directory, { recursive: true });
    },
  };
}

test.each([
  ['is never healthy', { files: [] }, /web-1 is unhealthy/],
  [
    'exits at once',
    { command: ['/bin/busybox', 'sh', '-c', 'echo no database; exit 7'] },
    /web-1 (ended|crashed) with exit code 7.*\n +no database/,
  ],
])('a version that %s is rolled back, and “docker compose up -d” keeps the old one', async (_, options, detail) => {
  await using world = await createWorld();
  const v1 = await world.imageOf('web');
  await pushToRegistry('acme/web:latest', 'v2', options);
  const report = await world.deploy();
  expect(report, formatReport(report)).toMatchObject({
    outcome: 'rolled-back',
    services: [
      { service: 'web', outcome: 'rolled-back', detail: expect.stringMatching(detail) },
      { service: 'worker', outcome: 'not-run' },
    ],
  });
  expect(await world.imageOf('web')).toBe(v1);
  expect(await docker('image', 'inspect', '--format', '{{.Id}}', 'acme/web:latest')).toBe(v1);
  const ids = await world.compose('ps', '--quiet');
  await world.compose('up', '--detach');
  expect(await world.compose('ps', '--quiet')).toBe(ids);
  expect(await world.deploy()).toMatchObject({
    outcome: 'refused',
    services: [{ outcome: 'blocked' }, { outcome: 'blocked' }],
  });
  expect(await world.compose('ps', '--quiet')).toBe(ids);

  await pushToRegistry('acme/web:latest', 'v3', { files: ['healthy'] });
  const next = await world.deploy();
  expect(next, formatReport(next)).toMatchObject({ outcome: 'updated' });
  expect(await world.imageOf('web')).not.toBe(v1);
});

test('services that ran different images each get their own back; a version whose container was killed is not blocked', async () => {
  await using world = await createWorld();
  const v1 = await world.imageOf('worker');
  await pushToRegistry('acme/web:latest', 'v1.5', { files: ['healthy'] });
  await world.compose('up', '--detach', '--pull', 'always', '--wait', '--no-deps', 'web');
  const v15 = await world.imageOf('web');
  expect(v15).not.toBe(v1);
  await pushToRegistry('acme/web:latest', 'v2', { files: ['healthy'] });
  let kills = 0;
  const report = await world.deploy(async service => {
    if (service !== 'worker' || kills > 0) return;
    kills += 1;
    await docker('kill', await world.compose('ps', '--quiet', 'worker'));
  });
  expect(report, formatReport(report)).toMatchObject({
    outcome: 'rolled-back',
    services: [
      { service: 'web', outcome: 'rolled-back' },
      { service: 'worker', outcome: 'rolled-back', detail: expect.stringContaining('was stopped by somebody else') },
    ],
    warnings: [expect.stringContaining('run different images')],
  });
  expect([await world.imageOf('web'), await world.imageOf('worker')]).toEqual([v15, v1]);
  expect(await docker('image', 'inspect', '--format', '{{.Id}}', 'acme/web:latest')).toBe(v15);
  const again = await world.deploy();
  expect(again, formatReport(again)).toMatchObject({ outcome: 'updated' });
});

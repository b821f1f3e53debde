import { statSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { docker, logsOf, provided, provideOwnImage, pushToRegistry } from '../../../test/engine.ts';

const socket = '/var/run/docker.sock';
const delivery = JSON.stringify({ push_data: { tag: 'latest' }, repository: { repo_name: 'acme/web' } });
const file = `
name: helped
services:
  web:
    image: acme/web:\${TAG}
    env_file: web.env
    # It does not obey, so that its replacement takes a while.
    stop_signal: SIGTERM
    stop_grace_period: 2s
    volumes:
      - ./html:/html:ro
    deploy:
      update_config:
        monitor: 500ms
`;

beforeAll(async () => await provideOwnImage('gopdater'), 300_000);

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'helped-'));
  await chmod(directory, 0o755);
  await mkdir(join(directory, 'html'));
  await writeFile(join(directory, 'html/index.html'), 'kept');
  await writeFile(join(directory, 'compose.yml'), file);
  await writeFile(join(directory, '.env'), 'TAG=latest\n');
  await writeFile(join(directory, 'web.env'), 'GREETING=hello\n');
  await pushToRegistry('acme/web:latest', 'v1');
  await compose('up', '--detach', '--pull', 'always');
});
afterEach(async () => {
  await docker('rm', '--force', '--volumes', 'gopdater').catch(() => '');
  await compose('down', '--timeout', '0', '--rmi', 'all');
  await rm(directory, { recursive: true });
});

const compose = async (...args: readonly string[]) =>
  await docker('compose', '--project-directory', directory, ...args);
const logs = async () => await logsOf('gopdater');
const lines = async (...args: readonly string[]) => (await docker(...args)).split('\n').filter(Boolean);

async function run(...options: readonly string[]): Promise<void> {
  const mounts = ['-v', `${socket}:${socket}`, '--group-add', String(statSync(socket).gid)];
  // A look at the start would have helpers of its own, whose volumes are counted here.
  const environment = [
    '-e',
    'OWNER=acme',
    '-e',
    'GOPDATER_CHECK_AT_START=false',
    '-e',
    `REGISTRY_MIRROR=http://${provided('GOPDATER_REGISTRY')}`,
  ];
  await docker(
    'run',
    '--detach',
    '--name',
    'gopdater',
    '--network=host',
    ...mounts,
    ...environment,
    ...options,
    'gopdater',
  );
}

async function sendHook(): Promise<void> {
  await expect.poll(logs, { timeout: 30_000, interval: 200 }).toContain('Listening');
  expect((await fetch('http://127.0.0.1:8000/', { method: 'POST', body: delivery })).status).toBe(202);
}

async function expectUpdated(): Promise<void> {
  await expect.poll(logs, { timeout: 60_000, interval: 200 }).toMatch(/helped\/web: v1 → v2 /);
  const web = await compose('ps', '--all', '--quiet', 'web');
  expect(web).toMatch(/^[0-9a-f]{64}$/);
  const format = '{{index .Config.Labels "org.opencontainers.image.version"}} {{range .Mounts}}{{.Source}}{{end}}';
  expect(await docker('inspect', '--format', format, web)).toBe(`v2 ${join(directory, 'html')}`);
  expect(await docker('exec', web, '/bin/busybox', 'cat', '/html/index.html')).toBe('kept');
  expect(await docker('exec', web, '/bin/busybox', 'env')).toContain('GREETING=hello');
  await compose('up', '--detach');
  expect(await compose('ps', '--all', '--quiet', 'web')).toBe(web);
  expect(await lines('ps', '--all', '--quiet', '--filter', 'label=gopdater.helper')).toEqual([]);
}

/** Which paths gopdater sees is nothing to the engine: one profile has all the ways, and each has the first. */
const hasAll = provided('GOPDATER_ENGINE_PROFILE') === 'docker-28.5';

const ways: readonly (readonly [string, () => readonly string[]])[] = [
  ['is not mounted', () => []],
  ['is not mounted, and was named', () => ['-e', `GOPDATER_COMPOSE_FILE=${directory}/compose.yml`]],
  [
    'is mounted at another path',
    () => ['-v', `${directory}:/projects/helped:ro`, '-e', 'GOPDATER_COMPOSE_FILE=/projects/helped/compose.yml'],
  ],
];
test.each(hasAll ? ways : ways.slice(0, 1))(
  'a project that %s is updated through helpers: relative mounts are the host’s, and nothing is left',
  async (_, options) => {
    await run(...options());
    await expect.poll(logs, { timeout: 30_000, interval: 200 }).toContain(`Watching project helped in ${directory}`);
    const volumes = await lines('volume', 'ls', '--quiet');
    await pushToRegistry('acme/web:latest', 'v2');
    await sendHook();
    await expectUpdated();
    expect(await lines('volume', 'ls', '--quiet')).toEqual(volumes);
  },
);

test.each(hasAll ? ['killed'] : [])(
  'a gopdater that is %s while its helper works leaves it behind, and the next start ends both',
  async () => {
    await run('--restart', 'no');
    await pushToRegistry('acme/web:latest', 'v2');
    await sendHook();
    await expect.poll(logs, { timeout: 30_000, interval: 100 }).toContain('Begins: recreate');
    const helpers = async () => await lines('ps', '--quiet', '--filter', 'label=gopdater.helper');
    await expect.poll(helpers, { timeout: 10_000, interval: 50 }).toHaveLength(1);
    await docker('kill', 'gopdater');
    expect(await lines('ps', '--all', '--quiet', '--filter', 'label=gopdater.helper')).toHaveLength(1);
    await docker('start', 'gopdater');
    await expectUpdated();
  },
);

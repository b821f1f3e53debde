import { existsSync, statSync } from 'node:fs';
import { chmod, copyFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { docker, logsOf, provideOwnImage, pushToRegistry, repository } from '../../../test/engine.ts';

const socket = '/var/run/docker.sock';
const webFile = 'name: local\nservices:\n  web:\n    image: acme/web:latest\n  other:\n    image: acme/other:latest\n';
const delivery = JSON.stringify({ push_data: { tag: 'latest' }, repository: { repo_name: 'acme/web' } });

beforeAll(async () => await provideOwnImage('gopdater'), 300_000);

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'image-'));
  await chmod(directory, 0o755);
  for (const image of ['acme/web:latest', 'acme/other:latest']) await pushToRegistry(image, 'v1');
});
afterEach(async () => {
  await docker('rm', '--force', 'gopdater').catch(() => '');
  await docker('compose', '--project-directory', directory, 'down', '--timeout', '1');
  await rm(directory, { recursive: true });
});

const compose = async (...args: readonly string[]) =>
  await docker('compose', '--project-directory', directory, ...args);
const group = () => ['--group-add', String(statSync(socket).gid)];
const environment = { OWNER: 'acme', REGISTRY_MIRROR: `http://${process.env.GOPDATER_REGISTRY}` };

/** `docker run`, as the README has it, with these options between. */
async function run(
  options: readonly string[],
  variables: Readonly<Record<string, string>> = environment,
): Promise<void> {
  const flags = Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  await docker(
    'run',
    '--detach',
    '--name',
    'gopdater',
    '--network=host',
    '-v',
    `${socket}:${socket}`,
    ...options,
    ...flags,
    'gopdater',
  );
}

const logs = async () => await logsOf('gopdater');
const exitCode = async () => await docker('wait', 'gopdater');
const idOf = async (service: string) => await compose('ps', '--quiet', service);

/** Sends the hook as soon as somebody listens, and waits for the report. */
async function sendHook(report: RegExp, readLogs: () => Promise<string>, path = '/'): Promise<void> {
  await expect.poll(readLogs, { timeout: 30_000, interval: 200 }).toContain('Listening');
  const answer = await fetch(`http://127.0.0.1:8000${path}`, { method: 'POST', body: delivery });
  expect(answer.status).toBe(202);
  await expect.poll(readLogs, { timeout: 60_000, interval: 200 }).toMatch(report);
}

describe('the image, run on its own', () => {
  test('updates what runs on the engine, whose folder it sees, and is healthy', async () => {
    await writeFile(join(directory, 'compose.yml'), webFile);
    await compose('up', '--detach', '--pull', 'always');
    const [web, other] = await Promise.all([idOf('web'), idOf('other')]);
    await run([...group(), '-v', `${directory}:${directory}:ro`]);
    await pushToRegistry('acme/web:latest', 'v2');
    await sendHook(/local\/web: v1 → v2 /, logs);

    expect(await idOf('other')).toBe(other);
    expect(await idOf('web')).not.toBe(web);
    expect(await docker('exec', 'gopdater', 'gopdater', 'plan', 'acme/web')).toContain('it runs that digest already');
    expect(await docker('inspect', '--format', '{{.Config.User}} {{.State.Running}}', 'gopdater')).toBe('node true');
    const health = async () => await docker('inspect', '--format', '{{.State.Health.Status}}', 'gopdater');
    await expect.poll(health, { timeout: 60_000, interval: 500 }).toBe('healthy');
    const after = await idOf('web');
    await compose('up', '--detach');
    expect(await idOf('web')).toBe(after);
  });

  test('refuses to start where nobody sees the project’s folder, with the line to add', async () => {
    await writeFile(join(directory, 'compose.yml'), webFile);
    await compose('up', '--detach', '--pull', 'always');
    const moved = `${directory}-moved`;
    await rename(directory, moved);
    try {
      await run(group());
      expect(await exitCode()).toBe('1');
      const log = await logs();
      expect(log).toContain(`- ${directory}:${directory}:ro`);
      expect(log).toContain('If the project was moved');
      expect(existsSync(directory)).toBe(false);
    } finally {
      await rename(moved, directory);
    }
  });

  test('refuses to start without OWNER and HOOK_SECRET, and says what to set', async () => {
    await writeFile(join(directory, 'compose.yml'), webFile);
    await run(group(), {});
    expect(await exitCode()).toBe('1');
    expect(await logs()).toMatch(/Set OWNER .* HOOK_SECRET/);
  });

  test('refuses to start where it may not use the socket, and says which group it needs', async () => {
    await writeFile(join(directory, 'compose.yml'), webFile);
    await run([]);
    expect(await exitCode()).toBe('1');
    expect(await logs()).toMatch(/This user may not use .*group_add/);
  });
});

test('the root’s docker-compose.yml runs beside the services it updates', async () => {
  await copyFile(join(repository, 'docker-compose.yml'), join(directory, 'docker-compose.yml'));
  // Where there is no network but the host's, and the image is built already.
  await writeFile(
    join(directory, 'docker-compose.override.yml'),
    `services:
  gopdater:
    image: gopdater
    network_mode: host
    ports: !reset []
    environment:
      REGISTRY_MIRROR: ${environment.REGISTRY_MIRROR}
`,
  );
  const secret = 'a-secret-of-this-test';
  const variables = [`DOCKER_GID=${statSync(socket).gid}`, `PWD=${directory}`, `HOOK_SECRET=${secret}`];
  await writeFile(join(directory, '.env'), variables.join('\n'));
  vi.stubEnv('PWD', directory);
  try {
    await compose('up', '--detach', '--no-build');
    const gopdater = await idOf('gopdater');
    await pushToRegistry('acme/web:latest', 'v2');
    await sendHook(/\/web: v1 → v2 /, async () => await logsOf(gopdater), `/hooks/docker-hub/${secret}`);
    expect(await idOf('gopdater')).toBe(gopdater);
  } finally {
    vi.unstubAllEnvs();
  }
});

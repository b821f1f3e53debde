import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createSqliteStore, type DeploymentReport } from '@gopdater/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createScreen } from '../../test/screen.ts';
import { Problem } from '../http/problem.ts';
import { listen } from '../http/server.ts';
import { silentLogger } from '../log.ts';
import { healthRoute } from '../routes/health.ts';
import { createProgram } from './program.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cli-'));
});
afterEach(async () => await rm(directory, { recursive: true }));

async function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<string> {
  const printed: string[] = [];
  const program = createProgram({
    environment: { GOPDATER_DATA: directory, ...environment },
    cwd: directory,
    program: ['gopdater'],
    print: text => printed.push(text),
    stdout: createScreen({ isTTY: false }).stream,
    stdin: Readable.from([]),
    fail: () => printed.push('(failed)'),
  });
  await program.parseAsync(args, { from: 'user' });
  return printed.join('\n');
}

const write = async (name: string, content: string) => await writeFile(join(directory, name), content);

describe('gopdater config', () => {
  test('prints the project as Compose does, each dollar sign twice', async () => {
    await write('compose.yml', 'name: shop\nservices:\n  web:\n    image: acme/web\n    command: echo $$HOME\n');
    expect(await run(['config', '--json'])).toContain('"$$HOME"');
    expect(JSON.parse(await run(['config', '-p', 'blog']))).toEqual({
      name: 'blog',
      networks: { default: { name: 'blog_default', ipam: {} } },
      services: {
        web: { command: ['echo', '$$HOME'], entrypoint: null, image: 'acme/web', networks: { default: null } },
      },
    });
  });

  test('answers as the version of Compose that is asked for', async () => {
    await write('compose.yml', 'services:\n  web:\n    image: acme/web\n    stop_grace_period: 1d\n');
    expect(await run(['config'])).toContain('"24h0m0s"');
    await expect(run(['config', '--compat', '2.26'])).rejects.toThrow(
      'compose.yml:4:24: services.web.stop_grace_period',
    );
  });
});

describe('gopdater services', () => {
  test('lists the enabled services with their images and full references', async () => {
    await write(
      'compose.yml',
      'name: shop\nservices:\n  web:\n    image: acme/web:${TAG:-1}\n  own:\n    build: .\n  debug:\n    image: busybox\n    profiles: [debug]\n',
    );
    await write('.env', 'TAG=2\n');
    expect(JSON.parse(await run(['services', '--json']))).toEqual({
      project: 'shop',
      services: [
        { name: 'web', image: 'acme/web:2', reference: 'docker.io/acme/web:2' },
        { name: 'own', image: null, reference: null },
      ],
    });
    expect(await run(['services'])).toBe('web  acme/web:2  docker.io/acme/web:2\nown  built only');
    expect(JSON.parse(await run(['services', '--json', '--profile', 'debug'])).services).toHaveLength(3);
  });

  test('merges several files, takes the project’s name and other env files, as Compose does', async () => {
    await write('a.yml', 'services:\n  web:\n    image: acme/web:${TAG}\n');
    await write('b.yml', 'services:\n  db:\n    image: postgres:17\n');
    await write('other.env', 'TAG=3\n');
    const args = ['services', '--json', '-f', 'a.yml', '-f', 'b.yml', '-p', 'blog', '--env-file', 'other.env'];
    expect(JSON.parse(await run(args))).toEqual({
      project: 'blog',
      services: [
        { name: 'web', image: 'acme/web:3', reference: 'docker.io/acme/web:3' },
        { name: 'db', image: 'postgres:17', reference: 'docker.io/library/postgres:17' },
      ],
    });
  });

  test.each([
    ['nothing is there', undefined, 'COMPOSE_FILE_NOT_FOUND', /no compose file/i],
    ['the YAML is broken', 'services:\n  web:\n   image: [\n', 'COMPOSE_FILE_INVALID', /compose\.yml:\d+/],
    ['a service has no image', 'services:\n  web: {}\n', 'COMPOSE_FILE_INVALID', /compose\.yml:\d+.*web/],
    [
      'a variable is missing',
      'services:\n  web:\n    image: "${TAG:?set it}"\n',
      'COMPOSE_FILE_INVALID',
      /compose\.yml.*TAG.*set it/,
    ],
  ])('fails with file, line and what is wrong when %s', async (_, content, code, message) => {
    if (content !== undefined) await write('compose.yml', content);
    await expect(run(['services'])).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

describe('gopdater plan', () => {
  test.each(['acme/web@sha256:1', `acme/web@sha256:${'0'.repeat(64)}`, 'Acme/Web'])('refuses %s', async image => {
    await expect(run(['plan', image])).rejects.toMatchObject({ code: 'IMAGE_REFERENCE_INVALID' });
  });

  test('says where it looked for the engine', async () => {
    await write('compose.yml', 'name: shop\nservices:\n  web:\n    image: acme/web\n');
    const DOCKER_HOST = `unix://${directory}/none.sock`;
    await expect(run(['plan', 'acme/other'], { DOCKER_HOST })).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      message: expect.stringContaining(DOCKER_HOST),
      hint: expect.stringContaining('DOCKER_HOST'),
    });
  });
});

describe('gopdater serve refuses to start', () => {
  test('when nobody could send a hook, and says what to set', async () => {
    await expect(run(['serve'])).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('neither OWNER nor HOOK_SECRET'),
      hint: expect.stringContaining('Set OWNER'),
    });
  });

  test.each([
    ['is missing', undefined, 'COMPOSE_FILE_NOT_FOUND', /compose\.yml/],
    ['is broken', 'services:\n  web:\n    image: [\n', 'COMPOSE_FILE_INVALID', /compose\.yml:\d+/],
  ])('when a compose file %s, with file, line and what is wrong', async (_, content, code, message) => {
    if (content !== undefined) await write('compose.yml', content);
    const args = ['serve', '--compose-file', 'compose.yml', '--json'];
    const environment = { OWNER: 'acme', LOG_LEVEL: 'error', DOCKER_HOST: `unix://${directory}/none.sock` };
    await expect(run(args, environment)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('without an engine, and never takes the fake instead', async () => {
    await write('compose.yml', 'name: shop\nservices:\n  web:\n    image: acme/web\n');
    const DOCKER_HOST = `unix://${directory}/none.sock`;
    const args = ['serve', '--compose-file', 'compose.yml', '--json'];
    await expect(run(args, { DOCKER_HOST, OWNER: 'acme', LOG_LEVEL: 'error' })).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
    });
  });
});

describe('what is kept', () => {
  const report: DeploymentReport = {
    deliveryId: 'delivery-1',
    image: 'docker.io/acme/web:latest',
    digest: `sha256:${'0'.repeat(64)}`,
    outcome: 'rolled-back',
    services: [],
    warnings: [],
    error: undefined,
    seconds: 2,
  };
  const fill = async () => {
    const store = await createSqliteStore(join(directory, 'gopdater.db'));
    await store.history.add({ at: '2026-01-01T00:00:00.000Z', report });
    await store.blocked.block({ image: report.image, digest: report.digest ?? '', reason: 'it crashed' });
    await store.close();
  };

  test('is shown by gopdater history', async () => {
    expect(await run(['history'])).toBe('Nothing was deployed yet.');
    await fill();
    expect(await run(['history'])).toBe('2026-01-01T00:00:00.000Z rolled-back docker.io/acme/web:latest, after 2.0 s:');
    expect(JSON.parse(await run(['history', '--json']))).toMatchObject([{ report: { deliveryId: 'delivery-1' } }]);
  });

  test('is let go by gopdater unblock', async () => {
    await fill();
    expect(await run(['unblock', 'acme/web'])).toBe('docker.io/acme/web:latest may be deployed again.');
    expect(await run(['unblock', 'acme/web'])).toBe('docker.io/acme/web:latest was not blocked.');
    expect(JSON.parse(await run(['unblock', 'acme/web', '--json']))).toEqual({
      image: 'docker.io/acme/web:latest',
      unblocked: false,
    });
  });
});

describe('gopdater health', () => {
  test('asks the server, and fails when nobody answers', async () => {
    const notFound = () => new Problem(404, 'nothing');
    const server = await listen([healthRoute], { host: '127.0.0.1', port: 0, log: silentLogger, notFound });
    const { port } = new URL(server.url);
    expect(await run(['health', '--port', port])).toBe('ok');
    await server.close();
    await expect(run(['health'], { PORT: port })).rejects.toMatchObject({ message: expect.stringContaining(port) });
  });
});

const commands = ['serve', 'plan', 'check', 'rollback', 'services', 'history', 'unblock', 'health'];
test.each(commands)('gopdater %s explains itself', command => {
  const { stream: stdout } = createScreen();
  const program = createProgram({
    environment: {},
    cwd: directory,
    program: [],
    print() {},
    stdout,
    stdin: Readable.from([]),
    fail() {},
  });
  const help = program.commands.find(known => known.name() === command)?.helpInformation();
  expect(help).toContain(`gopdater ${command}`);
  expect(help).toContain('--json');
});

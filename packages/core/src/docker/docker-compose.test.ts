import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDockerCompose } from './docker-compose.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'docker-compose-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A `docker` that writes down its arguments and then runs this. */
function composeWith(script: string) {
  const file = join(directory, 'docker');
  writeFileSync(file, `#!/bin/sh\nprintf '%s\\n' "$@" > ${directory}/args\n${script}\n`);
  chmodSync(file, 0o755);
  return createDockerCompose({ environment: { PATH: `${directory}${delimiter}${process.env.PATH}` } });
}
const args = () => readFileSync(join(directory, 'args'), 'utf8').trim().split('\n').join(' ');
const project = () => ({
  name: 'shop',
  projectDirectory: directory,
  files: ['/srv/a.yml', '/srv/b.yml'],
  envFiles: ['/srv/.env'],
  profiles: ['debug'],
});
const projectArgs = () =>
  `compose --project-name shop --project-directory ${directory} --file /srv/a.yml --file /srv/b.yml --env-file /srv/.env --profile debug`;

describe('docker compose', () => {
  test('is told the whole project and every option of “up”', async () => {
    const compose = composeWith('true');
    await compose.up(project(), ['web'], {
      noDeps: true,
      noStart: true,
      noRecreate: true,
      noBuild: true,
      pull: 'never',
      scale: { web: 2 },
    });
    expect(args()).toBe(
      `${projectArgs()} up --detach --no-deps --no-start --no-recreate --no-build --pull never --scale web=2 -- web`,
    );
  });

  test('says what became of each container: the last status counts', async () => {
    const compose = composeWith(
      "echo ' Container shop-web-1  Recreate' >&2; echo ' Container shop-db-1  Running' >&2; echo ' Container shop-web-1  Started' >&2",
    );
    expect(await compose.up(project(), [])).toEqual({
      containers: [
        { name: 'shop-web-1', status: 'Started' },
        { name: 'shop-db-1', status: 'Running' },
      ],
    });
  });

  test('that fails is an error with its last lines', async () => {
    const compose = composeWith("echo 'port is already allocated' >&2; exit 1");
    await expect(compose.pull(project(), ['web'])).rejects.toMatchObject({
      code: 'COMPOSE_FAILED',
      message: expect.stringMatching(/exit code 1: port is already allocated$/),
    });
  });

  test('that is not there is an error that says what to install', async () => {
    const nothing = createDockerCompose({ environment: { PATH: directory } });
    await expect(nothing.up(project(), [])).rejects.toMatchObject({ code: 'COMPOSE_NOT_FOUND' });
    await expect(nothing.version()).rejects.toMatchObject({ code: 'COMPOSE_NOT_FOUND' });
    const noPlugin = composeWith("echo 'docker: unknown command: docker compose' >&2; exit 1");
    await expect(noPlugin.up(project(), [])).rejects.toMatchObject({ code: 'COMPOSE_NOT_FOUND' });
    await expect(noPlugin.version()).rejects.toMatchObject({ code: 'COMPOSE_NOT_FOUND' });
  });

  test('that is stopped is ended and says so', async () => {
    const compose = composeWith("echo ' Container shop-web-1  Creating'; exec sleep 600");
    const stop = new AbortController();
    const up = compose.up(project(), ['web'], { signal: stop.signal, onLine: () => stop.abort() });
    await expect(up).rejects.toMatchObject({ code: 'ABORTED' });
  });

  test.each([
    ['2.40.3', '2.40.3'],
    ['v2.29.1', '2.29.1'],
    ['2.26.1-4', '2.26.1'],
  ])('version %s is %s', async (printed, version) => {
    expect(await composeWith(`echo ${printed}`).version()).toBe(version);
  });

  test('lists containers, one JSON object a line', async () => {
    const compose = composeWith(
      `echo '{"ID":"7d95","Name":"shop-web-1","Service":"web","State":"running","Image":"acme/web:latest","Labels":"a=b"}'`,
    );
    expect(await compose.ps(project())).toEqual([
      { id: '7d95', name: 'shop-web-1', service: 'web', state: 'running', image: 'acme/web:latest' },
    ]);
    expect(args()).toBe(`${projectArgs()} ps --all --format json`);
  });
});

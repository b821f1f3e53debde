import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { projectSource } from './parts.ts';

let cwd = '';
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'parts-'));
});
afterEach(async () => await rm(cwd, { recursive: true }));

const find = async (composeFiles: readonly string[], composeEnvironment: Readonly<Record<string, string>> = {}) =>
  await projectSource({ composeFiles, composeEnvironment }, { cwd });

describe('the projects that are watched', () => {
  test('are those whose files were named: a project each, several files of one with colons', async () => {
    await writeFile(join(cwd, 'compose.yml'), 'services: {}');
    expect(await find(['a/one.yml:a/two.yml', '/srv/b.yml'])).toEqual([
      { files: [join(cwd, 'a/one.yml'), join(cwd, 'a/two.yml')], cwd: join(cwd, 'a'), environment: {} },
      { files: ['/srv/b.yml'], cwd: '/srv', environment: {} },
    ]);
  });

  test('else the one of the working directory, also when its file is broken', async () => {
    await writeFile(join(cwd, 'compose.yml'), 'services: [');
    expect(await find([])).toEqual([{ cwd, environment: {} }]);
  });

  test('or the one that COMPOSE_FILE names', async () => {
    const environment = { COMPOSE_FILE: 'other.yml' };
    expect(await find([], environment)).toEqual([{ cwd, environment }]);
  });

  test('else those that run', async () => {
    expect(await find([], { TAG: '1' })).toEqual({ kind: 'running', environment: { TAG: '1' } });
  });
});

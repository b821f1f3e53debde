import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createCachedLoad } from '../../src/compose/cached-load.ts';
import { createFolder } from './folder.ts';

const files = {
  'compose.yaml':
    'include: [more/inc.yaml]\nservices: {s: {extends: {file: base.yaml, service: b}, image: "a:${TAG-none}"}}\n',
  'base.yaml': 'services: {b: {env_file: [s.env, {path: maybe.env, required: false}]}}\n',
  'more/inc.yaml': 'services: {i: {image: "i:${OWN-none}"}}\n',
  's.env': 'E=1\n',
};

test('a project is read again only when something has changed', async () => {
  await using folder = await createFolder(files);
  const load = createCachedLoad();
  const options = { cwd: folder.path, environment: {} };
  const first = await load(options);
  expect(await load(options)).toBe(first);
  await writeFile(join(folder.path, 'compose.yaml'), files['compose.yaml']);
  expect(await load(options), 'the same text again').toBe(first);
  expect((await load({ ...options, name: 'other' })).name).toBe('other');
  expect(await load(options)).toBe(first);
});

test.each([
  ['compose.yaml', 'services: {s: {image: new}}\n'],
  ['base.yaml', 'services: {b: {}}\n'],
  ['more/inc.yaml', 'services: {i: {image: new}}\n'],
  ['s.env', 'E=2\n'],
  // These were looked for and not there.
  ['.env', 'TAG=2\n'],
  ['more/.env', 'OWN=2\n'],
  ['maybe.env', 'M=1\n'],
  ['compose.override.yaml', 'services: {s: {init: true}}\n'],
])('a change of %s is seen', async (name, text) => {
  await using folder = await createFolder(files);
  const load = createCachedLoad();
  const options = { cwd: folder.path, environment: {} };
  const first = await load(options);
  await writeFile(join(folder.path, name), text);
  const second = await load(options);
  expect(second.model).not.toEqual(first.model);
  expect(await load(options)).toBe(second);
});

test('a broken edit keeps the project as it was, and says what is wrong', async () => {
  await using folder = await createFolder({ 'compose.yaml': 'services: {s: {image: a}}\n' });
  const load = createCachedLoad();
  const options = { cwd: folder.path, environment: {} };
  const good = await load(options);
  await writeFile(join(folder.path, 'compose.yaml'), 'services: {s: {imag: a}}\n');
  const kept = await load(options);
  expect(kept).toEqual({ ...good, problem: expect.objectContaining({ code: 'COMPOSE_FILE_INVALID' }) });
  expect(kept.problem?.message).toContain('compose.yaml:1:22: services.s has the unknown key "imag".');
  expect(await load(options)).toBe(kept);
  await rm(join(folder.path, 'compose.yaml'));
  expect((await load(options)).problem?.code).toBe('COMPOSE_FILE_NOT_FOUND');
  await writeFile(join(folder.path, 'compose.yaml'), 'services: {s: {image: b}}\n');
  expect((await load(options)).problem).toBeUndefined();
});

test('what was never right is refused', async () => {
  await using folder = await createFolder({ 'compose.yaml': 'services: {s: {imag: a}}\n' });
  await expect(createCachedLoad()({ cwd: folder.path, environment: {} })).rejects.toThrow('imag');
});

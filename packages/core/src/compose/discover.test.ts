import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { discoverComposeFiles } from './discover.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'discover-'));
});
afterEach(() => rm(directory, { recursive: true }));

const touch = (...names: string[]): Promise<unknown> =>
  Promise.all(names.map(name => writeFile(join(directory, name), '')));

test('takes the first of the four names and warns of the others', async () => {
  await touch('docker-compose.yaml', 'compose.yml', 'docker-compose.yml');
  expect(await discoverComposeFiles(directory)).toEqual({
    files: [join(directory, 'compose.yml')],
    warnings: [`${directory} also holds docker-compose.yml, docker-compose.yaml; compose.yml is used.`],
  });
});

test('adds one override file, whatever the two are called', async () => {
  await touch('compose.yaml', 'docker-compose.override.yml', 'compose.override.yaml');
  const { files } = await discoverComposeFiles(directory);
  expect(files).toEqual([join(directory, 'compose.yaml'), join(directory, 'compose.override.yaml')]);
});

test('looks upwards, and takes the override from where the file is', async () => {
  await touch('compose.yaml', 'compose.override.yml');
  await mkdir(join(directory, 'a/b'), { recursive: true });
  await writeFile(join(directory, 'a/compose.override.yml'), '');
  const { files } = await discoverComposeFiles(join(directory, 'a/b'));
  expect(files).toEqual([join(directory, 'compose.yaml'), join(directory, 'compose.override.yml')]);
});

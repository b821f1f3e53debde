import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changeEnvFile, explainUnwritable, readEditable } from './env-file.ts';

const change = { name: 'WEB_TAG', from: '1.0.0', to: '1.1.0' };

async function createFolder(text: string | Buffer) {
  const directory = await mkdtemp(join(tmpdir(), 'env-file-'));
  const file = join(directory, '.env');
  await writeFile(file, text);
  return { directory, file, [Symbol.asyncDispose]: async () => await rm(directory, { recursive: true }) };
}

test('is replaced as a whole, with its mode, and nothing is left beside it', async () => {
  await using folder = await createFolder('A=1\r\nWEB_TAG=1.0.0');
  await chmod(folder.file, 0o640);
  const { ino } = await stat(folder.file);
  await writeFile(join(folder.directory, '..env.gopdater'), 'left by a crash');
  await changeEnvFile(folder.file, change);
  expect(await readFile(folder.file, 'utf8')).toBe('A=1\r\nWEB_TAG=1.1.0');
  const now = await stat(folder.file);
  expect(now.mode & 0o7777).toBe(0o640);
  expect(now.ino).not.toBe(ino);
  expect(await readdir(folder.directory)).toEqual(['.env']);
});

test('is followed where it is a link, which stays one', async () => {
  await using folder = await createFolder('');
  await mkdir(join(folder.directory, 'shared'));
  const target = join(folder.directory, 'shared', 'versions');
  await writeFile(target, 'WEB_TAG=1.0.0\n');
  await rm(folder.file);
  await symlink('shared/versions', folder.file);
  await changeEnvFile(folder.file, change);
  expect((await lstat(folder.file)).isSymbolicLink()).toBe(true);
  expect(await readFile(target, 'utf8')).toBe('WEB_TAG=1.1.0\n');
});

test('is left as it is when the value is there already', async () => {
  await using folder = await createFolder('WEB_TAG=1.1.0\n');
  const { ino } = await stat(folder.file);
  await changeEnvFile(folder.file, change);
  expect((await stat(folder.file)).ino).toBe(ino);
});

test('stays as it is when its value is another one by then', async () => {
  await using folder = await createFolder('WEB_TAG=1.0.5\n');
  await expect(changeEnvFile(folder.file, change)).rejects.toMatchObject({ code: 'PROJECT_DIFFERS' });
  expect(await readFile(folder.file, 'utf8')).toBe('WEB_TAG=1.0.5\n');
  expect(await readdir(folder.directory)).toEqual(['.env']);
});

test('is not edited where bytes would be lost', async () => {
  const bytes = Buffer.concat([Buffer.from('A='), Buffer.from([0xff, 0xfe]), Buffer.from('\nWEB_TAG=1.0.0\n')]);
  await using folder = await createFolder(bytes);
  await expect(changeEnvFile(folder.file, change)).rejects.toMatchObject({ message: expect.stringContaining('UTF-8') });
  expect(await readFile(folder.file)).toEqual(bytes);
});

test('is said to be out of reach before anything is begun', async () => {
  await using folder = await createFolder('WEB_TAG=1.0.0\n');
  expect(await explainUnwritable(folder.file)).toBeUndefined();
  await rm(folder.file);
  await symlink('/nowhere/at/all', folder.file);
  expect(await explainUnwritable(folder.file)).toEqual({
    kind: 'mounts',
    why: 'it leads to a file that is not here',
  });
  await expect(changeEnvFile(folder.file, change)).rejects.toMatchObject({ code: 'COMPOSE_FILE_NOT_FOUND' });
  await expect(readEditable(folder.file)).rejects.toMatchObject({ code: 'COMPOSE_FILE_NOT_FOUND' });
});

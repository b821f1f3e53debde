import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createFolder, type Folder } from './folder.ts';

const watching = (path: string) => ({
  'compose.yaml': `services: {s: {image: i, develop: {watch: [{path: ${path}, action: rebuild}]}}}\n`,
});

async function link(folder: Folder): Promise<void> {
  await mkdir(join(folder.path, 'real'));
  await symlink('real', join(folder.path, 'link'));
  await symlink('nowhere', join(folder.path, 'dangling'));
}

test.each([
  ['link', 'real'],
  ['./link/', 'real'],
  ['link/not/there', 'real/not/there'],
  ['real/not/there', 'real/not/there'],
  ['nothing', 'nothing'],
])('%s is watched at %s', async (path, expected) => {
  await using folder = await createFolder(watching(path));
  await link(folder);
  const { services } = await folder.load();
  expect(services.get('s')?.attributes.develop).toMatchObject({
    watch: [{ path: join(folder.path, expected) }],
  });
});

test('a link that leads nowhere is refused', async () => {
  await using folder = await createFolder(watching('dangling'));
  await link(folder);
  expect((await folder.refusal()).message).toContain('dangling is a link that leads nowhere.');
});

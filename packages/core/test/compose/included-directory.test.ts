import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createFolder, twoServices } from './folder.ts';

// What the real Compose answered.
describe('the directory of an included project', () => {
  const included = 'services: {s: {build: b}}\n';

  test.each([
    ['not/there', 'not/b'],
    ['not/there/', 'not/there/b'],
    ['here', 'here/b'],
    ['here/file', 'here/b'],
    ['""', 'sub/b'],
    ['5', 'b'],
    ['~/there', '../b'],
    ['./~/there', '../b'],
  ])('%s is where paths start, or above it if it does not exist', async (directory, context) => {
    await using folder = await createFolder({
      'compose.yaml': `include: [{path: sub/b.yaml, project_directory: ${directory}}]\n`,
      'sub/b.yaml': included,
      'here/file': '',
    });
    for (const compat of ['2.26', '2.40'] as const) {
      const { services } = await folder.load({ compat, environment: { HOME: resolve(folder.path, '..') } });
      expect(services.get('s')?.attributes.build).toMatchObject({ context: resolve(folder.path, context) });
    }
  });

  test('is where included files are named from, all the same', async () => {
    await using folder = await createFolder({
      'compose.yaml': 'include: [{path: sub/b.yaml, project_directory: not}]\n',
      'sub/b.yaml': 'include: [../sub/deep/c.yaml]\n',
      'sub/deep/c.yaml': included,
    });
    const { services } = await folder.load();
    expect(services.get('s')?.attributes.build).toMatchObject({ context: resolve(folder.path, '../sub/deep/b') });
  });

  test.each([
    '{path: 5}',
    '{path: a.yaml, project_directory: 1.5}',
    '{path: a.yaml, project_directory: 9223372036854775808}',
    '{path: a.yaml, env_file: {}}',
    '{path: a.yaml, env_file: [a, 5]}',
    '~/a.yaml',
  ])('%s is refused', async item => {
    await using folder = await createFolder({
      'compose.yaml': `include: [${item}]\n${twoServices('{image: i}')}`,
      'a.yaml': '',
      a: '',
    });
    for (const compat of ['2.26', '2.40'] as const)
      await folder.refusal({ compat, environment: { HOME: folder.path } });
  });

  test('and an item that is null includes nothing', async () => {
    await using folder = await createFolder({ 'compose.yaml': `include: [null]\n${twoServices('{image: i}')}` });
    expect((await folder.load()).services.size).toBe(2);
  });

  test('is that of the file where another one is reset', async () => {
    await using folder = await createFolder({
      'compose.yaml': 'include: [{path: sub/b.yaml, project_directory: !reset here}]\n',
      'sub/b.yaml': included,
    });
    for (const compat of ['2.26', '2.40'] as const) {
      const { services } = await folder.load({ compat });
      expect(services.get('s')?.attributes.build).toMatchObject({ context: `${folder.path}/sub/b` });
    }
  });

  test.each([
    ['.', '.', 'b.yaml', true],
    ['a', './a', 'b.yaml', true],
    ['./a', './a', 'b.yaml', false],
    ['.', '..', 'sub/b.yaml', true],
    ['a', 'a', 'sub/b.yaml', false],
    ['.', '.', '{path: sub/b.yaml, project_directory: .}', true],
  ])('%s here and %s in %s are the same when both say the same path from here', async (own, other, file, isSame) => {
    const service = (context: string): string => `services: {s: {build: {context: ${context}}}}\n`;
    await using folder = await createFolder({
      'compose.yaml': `include: [${file}]\n${service(own)}`,
      'b.yaml': service(other),
      'sub/b.yaml': service(other),
    });
    for (const compat of ['2.26', '2.40'] as const) {
      if (isSame) expect((await folder.load({ compat })).services.size).toBe(1);
      else expect((await folder.refusal({ compat })).message).toContain('services.s is defined here and, differently');
    }
  });

  test('which is the path that is written when the project directory is absolute', async () => {
    await using folder = await createFolder({ 'b.yaml': included });
    const text = `include: [{path: b.yaml, project_directory: ${folder.path}}]\nservices: {s: {build: {context: b}}}\n`;
    const texts = { [resolve(folder.path, 'compose.yaml')]: text };
    for (const compat of ['2.26', '2.40'] as const) await folder.refusal({ compat, files: ['compose.yaml'], texts });
  });
});

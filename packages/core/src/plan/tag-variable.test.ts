import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadProject } from '../compose/load.ts';
import { parseTagPolicy } from '../image/tag-policy.ts';
import { createPlainReader } from './project-reader.ts';
import { findTagVariable, valuesFor } from './tag-variable.ts';

test.each([
  ['1.0.0', '1.0.0', '1.1.0', ['1.1.0']],
  ['v1.0.0-alpine', '1.0.0', 'v1.10.0-alpine', ['1.10.0']],
  ['v1.0.0', '1.0.0', '1.1.0', []],
  ['1-alpine', '1', '2-slim', []],
  ['1.1', '1', '1.2', ['2']],
  ['1.1', '1', '2.1', ['2']],
  ['1.1', '1', '1.1', ['1']],
  ['a', 'a', '', []],
  ['aa', 'a', 'a', []],
  ['latest', '1.0.0', 'latest', []],
])('%s made with %s becomes %s by %j', (tag, value, wanted, values) => {
  expect(valuesFor(tag, value, wanted)).toEqual(values);
});

test('of several env files the last one that sets the variable counts', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'tag-variable-'));
  try {
    const files = { 'a.env': 'TAG=1', 'b.env': 'TAG=2\nOTHER=1', 'c.env': 'OTHER=2\n#TAG=3', '.env': 'TAG=4' };
    for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text);
    await writeFile(
      join(cwd, 'compose.yml'),
      'name: shop\nservices:\n  web:\n    image: acme/web:${TAG}\n    labels: { gopdater.tag-variable: TAG }\n',
    );
    const find = async (...envFiles: readonly string[]) => {
      const options = { cwd, environment: {}, envFiles };
      const project = await loadProject(options);
      const web = project.services.get('web');
      if (web === undefined) throw new Error('There is no web.');
      const { explainUneditable } = createPlainReader();
      const source = { environment: {}, loadWith: async () => project, explainUneditable };
      const { file, value } = await findTagVariable({ project, source }, web, parseTagPolicy('glob:*'));
      expect(web.image).toBe(`acme/web:${value}`);
      return file.slice(cwd.length + 1);
    };
    expect(await find()).toBe('.env');
    expect(await find('a.env', 'b.env', 'c.env')).toBe('b.env');
    expect(await find('b.env', 'a.env')).toBe('a.env');
    await expect(find('c.env')).rejects.toMatchObject({ message: expect.stringContaining('TAG is not set in') });
  } finally {
    await rm(cwd, { recursive: true });
  }
});

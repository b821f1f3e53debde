import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const readme = readFileSync('README.md', 'utf8');
const examples = [...readme.matchAll(/<!-- (\S+) -->\n\n```(?:js|ts)\n(.*?)```/gs)].map(([, file = '', code = '']) => ({
  file,
  code,
}));

describe('the README', () => {
  test('has the library’s example and the fake’s', () => {
    expect(examples.map(({ file }) => file)).toEqual([
      'examples/library/update.mjs',
      'examples/library/compose.mjs',
      'examples/tests-with-the-fake/web.test.ts',
    ]);
  });

  test.each(examples)('shows $file as it is run', ({ file, code }) => {
    expect(code).toBe(readFileSync(file, 'utf8'));
  });

  test('links only to what is there', () => {
    for (const [, target = ''] of readme.matchAll(/\]\(([^)#:]+)\)/g)) {
      expect(() => readFileSync(target), target).not.toThrow();
    }
  });
});

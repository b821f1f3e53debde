import { expect, test } from 'vitest';
import { Entries } from './entries.ts';
import { type Mapping, mapping, scalar } from './node.ts';
import { createRewrites, rewriteModel } from './rewrite.ts';
import { entryOf, stringOf, toPlain } from './tree.ts';
import { parseYaml } from './yaml.ts';

function model(text: string): Mapping {
  const [document] = parseYaml(text, 'f.yaml');
  return document?.kind === 'mapping'
    ? document
    : mapping(new Entries(), { source: { file: '', text: '' }, offset: 0 });
}

const paths: string[] = [];
const rules = createRewrites<string>([
  [
    'a.*.b',
    (node, path, suffix) => {
      paths.push(`${path}`);
      return scalar(`${stringOf(node)}${suffix}`, node);
    },
  ],
  ['a.*.b', node => scalar(`${stringOf(node)}?`, node)],
  ['a.*', node => (entryOf(node, 'c') === undefined ? node : scalar('gone', node))],
]);

test('rewrites what there are rules for, children first, by rules of one path one after the other', () => {
  paths.length = 0;
  const rewritten = rewriteModel(model('a: {x: {b: 1st}, y: {b: 2nd, c: 3}}'), rules, '!');
  expect(toPlain(rewritten)).toEqual({ a: { x: { b: '1st!?' }, y: 'gone' } });
  expect(paths).toEqual(['a.x.b', 'a.y.b']);
});

test('shares what no rule changes', () => {
  const before = model('a: {x: {b: 1st}, y: {d: 2nd}}\ne: {f: {}}');
  const after = rewriteModel(before, rules, '!');
  expect(entryOf(after, 'e')).toBe(entryOf(before, 'e'));
  expect(entryOf(entryOf(after, 'a'), 'y')).toBe(entryOf(entryOf(before, 'a'), 'y'));
  const other = model('a: {y: {d: 1}}');
  expect(rewriteModel(other, rules, '!')).toBe(other);
});

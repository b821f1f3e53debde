import { expect, it } from 'vitest';
import { fieldPaths } from './field-tree.ts';

it('spells each path out', () => {
  expect(fieldPaths('a b{c d.* e{f}} g{*{h}}i\n  j.**')).toEqual(['a', 'b.c', 'b.d.*', 'b.e.f', 'g.*.h', 'i', 'j.**']);
  expect(fieldPaths('')).toEqual([]);
});

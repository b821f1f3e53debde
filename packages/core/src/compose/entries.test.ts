import { expect, test } from 'vitest';
import { Entries } from './entries.ts';
import { Keys } from './keys.ts';

/** More than are looked through one by one. */
const many = Array.from({ length: 100 }, (_, index) => `key${index}`);

test.each([2, 100])(
  'keeps %i keys in the order in which they came, a later value at the place of the earlier',
  count => {
    const keys = many.slice(0, count);
    const entries = new Entries<number>();
    for (const [index, key] of [...keys, 'key1'].entries()) entries.set(key, index);
    expect(entries.keys.names).toEqual(keys);
    expect([entries.get('key0'), entries.get('key1'), entries.has('other')]).toEqual([0, count, false]);
  },
);

test.each([
  [2, false],
  [2, true],
  [100, false],
  [100, true],
])('leaves what it copies as it is: %i keys, which recur: %s', (count, recur) => {
  const entries = new Entries(new Keys(many.slice(0, count), recur), many.slice(0, count));
  const others = [
    entries.copy().set('new', 'x').set('key0', 'x').set('more', 'y'),
    entries.with('key0', 'x'),
    entries.with('new', 'x'),
    entries.copy().set('other', 'x'),
  ];
  expect(others.map(other => [other.size, other.get('key0'), other.get('new'), other.get('more')])).toEqual([
    [count + 2, 'x', 'x', 'y'],
    [count, 'x', undefined, undefined],
    [count + 1, 'key0', 'x', undefined],
    [count + 1, 'key0', undefined, undefined],
  ]);
  expect([entries.size, entries.get('key0'), entries.has('new')]).toEqual([count, 'key0', false]);
});

test('keeps the later value of a key that is given twice', () => {
  expect([...Entries.of(['a', 'b', 'a'], [1, 2, 3])]).toEqual([
    ['a', 3],
    ['b', 2],
  ]);
});

test.each([false, true])('adds only what is missing, to keys that recur: %s', recur => {
  const entries = new Entries(new Keys(['a', 'c'], recur), [1, 3]);
  expect([...entries.withMissing(Entries.of(['c', 'd'], [4, 5]))]).toEqual([
    ['a', 1],
    ['c', 3],
    ['d', 5],
  ]);
  expect([...entries.withMissing(Entries.of(['e'], [6]))].map(([key]) => key)).toEqual(['a', 'c', 'e']);
});

test('leaves copies as they are', () => {
  const entries = new Entries<number>().set('a', 1);
  const copies = [entries.copy(), entries.withValues([2])];
  entries.set('b', 3);
  expect(copies.map(copy => [...copy])).toEqual([[['a', 1]], [['a', 2]]]);
});

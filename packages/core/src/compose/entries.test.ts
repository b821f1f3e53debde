import { expect, test } from 'vitest';
import { Entries } from './entries.ts';

/** More than are looked through one by one. */
const many = Array.from({ length: 100 }, (_, index) => `key${index}`);

test.each([2, 100])(
  'keeps %i keys in the order in which they came, a later value at the place of the earlier',
  count => {
    const keys = many.slice(0, count);
    const entries = new Entries<number>();
    for (const [index, key] of [...keys, 'key1'].entries()) entries.set(key, index);
    expect(entries.keys).toEqual(keys);
    expect([entries.get('key0'), entries.get('key1'), entries.has('other')]).toEqual([0, count, false]);
  },
);

test.each([2, 100])('leaves what it copies as it is: %i keys', count => {
  const entries = new Entries(many.slice(0, count), many.slice(0, count));
  const others = [entries.copy().set('new', 'x').set('key0', 'x'), entries.with('key0', 'x'), entries.with('new', 'x')];
  expect(others.map(other => [other.size, other.get('key0'), other.get('new')])).toEqual([
    [count + 1, 'x', 'x'],
    [count, 'x', undefined],
    [count + 1, 'key0', 'x'],
  ]);
  expect([entries.size, entries.get('key0'), entries.has('new')]).toEqual([count, 'key0', false]);
});

test.each([[['a', 'b', 'a']], [[...many, 'key7']]])('finds a key that stands there twice', keys => {
  expect(new Entries(keys, keys).repeatedIndex()).toBe(keys.length - 1);
  expect(Entries.of(keys, keys).size).toBe(keys.length - 1);
  expect(new Entries(['a', 'b'], [1, 2]).repeatedIndex()).toBeUndefined();
});

test('adds only what is missing, and leaves out what is not given', () => {
  const entries = Entries.given({ a: 1, b: undefined, c: 3 });
  expect([...entries.withMissing(Entries.given({ c: 4, d: 5 }))]).toEqual([
    ['a', 1],
    ['c', 3],
    ['d', 5],
  ]);
});

import { expect, test } from 'vitest';
import { type Finder, Keys } from './keys.ts';
import { Layout } from './layout.ts';
import { YamlKeys } from './yaml-keys.ts';

/** More than are looked through one by one. */
const many = Array.from({ length: 100 }, (_, index) => `key${index}`);

test.each([[['a', 'b', 'a']], [[...many, 'key7']]])('finds a key that stands there twice', keys => {
  expect(new Keys(keys).repeatedIndex()).toBe(keys.length - 1);
  expect(new Keys(keys.slice(0, -1)).repeatedIndex()).toBeUndefined();
});

test('mappings with the same keys in the same order share them, others do not', () => {
  const read = (...keys: readonly string[]): Keys => keys.reduce((all, key) => all.with(key), first).end();
  const first = new YamlKeys();
  const keys = read('image', 'ports');
  expect(keys.recur).toBe(false);
  expect(read('image', 'ports')).toBe(keys);
  expect(keys.recur).toBe(true);
  const others = [read('image'), read('ports', 'image'), read('image', 'ports', 'labels'), read()];
  expect(others.map(({ names }) => names)).toEqual([['image'], ['ports', 'image'], ['image', 'ports', 'labels'], []]);
});

test('asks once about keys that recur, each time about others', () => {
  let asked = 0;
  const finder: Finder<number> = {
    find: keys => {
      asked += 1;
      return keys.length;
    },
  };
  const [recurring, others] = [Keys.of('a', 'b'), new Keys(['a'])];
  expect([recurring, recurring, others, others].map(keys => keys.ask(finder))).toEqual([2, 2, 1, 1]);
  expect(asked).toBe(3);
});

test('keys that recur remember what is added to them, up to a limit', () => {
  const keys = new Keys(['a'], true);
  expect(keys.with('b')).toBe(keys.with('b'));
  expect(keys.with('b').with('c').names).toEqual(['a', 'b', 'c']);
  for (const key of many) keys.with(key);
  expect(keys.with('other')).not.toBe(keys.with('other'));
  expect(keys.names).toEqual(['a']);
  const written = Keys.of('a');
  expect(written.with('b')).not.toBe(written.with('b'));
});

test.each([[['a', 'b']], [many]])('all of several keys are added', keys => {
  for (const recur of [false, true]) {
    expect(new Keys(['first'], recur).withAll(keys).names).toEqual(['first', ...keys]);
  }
});

test('a layout leaves out what is not given, and shares the keys of the rest', () => {
  const layout = new Layout('a', 'b', 'c');
  const [some, others] = [layout.entries<number>(1, undefined, 3), layout.entries<number>(4, undefined, 6)];
  expect([...some]).toEqual([
    ['a', 1],
    ['c', 3],
  ]);
  expect(others.keys).toBe(some.keys);
  expect(layout.entries(1, 2, 3).keys.names).toEqual(['a', 'b', 'c']);
});

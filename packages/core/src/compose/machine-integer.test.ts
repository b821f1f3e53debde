import { expect, test } from 'vitest';
import { signed64, unsigned } from './machine-integer.ts';

test.each([
  [5n, 5],
  [1.9, 1],
  [2n ** 63n, -(2 ** 63)],
  [2n ** 64n - 1n, -1],
  [1e30, -(2 ** 63)],
  [Number.NaN, -(2 ** 63)],
  [Number.POSITIVE_INFINITY, -(2 ** 63)],
])('%s is %s with a sign', (value, expected) => {
  expect(signed64(value)).toBe(expected);
});

test.each([
  [5n, 16, 5],
  [65_536n, 16, 0],
  [2n ** 64n - 1n, 16, 65_535],
  [2n ** 64n - 1n, 64, 2 ** 64],
  [1e18, 32, 2_808_348_672],
  [1e30, 64, 2 ** 63],
  [1e30, 32, 0],
  [Number.NaN, 64, 2 ** 63],
])('%s in %s bits is %s', (value, bits, expected) => {
  expect(unsigned(value, bits)).toBe(expected);
});

import { expect, test } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

const now = Date.UTC(2026, 0, 1);
const read = (value: string) => retryAfterMs(new Headers({ 'retry-after': value }), now);
const yearMs = 365 * 24 * 3600 * 1000;

test.each([
  ['0', 0],
  ['120', 120_000],
  ['Thu, 01 Jan 2026 00:02:00 GMT', 120_000],
  ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
  ['99999999999999999999', yearMs],
  ['Sat, 01 Jan 2050 00:00:00 GMT', yearMs],
])('“%s” is %i ms', (value, ms) => {
  expect(read(value)).toBe(ms);
});

test.each(['', '-5', '1.5', 'soon', 'soon GMT', '2026-01-01'])('“%s” says nothing', value => {
  expect(read(value)).toBeUndefined();
});

test('no header says nothing', () => {
  expect(retryAfterMs(new Headers(), now)).toBeUndefined();
});

import { expect, test } from 'vitest';
import { parseDuration } from './duration.ts';

test.each([
  ['10s', 10_000],
  ['1m30s', 90_000],
  ['1.5h', 5_400_000],
  ['500ms', 500],
  ['0s', 0],
  ['2d', 172_800_000],
  ['10', undefined],
  ['', undefined],
  ['s', undefined],
  ['10 s', undefined],
  ['-1s', undefined],
])('%j is %j milliseconds', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

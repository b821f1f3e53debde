import { expect, test } from 'vitest';
import { scalarText } from './scalar-text.ts';
import { resolveScalar } from './yaml-scalar.ts';

test.each([
  ['0755', 493n],
  ['0o755', 493n],
  ['0x1F', 31n],
  ['0b101', 5n],
  ['-0b101', -5n],
  ['1_000', 1000n],
  ['+5', 5n],
  ['9223372036854775807', 9223372036854775807n],
  ['99999999999999999999', 1e20],
  ['08', 8],
  ['1.5', 1.5],
  ['.5', 0.5],
  ['1e3', 1000],
  ['.inf', Number.POSITIVE_INFINITY],
  ['true', true],
  ['~', null],
  ['', null],
])('reads %s as the reader of Compose does', (text, value) => {
  expect(resolveScalar(text)).toBe(value);
});

test.each(['yes', 'off', 'y', '22:22', '12:30:45', '1.2.3', '0x', '1__a', '.', '2024-13-01', '-', 'tRUE'])(
  'leaves %s a string',
  text => {
    expect(resolveScalar(text)).toBe(text);
  },
);

test.each(['2024-01-02', '2001-12-14T21:59:43Z', '2001-12-14 21:59:43.10'])('reads %s as a date', text => {
  expect(resolveScalar(text)).toBeInstanceOf(Date);
});

test.each([
  [1.5, '1.5'],
  [1000, '1000'],
  [1e7, '1e+07'],
  [1.5e-5, '1.5e-05'],
  [0.0001, '0.0001'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [Number.NaN, 'NaN'],
  [493n, '493'],
  [true, 'true'],
  [null, ''],
])('writes %s as Compose does', (value, text) => {
  expect(scalarText(value)).toBe(text);
});

import { expect, test } from 'vitest';
import { DotenvError, parseDotenv } from './dotenv.ts';

const read = (text: string, environment: Record<string, string> = {}): Record<string, string> =>
  Object.fromEntries(parseDotenv(text, name => environment[name]));

test.each([
  ['A=1\nB=2', { A: '1', B: '2' }],
  ['# comment\n\n  A = 1 \n', { A: '1' }],
  ['export A=1', { A: '1' }],
  ['A: 1', { A: '1' }],
  ['A=a#b # comment', { A: 'a#b' }],
  ['A="a # b" # comment', { A: 'a # b' }],
  ['A="two\nlines"', { A: 'two\nlines' }],
  ['A="x\\ty\\\\z\\"\\$B"', { A: 'x\ty\\z"$B' }],
  ['A="\\0101"', { A: 'A' }],
  ["A='$B \\' \\n'", { A: "$B ' \\n" }],
  ['A=\\n', { A: '\\n' }],
  ['A=1\r\nB=2\r\n', { A: '1', B: '2' }],
  ['\uFEFFA=1', { A: '1' }],
  ['A=1\nA=2', { A: '2' }],
  ['A=', { A: '' }],
  // What white space is to Compose.
  ['A\u0085=1\u0085\nB=2\uFEFF', { A: '1', B: '2\uFEFF' }],
  ['export\vA=1', { 'export\vA': '1' }],
  ['export\n# none\nA=1\nexport \n', { A: '1' }],
  ['export\rA=1', { A: '1' }],
])('reads %j', (text, expected) => {
  expect(read(text)).toEqual(expected);
});

test('interpolates from the environment first, then from what was read', () => {
  expect(read('A=1\nB=$A\nC="${A}${D:-d}"', { A: 'os' })).toEqual({ A: '1', B: 'os', C: 'osd' });
});

test('takes a key without a value from the environment, if it is there', () => {
  expect(read('A\nB\n', { A: 'os' })).toEqual({ A: 'os' });
});

test.each([
  ['A=1\nB="open', 2, 'not closed'],
  ['A$=1', 1, 'cannot stand in a key'],
  ['\uFEFF\uFEFFA=1', 1, 'cannot stand in a key'],
  ['A B=1', 1, 'cannot contain a space'],
  ['export\u3000A=1', 1, 'cannot stand in a key'],
  ['A=1\nexport ', 2, 'nothing follows export'],
  ['A=1\n\nB=${X:?needed}', 3, 'the required variable X is not set: needed'],
])('refuses %j on its line', (text, line, message) => {
  expect(() => read(text)).toThrow(
    expect.toSatisfy((error: unknown) => error instanceof DotenvError && error.line === line),
  );
  expect(() => read(text)).toThrow(message);
});

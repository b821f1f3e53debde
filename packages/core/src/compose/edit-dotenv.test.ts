import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDotenv } from './dotenv.ts';
import { readVariable, replaceVariable } from './edit-dotenv.ts';

const replace = (text: string, from = '1.0.0', to = '1.1.0') =>
  replaceVariable(text, { name: 'WEB_TAG', from, to }, '.env');

describe('one variable of an env file', () => {
  test.each([
    ['WEB_TAG=1.0.0', 'WEB_TAG=1.1.0'],
    ['A=1.0.0\r\nWEB_TAG=1.0.0\r\nB=1.0.0\r\n', 'A=1.0.0\r\nWEB_TAG=1.1.0\r\nB=1.0.0\r\n'],
    [
      '\uFEFF# 1.0.0\n\n  export  WEB_TAG = 1.0.0   # WEB_TAG=1.0.0\n',
      '\uFEFF# 1.0.0\n\n  export  WEB_TAG = 1.1.0   # WEB_TAG=1.0.0\n',
    ],
    ['WEB_TAG="1.0.0"\nA="x', undefined],
    ['WEB_TAG="1.0.0" # why\nX="a\\"b"', 'WEB_TAG="1.1.0" # why\nX="a\\"b"'],
    ["WEB_TAG: '1.0.0'", "WEB_TAG: '1.1.0'"],
    [
      '# WEB_TAG=1.0.0\nXWEB_TAG=1.0.0\nWEB_TAG=1.0.0\nWEB_TAG2=1.0.0',
      '# WEB_TAG=1.0.0\nXWEB_TAG=1.0.0\nWEB_TAG=1.1.0\nWEB_TAG2=1.0.0',
    ],
    ['A="\r\nWEB_TAG=1.0.0\r\n"\r\nWEB_TAG=1.0.0', 'A="\r\nWEB_TAG=1.0.0\r\n"\r\nWEB_TAG=1.1.0'],
    ['Ä=ß\t\nWEB_TAG=1.0.0\t\n', 'Ä=ß\t\nWEB_TAG=1.1.0\t\n'],
  ])('changes in %j, and nothing else does', (text, changed) => {
    if (changed === undefined)
      expect(() => replace(text)).toThrow(expect.objectContaining({ code: 'COMPOSE_FILE_INVALID' }));
    else expect(replace(text)).toBe(changed);
  });

  test('is not changed when it is not what it was', () => {
    for (const text of ['WEB_TAG=1.0.1', 'WEB_TAG=', 'A=1.0.0', '', 'WEB_TAG', '#WEB_TAG=1.0.0'])
      expect(() => replace(text), text).toThrow(
        expect.objectContaining({
          code: 'PROJECT_DIFFERS',
          message: expect.stringContaining('somebody has edited it'),
        }),
      );
  });

  test.each([
    ['WEB_TAG=1.0.0\nWEB_TAG=1.0.0', 'more than once'],
    ['A=1.0.0\nWEB_TAG=$A', 'no plain part'],
    ['WEB_TAG=${A:-1.0.0}', 'no plain part'],
    ['WEB_TAG="1.0\\.0"', 'no plain part'],
    ['WEB_TAG="1.0.0\n"', 'no plain part'],
    ['WEB_TAG= # 1.0.0', 'no plain part'],
  ])('is refused in %j', (text, why) => {
    expect(() => readVariable(text, 'WEB_TAG', '.env')).toThrow(
      expect.objectContaining({ code: 'COMPOSE_FILE_INVALID', message: expect.stringContaining(why) }),
    );
  });

  test('is not there, or empty, which are two things', () => {
    expect(readVariable('A=1', 'WEB_TAG', '.env')).toBeUndefined();
    expect(readVariable('WEB_TAG=', 'WEB_TAG', '.env')).toBe('');
  });
});

const tag = fc.stringMatching(/^\w[\w.-]{0,20}$/);
const filler = fc.constantFrom(
  ...[
    'A=1',
    'export B="two # words"',
    "C='$A'",
    '# WEB_TAG=0',
    '',
    '  ',
    'D: x # y',
    'E="a',
    'b"',
    'F=ä',
    '\tG = 1 ',
    'H',
    '# é',
  ],
);
const own = fc.constantFrom<(value: string) => string>(
  value => `WEB_TAG=${value}`,
  value => `export WEB_TAG="${value}"`,
  value => `  WEB_TAG :  '${value}' # was 1`,
  value => `WEB_TAG=${value} # ${value}`,
);
const read = (text: string): ReadonlyMap<string, string> | undefined => {
  try {
    return parseDotenv(text, () => undefined);
  } catch {
    return undefined;
  }
};

test('whatever stands around it stays, and the reader reads the new value and all others as before', () => {
  const cases = fc.record({
    before: fc.array(filler, { maxLength: 5 }),
    write: own,
    after: fc.array(filler, { maxLength: 5 }),
    newline: fc.constantFrom('\n', '\r\n'),
    mark: fc.constantFrom('', '\uFEFF'),
    from: tag,
    to: tag,
  });
  let edited = 0;
  fc.assert(
    fc.property(cases, ({ before, write, after, newline, mark, from, to }) => {
      const textWith = (value: string) => mark + [...before, write(value), ...after].join(newline);
      const text = textWith(from);
      const old = read(text);
      // A quote that is open before it swallows it.
      if (old?.get('WEB_TAG') !== from) return;
      edited += 1;
      const changed = replace(text, from, to);
      const start = mark.length + before.map(line => `${line}${newline}`).join('').length;
      const end = start + write(from).length;
      expect(changed.startsWith(text.slice(0, start))).toBe(true);
      expect(changed.endsWith(text.slice(end))).toBe(true);
      expect(Object.fromEntries(read(changed) ?? [])).toEqual({ ...Object.fromEntries(old), WEB_TAG: to });
      expect(replace(changed, to, from)).toBe(text);
    }),
    { numRuns: 500 },
  );
  expect(edited).toBeGreaterThan(100);
});

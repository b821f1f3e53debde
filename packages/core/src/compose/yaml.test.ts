import { describe, expect, test } from 'vitest';
import { entryOf, formatPlace, toPlain } from './tree.ts';
import { parseYaml } from './yaml.ts';

const read = (text: string): unknown => parseYaml(text, 'f.yaml').map(toPlain)[0];

test('writes aliases and merge keys out', () => {
  expect(read('x: &x {a: 1, b: 2}\ny:\n  b: 3\n  <<: *x\nz: *x')).toEqual({
    x: { a: 1, b: 2 },
    y: { b: 3, a: 1 },
    z: { a: 1, b: 2 },
  });
});

test('lets the first of several merged mappings win', () => {
  expect(read('x: &x {a: 1}\ny: &y {a: 2, b: 2}\nz: {<<: [*x, *y]}')).toMatchObject({ z: { a: 1, b: 2 } });
});

test.each([
  ['[b:, c:d:, e :]', ['b:', 'c:d:', 'e :']],
  ['{b:}', { 'b:': null }],
  ['{a: b, c:, d: e}', { a: 'b', 'c:': null, d: 'e' }],
  ['{a: b:, c: d:}', { a: 'b:', c: 'd:' }],
  ['[&x b:, *x ]', ['b:', 'b:']],
  ['[{a:\n}, "b":, {c: }, ? d, {? e : f}]', [{ a: null }, { b: null }, { c: null }, { d: null }, { e: 'f' }]],
])('reads %j as Compose does, to which a colon ends a key only before a space', (text, expected) => {
  expect(read(text)).toEqual(expected);
});

test('lets a value begin with a colon where no bracket is around it', () => {
  expect(read('a: :b\nc: [{d: ":e"}]\nf: :g')).toEqual({ a: ':b', c: [{ d: ':e' }], f: ':g' });
});

test('reads a quoted << as a key like any other', () => {
  expect(read('"<<": {a: 1}')).toEqual({ '<<': { a: 1 } });
});

test('reads documents one by one, an empty one as null', () => {
  expect(parseYaml('a: 1\n---\nb: 2\n---\n', 'f.yaml').map(toPlain)).toEqual([{ a: 1 }, { b: 2 }, null]);
  expect(parseYaml('# nothing\n', 'f.yaml')).toEqual([]);
  expect(parseYaml('a: &a 1\n---\nb: *a\n', 'f.yaml').map(toPlain)).toEqual([{ a: 1 }, { b: 1 }]);
});

test('keeps !reset and !override as marks and ignores other unknown tags', () => {
  const [document] = parseYaml('a: !reset null\nb: !override [1]\nc: !Sub x', 'f.yaml');
  expect([entryOf(document, 'a')?.mark, entryOf(document, 'b')?.mark, entryOf(document, 'c')?.mark]).toEqual([
    'reset',
    'override',
    undefined,
  ]);
  expect(read('c: !Sub x\nd: !!str 5')).toEqual({ c: 'x', d: '5' });
  // What is overridden as a whole has no other marks.
  expect(entryOf(entryOf(parseYaml('a: !override {b: !reset x}', 'f.yaml')[0], 'a'), 'b')?.mark).toBeUndefined();
  expect(read('a: !override 5\nb: !override\nc: !override {d: 5}')).toEqual({ a: '5', b: '', c: { d: 5 } });
});

test('keeps keys that JavaScript knows by another meaning', () => {
  expect(Object.keys(Object(read('__proto__: 1\nconstructor: 2')))).toEqual(['__proto__', 'constructor']);
});

test('says where a node stands', () => {
  const [document] = parseYaml('\uFEFFa:\r\n  b: "x"\r\n', 'f.yaml');
  const node = entryOf(entryOf(document, 'a'), 'b');
  expect(node && formatPlace(node)).toBe('f.yaml:2:6');
});

test.each([
  ['a: "x"#c\nb: [1]#c\nc: {}#c', { a: 'x', b: [1], c: {} }],
  ["- 'x'#c\n- [y,#c\n z]#c", ['x', ['y', 'z']]],
  ['a: [#c\n  b, {#d\n  e: f}]', { a: ['b', { e: 'f' }] }],
  ['a: x#c', { a: 'x#c' }],
  ['a: |-#c\n  x\nb: {"c":#d\n 1}', { a: 'x', b: { c: 1 } }],
])('takes what follows a quote or bracket in %j for a comment', (text, expected) => {
  expect(read(text)).toEqual(expected);
});

describe('a bracket that is not indented', () => {
  test('closes a list below its key, as Compose allows', () => {
    expect(read('s:\n  command: [\n    "a", # first\n    b\n  ]\n  image: x')).toEqual({
      s: { command: ['a', 'b'], image: 'x' },
    });
  });

  test('leaves the places of what follows as they were', () => {
    const [document] = parseYaml('a: [\n  1\n]\nb: 2', 'f.yaml');
    const node = entryOf(document, 'b');
    expect(node && formatPlace(node)).toBe('f.yaml:4:4');
  });

  test.each([
    ['s:\n  a: "sh -c\n   x # y\n  "\n  b: 1', { s: { a: 'sh -c x # y ', b: 1 } }],
    ['s:\n  a: ["x # y\nz", # "b\n"c"]', { s: { a: ['x # y z', 'c'] } }],
    ["s:\n  a: 'x\n\ny'", { s: { a: 'x\ny' } }],
    ['s:\n  a: [b,\n\tc]', { s: { a: ['b', 'c'] } }],
    ['s:\r\n  a: ["b\r\nc"\r\n]', { s: { a: ['b c'] } }],
  ])('is no worse in %j', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test('does not excuse a list that is never closed', () => {
    expect(() => read('a: [1, 2\nb: 3]')).toThrow('f.yaml:2:1: not valid YAML: the line is not indented enough.');
  });
});

test.each([
  ['a: 1\na: 2', '2:1: the key "a" is already defined on line 1.'],
  ['x: &x {}\ny: {<<: *x, <<: *x}', 'the key "<<" is already defined'],
  ['1: x', '1:1: a key must be a string.'],
  ['true: x', 'a key must be a string.'],
  ['a: *nope', '1:4: the alias *nope has no anchor.'],
  ['a: &a [*a]', 'the alias *a contains itself.'],
  ['a: {<<: 5}', '<< must be given a mapping'],
  ['a: "\\/"', '1:5: the escape \\/ is unknown.'],
  ['a: "\\\\ \\uD83D\\ude00"', '1:8: the escape \\uD83D is unknown.'],
  ['a: b # \u0007', '1:8: this control character is not allowed.'],
  ['a: b # \u007F', '1:8: this control character is not allowed.'],
  ['a: b # \uFFFE', '1:8: this control character is not allowed.'],
  ['a: !!int x', 'the value is not what its tag !!int says.'],
  ['a: !!binary "###"', 'the value is not what its tag !!binary says.'],
  ['a: !Sub#c', 'a space must follow the tag !Sub#c.'],
  ['a: !! b', '1:6: a space must follow the tag !!.'],
  ['a: &b c: d', '1:4: a mapping must begin on a line of its own.'],
  ['"a":#b', '1:5: not valid YAML'],
  ['{a: !Sub}', '1:9: a space must follow the tag !Sub.'],
  ['a: &b.c d', '1:5: the anchor b.c has a character that is neither a letter, a digit, - nor _.'],
  ['a: `x`', '1:4: not valid YAML'],
  ['a: [b, :c]', '1:8: a value between brackets cannot begin with a colon.'],
  ['a: {b: ::c}', '1:8: a value between brackets cannot begin with a colon.'],
  ['a: {:b: c}', 'a value between brackets cannot begin with a colon.'],
  ['a: [x, http://y/?z]', '1:8: a value between brackets cannot hold a question mark.'],
  ['a: {b?: c}', 'a value between brackets cannot hold a question mark.'],
  ['a: {b:[c]}', '1:6: a space must follow the colon.'],
  ['a: [b:{c: d}]', 'a space must follow the colon.'],
])('refuses %j', (text, message) => {
  expect(() => read(text)).toThrow(message);
});

test('knows other line breaks, and characters beyond the first 65,536', () => {
  expect(read('a:\r  b: c\r')).toEqual({ a: { b: 'c' } });
  expect(read('a: "b\u0085 c"\nd: 😀 # 😀\ne: "\\\\uD83D \\U0001F600"')).toEqual({
    a: 'b c',
    d: '😀',
    e: '\\uD83D 😀',
  });
});

test('reads a dash between brackets', () => {
  expect(read('a: [b, -]\nc: {d: -}\ne: !x [-,-]')).toEqual({ a: ['b', '-'], c: { d: '-' }, e: ['-', '-'] });
});

test('reads an escaped single quote', () => {
  expect(read('a: "it\\\'s \\\\\\\' \\t"\nb: [-, "\\\'"]')).toEqual({ a: "it's \\' \t", b: ['-', "'"] });
});

describe('a tab', () => {
  test.each([
    ['an empty line', 'a: "b"\n\t\nc: d', '2:1'],
    ['an empty line after a plain value', 'a: b\n\t\nc: d', '2:1'],
    ['an empty line of a deeper block', 'a:\n  - b\n \t\n  - c', '3:2'],
    ['the first line', '\t\na: b', '1:1'],
    ['the last line', 'a: b\n\t', '2:1'],
    ['a line of a comment', 'a: b # c\n\t# d\n', '2:1'],
    ['an item', '-\tb', '1:2'],
    ['an item that is below', '- # c\n  b\n- \t# d\n  e', '3:3'],
    ['a key with a question mark', '? \ta', '1:3'],
    ['the value of such a key', '? a\n:\tb', '2:2'],
    ['a line of a plain value', 'a: [b\n\t, c]', '2:1'],
    ['an empty line of a block', 'a: |\n    b\n  \t\nc: d', '3:3'],
    ['the first line of a block', 'a: |\n  \tb', '2:3'],
  ])('is refused in %s', (_, text, place) => {
    expect(() => read(text)).toThrow(`f.yaml:${place}: a tab stands where only spaces may.`);
  });

  test.each([
    ['a:\tb\t# c\t\nd: "e\t\n\tf"\t', { a: 'b', d: 'e f' }],
    ['a: b\n     \t\nc: d', { a: 'b', c: 'd' }],
    ['# a\n\n\t\n\t# b\nc: d', { c: 'd' }],
    ['a: [b,\n\tc, "d"\n\t]', { a: ['b', 'c', 'd'] }],
    ['a: |\n  b\n  \tc\nd: >2-\n  \te\nf: g', { a: 'b\n\tc\n', d: '\te', f: 'g' }],
    ['a: &b\t\n  c: !d\te', { a: { c: 'e' } }],
  ])('is read elsewhere: %j', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });
});

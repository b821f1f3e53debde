import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Node, Source } from './node.ts';
import { readEvents } from './yaml-events.ts';
import { readPlain } from './yaml-plain.ts';
import { createDocuments } from './yaml-tree.ts';

const sourceOf = (text: string): Source => ({ file: 'f.yaml', text });

/** What js-yaml makes of it; `undefined` where it is not valid. */
function readByJsYaml(source: Source): readonly Node[] | undefined {
  try {
    return createDocuments(readEvents(source), source);
  } catch {
    return undefined;
  }
}

const typical = `# A project.
---
x-common: &common   # for all
  restart: unless-stopped
  logging: { driver: json-file, options: {max-size: 10m, "max-file": '3'} }

services:
  web:
    <<: *common
    image: "registry.example.com:5000/web:\${TAG:-1.0}"  # quoted
    command: [ serve, --port=80, 'it: is', *none_, ]
    environment:
    - A=b # c
    - URL=http://a:80/#x
    -
      - nested
    ports:
      - target: 80
        published: 8080

      -   mode: host
          target: 0x1F90
    labels:
      traefik.http.routers.web.rule: Host(\`a.b\`) && Path("/")
      empty:
      "quoted key": ~
      'single': 1_000.5
    deploy: {}
    volumes: []
# The end`.replace('*none_', 'é');

describe('what most files are written in', () => {
  test('is read as js-yaml reads it, places included', () => {
    const source = sourceOf(typical);
    const document = readPlain(source);
    expect(document).toBeDefined();
    expect([document]).toEqual(readByJsYaml(source));
  });

  test.each([
    'a: 1',
    '- a\n- b: c\n  d:\n  - e',
    'a:\n  b:\n\n# c\n  d: *x'.replace('*x', 'x'),
    'a: &x\n  b: 1\nc: *x\nd: {e: *x}\nf: [*x]',
    'a: &x 1 # y\nb: *x  # y',
    'a: - b'.replace('- b', '-b'),
    'a: b:c\nd: http://e',
    'a: [b, c,]',
    'a: "b" # c\nd: \'\'',
    // A key that is not the one that followed last.
    'a:\n  b: 1\n  c: 2\nd:\n  b: 3\n  cc: 4\ne:\n  b: 5\nf: {b: 6, c: 7, d: 8}',
    'a: {"1": b, c: d}\ne: {"1": f, c: g}\nh: {c: i, "1": j}',
  ])('is %j', text => {
    const source = sourceOf(text);
    expect(readPlain(source)).toBeDefined();
    expect([readPlain(source)]).toEqual(readByJsYaml(source));
  });

  test('is read as js-yaml reads it, whatever it is put together of', () => {
    const indent = fc.constantFrom('', '', '  ', '  ', '    ');
    const key = fc.constantFrom('a: ', 'b: ', 'c:', 'd: ', 'e: ', '- ', '- a: ', '<<: ', '"q": ', '? ', '1: ', '');
    const common = fc.constantFrom(
      '',
      'x',
      'x y',
      '1',
      '"q"',
      "'s'",
      '[a, b]',
      '{a: b}',
      '&n v',
      '&n',
      '*n',
      '# c',
      '~',
    );
    const rare = fc.constantFrom(
      ...['x # c', 'x#c', '|', '!t v', '- x', 'a: b', 'a:', '[', ']', '{a', '}', '"', "''", 'x: y', '[a: b]', ':', '-'],
      ...['[{a: [b]}, *n]', '---', '-x', '[a,]', '{a: b, }', '{ }', '[ ]#', "'a''b'", 'x:', '\t', '- - x', '[*n, *n]'],
    );
    const value = fc.oneof({ weight: 4, arbitrary: common }, { weight: 1, arbitrary: rare });
    const line = fc.tuple(indent, key, value).map(parts => parts.join(''));
    const numRuns = Number(process.env.FUZZ_RUNS ?? 10_000);
    let plain = 0;
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), lines => {
        const source = sourceOf(lines.join('\n'));
        const document = readPlain(source);
        if (document === undefined) return;
        plain += 1;
        expect([document]).toEqual(readByJsYaml(source));
      }),
      { numRuns, seed: Number(process.env.FUZZ_SEED ?? 1) },
    );
    expect(plain / numRuns).toBeGreaterThan(0.05);
  });
});

describe('is left to js-yaml:', () => {
  test.each([
    ['nothing', '# c\n'],
    ['a lone value', 'a'],
    ['several documents', 'a: 1\n---\nb: 2'],
    ['a directive', '%YAML 1.1\n---\na: 1'],
    ['a tab', 'a:\tb'],
    ['a line break of Windows', 'a: 1\r\nb: 2'],
    ['a block scalar', 'a: |\n  b'],
    ['a tag', 'a: !reset b'],
    ['an escape', 'a: "\\n"'],
    ['a doubled quote', "a: 'it''s'"],
    ['a value of two lines', 'a: b\n  c'],
    ['a list of two lines', 'a: [b,\n  c]'],
    ['a key of two words', 'a b: c'],
    ['a key that is no text', '1: a'],
    ['a key that is text only where it is quoted', 'a: {"1": b}\nc: {1: d}'],
    ['a key twice', 'a: 1\na: 2'],
    ['a key twice where another mapping has it once', 'a: {b: 1, c: 2}\nd: {b: 1, c: 2, b: 3}'],
    ['an alias of nothing', 'a: *b'],
    ['a list in a list on one line', '- - a'],
    ['a key without a value between brackets', '{a, b}'],
    ['a line too deep', 'a: 1\n  b: 2'],
    ['a line not deep enough', ' a: 1\nb: 2'],
    ['deep nesting', Array.from({ length: 60 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
    ['deep brackets', `a: ${'['.repeat(30)}${']'.repeat(30)}`],
  ])('%s', (_, text) => {
    expect(readPlain(sourceOf(text))).toBeUndefined();
  });
});

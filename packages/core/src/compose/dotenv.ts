import { fillTemplate, type Lookup, TemplateError } from './template.ts';
import { isSpace, trimEnd } from './white-space.ts';

/** A line of an env file that cannot be read. */
export class DotenvError extends Error {
  readonly line: number;
  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/**
 * Reads the text of an env file into `into`.
 *
 * Unquoted and double-quoted values are interpolated: `lookup` is asked first, then what was read before. A key without
 * a value takes the one that `lookup` gives.
 *
 * @throws DotenvError
 * @see Docker Docs, "Syntax for environment files"
 */
export function parseDotenv(text: string, lookup: Lookup, into: Map<string, string> = new Map()): Map<string, string> {
  const source = sourceOf(text);
  const lookupHereToo: Lookup = name => lookup(name) ?? into.get(name);
  for (const { name, value } of readStatements(source)) {
    const read = value === undefined ? lookupHereToo(name) : textOf(value, source, lookupHereToo);
    if (read !== undefined) into.set(name, read);
  }
  return into;
}

/** A value that an env file gives to a key, as it is written there. */
export interface WrittenValue {
  /** Without its quotes. */
  readonly text: string;
  readonly isQuoted: boolean;
  /** Where it begins in the file's text. */
  readonly start: number;
}

/**
 * What an env file's text says of one key, in order. A key without a value says nothing.
 *
 * @throws DotenvError
 */
export function findInDotenv(text: string, name: string): readonly WrittenValue[] {
  const source = sourceOf(text);
  return [...readStatements(source)].flatMap(statement => {
    if (statement.name !== name || statement.value === undefined) return [];
    const { start, stop, quote } = statement.value;
    return [{ text: source.slice(start, stop), isQuoted: quote !== '', start: start + text.length - source.length }];
  });
}

/** As it is read: without a byte order mark. */
function sourceOf(text: string): string {
  return text.replace(/^\uFEFF/, '');
}

interface Statement {
  readonly name: string;
  /** `undefined`: it is inherited. */
  readonly value: Value | undefined;
}

function* readStatements(source: string): Generator<Statement> {
  let index = statementStart(source, 0);
  while (index < source.length) {
    const key = readKey(source, index);
    const value = key.isInherited ? undefined : readValue(source, key.end);
    yield { name: key.name, value };
    index = statementStart(source, value?.end ?? key.end);
  }
}

const blank = /[\t\v\f\r \u0085\u00A0]/;
// What follows may be a line end, which then ends an empty key.
const exportPattern = /export(?=[\t\n\f\r ])[\t\v\f\r \u0085\u00A0]*/y;
const keyPattern = /[\p{L}\p{N}_.\-[\]]/u;

/** Skips white space and comments. */
function statementStart(source: string, from: number): number {
  let index = from;
  while (index < source.length) {
    if (source.charAt(index) === '#') {
      const lineEnd = source.indexOf('\n', index);
      if (lineEnd < 0) return source.length;
      index = lineEnd;
    } else if (!isSpace(source.charAt(index))) {
      return index;
    }
    index += 1;
  }
  return index;
}

interface Key {
  readonly name: string;
  readonly isInherited: boolean;
  readonly end: number;
}

function readKey(source: string, from: number): Key {
  exportPattern.lastIndex = from;
  const start = exportPattern.test(source) ? exportPattern.lastIndex : from;
  if (start === source.length) throw new DotenvError(lineOf(source, from), 'nothing follows export');
  for (let index = start; index < source.length; ) {
    const character = String.fromCodePoint(source.codePointAt(index) ?? 0);
    if (character === '=' || character === ':' || character === '\n') {
      const name = trimEnd(source.slice(start, index));
      if (name.includes(' ')) throw new DotenvError(lineOf(source, start), 'a key cannot contain a space');
      return { name, isInherited: character === '\n', end: skipBlanks(source, index + 1) };
    }
    if (!blank.test(character) && !keyPattern.test(character)) {
      throw new DotenvError(lineOf(source, start), `the character ${JSON.stringify(character)} cannot stand in a key`);
    }
    index += character.length;
  }
  // A last key without a line end names nothing.
  return { name: '', isInherited: false, end: start };
}

interface Value {
  readonly start: number;
  readonly stop: number;
  readonly quote: '"' | "'" | '';
  /** Where the next statement may begin. */
  readonly end: number;
}

function readValue(source: string, start: number): Value {
  const quote = source.charAt(start);
  if (quote === '"' || quote === "'") return readQuoted(source, start + 1, quote);
  const lineEnd = source.indexOf('\n', start);
  const end = lineEnd < 0 ? source.length : lineEnd;
  const [beforeComment = ''] = source.slice(start, end).split(' #', 1);
  return { start, stop: start + trimEnd(beforeComment).length, quote: '', end };
}

function readQuoted(source: string, start: number, quote: '"' | "'"): Value {
  for (let stop = start; stop < source.length; stop += 1) {
    const character = source.charAt(stop);
    if (character === quote) return { start, stop, quote, end: stop + 1 };
    if (character === '\\') stop += 1;
  }
  throw new DotenvError(lineOf(source, start - 1), `the quoted value is not closed with ${quote}`);
}

function textOf({ start, stop, quote }: Value, source: string, lookup: Lookup): string {
  const written = source.slice(start, stop);
  if (quote === '') return fillIn(written, source, start, lookup);
  const text = written.replaceAll(`\\${quote}`, quote);
  return quote === '"' ? fillIn(expandEscapes(text), source, start - 1, lookup) : text;
}

const escapes: ReadonlyMap<string, string> = new Map([
  ...([
    ['a', '\x07'],
    ['b', '\b'],
    ['f', '\f'],
    ['n', '\n'],
    ['r', '\r'],
    ['t', '\t'],
    ['v', '\v'],
  ] as const),
  // The template turns the pair into one dollar.
  ...([
    ['\\', '\\'],
    ['"', '"'],
    ['$', '$$'],
  ] as const),
]);

function expandEscapes(text: string): string {
  return text.replace(
    /\\(?:0([0-7]{3})|([abfnrtv\\"$]))/g,
    (whole, octal: string | undefined, letter: string | undefined) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
      return escapes.get(letter ?? '') ?? whole;
    },
  );
}

function fillIn(template: string, source: string, offset: number, lookup: Lookup): string {
  try {
    return fillTemplate(template, lookup);
  } catch (error) {
    if (error instanceof TemplateError) throw new DotenvError(lineOf(source, offset), error.message);
    throw error;
  }
}

function skipBlanks(source: string, from: number): number {
  let index = from;
  while (index < source.length && blank.test(source.charAt(index))) index += 1;
  return index;
}

function lineOf(source: string, offset: number): number {
  return source.slice(0, offset).split('\n').length;
}

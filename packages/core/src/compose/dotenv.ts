import { fillTemplate, type Lookup, TemplateError } from './template.ts';

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
  const source = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const lookupHereToo: Lookup = name => lookup(name) ?? into.get(name);
  let index = statementStart(source, 0);
  while (index < source.length) {
    const key = readKey(source, index);
    if (key.isInherited) {
      const inherited = lookupHereToo(key.name);
      if (inherited !== undefined) into.set(key.name, inherited);
      index = key.end;
    } else {
      const value = readValue(source, key.end, lookupHereToo);
      into.set(key.name, value.text);
      index = value.end;
    }
    index = statementStart(source, index);
  }
  return into;
}

const blank = /[\t\v\f\r \u0085\u00A0]/;
const exportPattern = /export\s+/y;
const keyPattern = /[\p{L}\p{N}_.\-[\]]/u;

/** Skips white space and comments. */
function statementStart(source: string, from: number): number {
  let index = from;
  while (index < source.length) {
    if (source.charAt(index) === '#') {
      const lineEnd = source.indexOf('\n', index);
      if (lineEnd < 0) return source.length;
      index = lineEnd;
    } else if (!/\s/.test(source.charAt(index))) {
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
  for (let index = start; index < source.length; ) {
    const character = String.fromCodePoint(source.codePointAt(index) ?? 0);
    if (character === '=' || character === ':' || character === '\n') {
      const name = source.slice(start, index).replace(/\s+$/, '');
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
  readonly text: string;
  readonly end: number;
}

function readValue(source: string, from: number, lookup: Lookup): Value {
  const quote = source.charAt(from);
  if (quote === '"' || quote === "'") return readQuoted(source, from, quote, lookup);
  const lineEnd = source.indexOf('\n', from);
  const end = lineEnd < 0 ? source.length : lineEnd;
  const [beforeComment = ''] = source.slice(from, end).split(' #', 1);
  return { text: fillIn(beforeComment.trimEnd(), source, from, lookup), end };
}

function readQuoted(source: string, from: number, quote: string, lookup: Lookup): Value {
  let text = '';
  for (let index = from + 1; index < source.length; index += 1) {
    const character = source.charAt(index);
    if (character === quote) {
      const isExpanded = quote === '"';
      return { text: isExpanded ? fillIn(expandEscapes(text), source, from, lookup) : text, end: index + 1 };
    }
    if (character === '\\' && index + 1 < source.length) {
      index += 1;
      const next = source.charAt(index);
      text += next === quote ? quote : `\\${next}`;
    } else {
      text += character;
    }
  }
  throw new DotenvError(lineOf(source, from), `the quoted value is not closed with ${quote}`);
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

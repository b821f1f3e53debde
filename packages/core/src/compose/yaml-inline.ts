import { type Node, type Source, scalar } from './node.ts';
import type { TreeBuilder } from './yaml-builder.ts';
import type { YamlKeys } from './yaml-keys.ts';
import { resolveScalar } from './yaml-scalar.ts';

/** Thrown where a text is none that is read here; whoever reads it instead says what is wrong with it, if anything. */
export const notPlain: Error = new Error('not plain YAML');

/** Brackets inside brackets; more are left to js-yaml, which has a limit. */
const maxDepth = 20;
const maxKeyLength = 1000;

const [newline, space, doubleQuote, hash, ampersand, singleQuote, asterisk] = [10, 32, 34, 35, 38, 39, 42];
const [comma, dash, colon, lessThan, backslash] = [44, 45, 58, 60, 92];
const [openBracket, closeBracket, openBrace, closeBrace] = [91, 93, 123, 125];

/** By code: what a plain key may hold, and a name of an anchor. */
const keyCharacters = flags(/[\w./@-]/);
const nameCharacters = flags(/[\w-]/);
/** By code: what no plain scalar begins with, and what ends one between brackets. */
const indicators = flags(/[?:,[\]{}#&*!|>'"%@`]/);
const flowIndicators = flags(/[,[\]{}]/);
/** What ends one there for Compose only, which then finds it no place. */
const question = 63;

function flags(pattern: RegExp): Uint8Array {
  return Uint8Array.from({ length: 128 }, (_, code) => (pattern.test(String.fromCharCode(code)) ? 1 : 0));
}

/**
 * Reads keys and values that begin and end on one line.
 *
 * @throws notPlain
 */
export class InlineReader {
  /** Behind what was read last. */
  end = 0;
  private readonly builder: TreeBuilder;
  private readonly source: Source;
  private readonly text: string;

  constructor(builder: TreeBuilder) {
    this.builder = builder;
    this.source = builder.source;
    this.text = builder.source.text;
  }

  skipSpaces(from: number): number {
    let at = from;
    while (this.text.charCodeAt(at) === space) at += 1;
    return at;
  }

  /** Where a line ends that has nothing more than a comment; -1 if it has. */
  lineEnd(from: number): number {
    const { text } = this;
    const at = this.skipSpaces(from);
    if (at >= text.length || text.charCodeAt(at) === newline) return at;
    if (text.charCodeAt(at) !== hash || !(at === 0 || this.isBlank(at - 1))) return -1;
    const end = text.indexOf('\n', at);
    return end < 0 ? text.length : end;
  }

  /** A dash that begins an item. */
  isDash(at: number): boolean {
    return this.text.charCodeAt(at) === dash && this.isBlank(at + 1);
  }

  isMergeKey(at: number): boolean {
    return this.text.charCodeAt(at) === lessThan;
  }

  /** Where the colon after a key is; -1 if no key begins here. */
  keyEnd(start: number): number {
    const { text } = this;
    const first = text.charCodeAt(start);
    let at = start;
    if (first === doubleQuote || first === singleQuote) at = this.quoteEnd(start) + 1;
    else if (first === lessThan && text.charCodeAt(start + 1) === lessThan) at += 2;
    else if (first !== dash && indicators[first] === 0) while (keyCharacters[text.charCodeAt(at)] === 1) at += 1;
    return at > start && this.isKeyEnd(at) && at - start < maxKeyLength ? at : -1;
  }

  /** The keys with the one that begins here. */
  readKey(start: number, keys: YamlKeys): YamlKeys {
    const { text } = this;
    const { likely } = keys;
    if (likely !== undefined && text.startsWith(likely.key, start) && this.isKeyEnd(start + likely.key.length)) {
      this.end = start + likely.key.length;
      return likely;
    }
    const end = this.keyEnd(start);
    if (end < 0) throw notPlain;
    this.end = end;
    const first = text.charCodeAt(start);
    if (first === doubleQuote || first === singleQuote) return keys.with(text.slice(start + 1, end - 1));
    const key = text.slice(start, end);
    if (typeof resolveScalar(key) !== 'string') throw notPlain;
    keys.likely = keys.with(key);
    return keys.likely;
  }

  private isKeyEnd(at: number): boolean {
    return this.text.charCodeAt(at) === colon && this.isBlank(at + 1);
  }

  /** The name of an anchor; `undefined` if none begins here. */
  anchorFrom(start: number): string | undefined {
    if (this.text.charCodeAt(start) !== ampersand) return undefined;
    const name = this.nameFrom(start + 1);
    if (!this.isBlank(this.end)) throw notPlain;
    return name;
  }

  value(at: number): Node {
    return this.read(at, 0);
  }

  /** Whether a word ends here. */
  private isBlank(at: number): boolean {
    const code = this.text.charCodeAt(at);
    return code === space || code === newline || at >= this.text.length;
  }

  private nameFrom(start: number): string {
    let at = start;
    while (nameCharacters[this.text.charCodeAt(at)] === 1) at += 1;
    this.end = at;
    return this.text.slice(start, at);
  }

  /** @param depth  brackets around it */
  private read(start: number, depth: number): Node {
    const { text, source } = this;
    switch (text.charCodeAt(start)) {
      case doubleQuote:
      case singleQuote: {
        const end = this.quoteEnd(start);
        this.end = end + 1;
        return scalar(text.slice(start + 1, end), { source, offset: start });
      }
      case asterisk:
        return this.builder.alias(this.nameFrom(start + 1), start);
      case openBracket:
        return this.readSequence(start, depth + 1);
      case openBrace:
        return this.readMapping(start, depth + 1);
      default:
        return this.readPlainScalar(start, depth > 0);
    }
  }

  /** The quote that closes the one at `start`, if there is nothing between them that stands for anything else. */
  private quoteEnd(start: number): number {
    const { text } = this;
    const quote = text.charCodeAt(start);
    for (let at = start + 1; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === quote && !(quote === singleQuote && text.charCodeAt(at + 1) === quote)) return at;
      if (code === quote || code === newline || (code === backslash && quote === doubleQuote)) break;
    }
    throw notPlain;
  }

  private readPlainScalar(start: number, isInBrackets: boolean): Node {
    const { text } = this;
    if (indicators[text.charCodeAt(start)] === 1 || this.isDash(start)) throw notPlain;
    let at = start;
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === newline || (code === hash && text.charCodeAt(at - 1) === space)) break;
      if (isInBrackets && flowIndicators[code] === 1) break;
      if (isInBrackets && code === question) throw notPlain;
      if (code !== colon) continue;
      if (this.isBlank(at + 1) || (isInBrackets && flowIndicators[text.charCodeAt(at + 1)] === 1)) throw notPlain;
    }
    this.end = at;
    while (text.charCodeAt(at - 1) === space) at -= 1;
    if (at <= start) throw notPlain;
    return scalar(resolveScalar(text.slice(start, at)), { source: this.source, offset: start });
  }

  private readSequence(offset: number, depth: number): Node {
    const { builder, text } = this;
    if (depth > maxDepth) throw notPlain;
    const start = builder.startSequence();
    let at = this.skipSpaces(offset + 1);
    for (let index = 0; text.charCodeAt(at) !== closeBracket; index += 1) {
      builder.enter(index);
      builder.count();
      builder.addItem(this.read(at, depth));
      at = this.next(closeBracket);
    }
    this.end = at + 1;
    return builder.endSequence(start, offset);
  }

  private readMapping(offset: number, depth: number): Node {
    const { builder, text } = this;
    if (depth > maxDepth) throw notPlain;
    const start = builder.startMapping();
    let keys = builder.noKeys;
    let at = this.skipSpaces(offset + 1);
    while (text.charCodeAt(at) !== closeBrace) {
      if (this.isMergeKey(at)) throw notPlain;
      keys = this.readKey(at, keys);
      builder.count();
      builder.enter(keys.key);
      builder.count();
      builder.addEntry(at, this.read(this.skipSpaces(this.end + 1), depth));
      at = this.next(closeBrace);
    }
    this.end = at + 1;
    return builder.endMapping(start, offset, keys);
  }

  /** Behind the comma after what was read, or at the bracket. */
  private next(bracket: number): number {
    const at = this.skipSpaces(this.end);
    const code = this.text.charCodeAt(at);
    if (code !== comma && code !== bracket) throw notPlain;
    return code === comma ? this.skipSpaces(at + 1) : at;
  }
}

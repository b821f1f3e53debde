import { ShellSyntaxError, type Word, type WordPart } from './shell-syntax.ts';

const separators = ' \t\n;&|<>()';
const name = /[A-Za-z_][A-Za-z0-9_]*/y;
const special = /[0-9?$!#@*-]/;

/** Reads the words of a script, one character after the other. @see POSIX.1-2017, Shell Command Language, 2.2 and 2.6 */
export class WordReader {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  startsWith(what: string): boolean {
    return this.text.startsWith(what, this.at);
  }

  /** Blanks, joined lines and comments; not the ends of lines. */
  skipBlanks(): void {
    for (;;) {
      if (this.startsWith('\\\n')) this.at += 2;
      else if (this.startsWith(' ') || this.startsWith('\t')) this.at += 1;
      else if (this.startsWith('#')) {
        const end = this.text.indexOf('\n', this.at);
        this.at = end === -1 ? this.text.length : end;
      } else return;
    }
  }

  /** `undefined` if none begins here. */
  readWord(): Word | undefined {
    const parts = this.#readParts(character => separators.includes(character), false);
    return parts.length > 0 ? parts : undefined;
  }

  /** A whole text in which only `$`, a backquote and a backslash mean something: a here-document. */
  readQuoted(): Word {
    return this.#readDoubleQuoted(() => false);
  }

  #readParts(isEnd: (character: string) => boolean, isQuoted: boolean): WordPart[] {
    const parts: WordPart[] = [];
    while (!this.isAtEnd) {
      const character = this.text[this.at] ?? '';
      if (character === "'") parts.push(this.#readSingleQuoted());
      else if (character === '"') {
        this.at += 1;
        parts.push(...this.#readDoubleQuoted(next => next === '"'));
        this.#expect('"');
      } else if (character === '\\') {
        if (!this.startsWith('\\\n'))
          parts.push({ kind: 'text', text: this.text[this.at + 1] ?? '\\', isQuoted: true });
        this.at += 2;
      } else if (character === '$' || character === '`') parts.push(this.#readExpansion(isQuoted));
      else if (isEnd(character)) break;
      else {
        this.at += 1;
        addText(parts, character, isQuoted);
      }
    }
    return parts;
  }

  #readSingleQuoted(): WordPart {
    const end = this.text.indexOf("'", this.at + 1);
    if (end === -1) throw new ShellSyntaxError('syntax error: unterminated quoted string');
    const text = this.text.slice(this.at + 1, end);
    this.at = end + 1;
    return { kind: 'text', text, isQuoted: true };
  }

  #readDoubleQuoted(isEnd: (character: string) => boolean): WordPart[] {
    const parts: WordPart[] = [{ kind: 'text', text: '', isQuoted: true }];
    while (!this.isAtEnd) {
      const character = this.text[this.at] ?? '';
      if (isEnd(character)) break;
      if (character === '$' || character === '`') {
        parts.push(this.#readExpansion(true));
        continue;
      }
      const next = this.text[this.at + 1] ?? '';
      const isEscape = character === '\\' && '$`"\\\n'.includes(next) && next !== '';
      if (isEscape) addText(parts, next === '\n' ? '' : next, true);
      else addText(parts, character, true);
      this.at += isEscape ? 2 : 1;
    }
    // `"$@"` of no parameters is no word, unlike `""`.
    return parts.length > 1 && parts[0]?.kind === 'text' && parts[0].text === '' ? parts.slice(1) : parts;
  }

  #readExpansion(isQuoted: boolean): WordPart {
    if (this.startsWith('`')) return { kind: 'command', script: this.#readBackquoted(), isQuoted };
    if (this.startsWith('$((')) {
      this.at += 3;
      const text = this.#readBalanced('))');
      return { kind: 'arithmetic', expression: new WordReader(text).readQuoted(), isQuoted };
    }
    if (this.startsWith('$(')) {
      this.at += 2;
      return { kind: 'command', script: this.#readBalanced(')'), isQuoted };
    }
    if (this.startsWith('${')) return this.#readBraced(isQuoted);
    this.at += 1;
    const found = this.#readName();
    if (found === undefined) return { kind: 'text', text: '$', isQuoted };
    return { kind: 'variable', name: found, operator: '', argument: [], isQuoted };
  }

  #readBraced(isQuoted: boolean): WordPart {
    this.at += 2;
    const isLength = this.startsWith('#') && !this.startsWith('#}');
    if (isLength) this.at += 1;
    const variable = this.#readName();
    if (variable === undefined) throw new ShellSyntaxError('syntax error: bad substitution');
    const operator = isLength ? 'length' : (/^(:?[-=+?]|##?|%%?)/.exec(this.text.slice(this.at))?.[0] ?? '');
    if (!isLength) this.at += operator.length;
    const argument = this.#readParts(character => character === '}', isQuoted);
    this.#expect('}');
    return { kind: 'variable', name: variable, operator, argument, isQuoted };
  }

  #readName(): string | undefined {
    name.lastIndex = this.at;
    const found = name.exec(this.text)?.[0] ?? special.exec(this.text[this.at] ?? '')?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  #readBackquoted(): string {
    const end = this.text.indexOf('`', this.at + 1);
    if (end === -1) throw new ShellSyntaxError('syntax error: unterminated quoted string');
    const script = this.text.slice(this.at + 1, end);
    this.at = end + 1;
    return script;
  }

  /** Up to the closing brackets that fit; quotes hide brackets. */
  #readBalanced(close: ')' | '))'): string {
    const start = this.at;
    for (let depth = 0; !this.isAtEnd; this.at += 1) {
      const character = this.text[this.at];
      if (character === '\\') this.at += 1;
      else if (character === "'") this.at = this.#endOf("'");
      else if (character === '"') this.at = this.#endOf('"');
      else if (depth === 0 && this.startsWith(close)) {
        const inside = this.text.slice(start, this.at);
        this.at += close.length;
        return inside;
      } else if (character === '(') depth += 1;
      else if (character === ')') depth -= 1;
    }
    throw new ShellSyntaxError(`syntax error: unexpected end of file (expecting "${close}")`);
  }

  #endOf(quote: string): number {
    let end = this.text.indexOf(quote, this.at + 1);
    while (quote === '"' && end !== -1 && this.text[end - 1] === '\\') end = this.text.indexOf(quote, end + 1);
    if (end === -1) throw new ShellSyntaxError('syntax error: unterminated quoted string');
    return end;
  }

  #expect(character: string): void {
    if (!this.startsWith(character)) throw new ShellSyntaxError('syntax error: unterminated quoted string');
    this.at += 1;
  }
}

function addText(parts: WordPart[], text: string, isQuoted: boolean): void {
  const last = parts.at(-1);
  if (last?.kind === 'text' && last.isQuoted === isQuoted) {
    parts[parts.length - 1] = { kind: 'text', text: last.text + text, isQuoted };
  } else parts.push({ kind: 'text', text, isQuoted });
}

import {
  type Assignment,
  type Branch,
  type Choice,
  type Command,
  type ListItem,
  type Redirection,
  ShellSyntaxError,
  type Word,
} from './shell-syntax.ts';
import { WordReader } from './shell-words.ts';

/** Words that begin or end a command, where a command can stand. */
const reserved = [
  'if',
  'then',
  'elif',
  'else',
  'fi',
  'while',
  'until',
  'for',
  'do',
  'done',
  'case',
  'esac',
  '{',
  '}',
  '!',
];
const closing = ['then', 'elif', 'else', 'fi', 'do', 'done', 'esac', '}'];

/** Throws ShellSyntaxError. */
export function parseScript(script: string): Command {
  const parser = new Parser(script);
  const command = parser.list();
  parser.expectEnd();
  return command;
}

class Parser {
  readonly #reader: WordReader;
  /** Here-documents whose text begins after the end of the line. */
  readonly #awaited: { delimiter: string; fill: (text: string) => void }[] = [];

  constructor(script: string) {
    this.#reader = new WordReader(script);
  }

  list(): Command {
    const items: ListItem[] = [];
    for (;;) {
      this.#skipLines();
      if (this.#isAtListEnd()) break;
      let command = this.#pipeline();
      let operator = this.#listOperator();
      while (operator === '&&' || operator === '||') {
        items.push({ command, operator });
        this.#skipLines();
        command = this.#pipeline();
        operator = this.#listOperator();
      }
      items.push({ command, operator: operator ?? ';' });
      if (operator === undefined) break;
    }
    return { kind: 'list', items };
  }

  expectEnd(): void {
    this.#skipLines();
    if (!this.#reader.isAtEnd) throw this.#unexpected();
  }

  #listOperator(): ListItem['operator'] | undefined {
    this.#reader.skipBlanks();
    for (const operator of ['&&', '||'] as const) if (this.#take(operator)) return operator;
    if (this.#reader.startsWith(';;')) return undefined;
    if (this.#take('&')) return '&';
    if (this.#take(';')) return ';';
    if (this.#reader.startsWith('\n')) return ';';
    return undefined;
  }

  #isAtListEnd(): boolean {
    const reader = this.#reader;
    return reader.isAtEnd || reader.startsWith(')') || reader.startsWith(';;') || closing.includes(this.#peekWord());
  }

  #pipeline(): Command {
    this.#reader.skipBlanks();
    const isNegated = this.#takeWord('!');
    const commands = [this.#command()];
    for (;;) {
      this.#reader.skipBlanks();
      if (this.#reader.startsWith('||') || !this.#take('|')) break;
      this.#skipLines();
      commands.push(this.#command());
    }
    const [first] = commands;
    return first && commands.length === 1 && !isNegated ? first : { kind: 'pipeline', commands, isNegated };
  }

  #command(): Command {
    this.#reader.skipBlanks();
    if (this.#reader.startsWith('(')) {
      this.#take('(');
      const body = this.list();
      this.#expect(')');
      return { kind: 'group', body, isSubshell: true, redirections: this.#redirections() };
    }
    const compound = this.#compound();
    if (compound === undefined) return this.#simple();
    const redirections = this.#redirections();
    if (redirections.length === 0) return compound;
    return { kind: 'group', body: compound, isSubshell: false, redirections };
  }

  #compound(): Command | undefined {
    if (this.#takeWord('{')) return { kind: 'group', ...this.#enclosed('}'), isSubshell: false, redirections: [] };
    if (this.#takeWord('if')) return this.#if();
    if (this.#takeWord('for')) return this.#for();
    if (this.#takeWord('case')) return this.#case();
    for (const word of ['while', 'until'] as const) {
      if (!this.#takeWord(word)) continue;
      const condition = this.list();
      this.#expectWord('do');
      return { kind: 'loop', isUntil: word === 'until', condition, ...this.#enclosed('done') };
    }
    return undefined;
  }

  #enclosed(end: string): { body: Command } {
    const body = this.list();
    this.#expectWord(end);
    return { body };
  }

  #if(): Command {
    const branches: Branch[] = [];
    let otherwise: Command | undefined;
    do {
      const condition = this.list();
      this.#expectWord('then');
      branches.push({ condition, body: this.list() });
    } while (this.#takeWord('elif'));
    if (this.#takeWord('else')) otherwise = this.list();
    this.#expectWord('fi');
    return { kind: 'if', branches, otherwise };
  }

  #for(): Command {
    this.#reader.skipBlanks();
    const name = textOf(this.#reader.readWord());
    this.#skipLines();
    let words: Word[] | undefined;
    if (this.#takeWord('in')) {
      words = [];
      for (let word = this.#word(); word; word = this.#word()) words.push(word);
    }
    this.#take(';');
    this.#skipLines();
    this.#expectWord('do');
    return { kind: 'for', name, words, ...this.#enclosed('done') };
  }

  #case(): Command {
    const subject = this.#word() ?? [];
    this.#skipLines();
    this.#expectWord('in');
    const choices: Choice[] = [];
    for (this.#skipLines(); !this.#takeWord('esac'); this.#skipLines()) {
      this.#take('(');
      const patterns: Word[] = [];
      do patterns.push(this.#word() ?? []);
      while (this.#take('|'));
      this.#expect(')');
      choices.push({ patterns, body: this.list() });
      if (this.#reader.isAtEnd) throw this.#unexpected();
      this.#take(';;');
    }
    return { kind: 'case', subject, choices };
  }

  #simple(): Command {
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const redirections: Redirection[] = [];
    for (;;) {
      const redirection = this.#redirection();
      if (redirection) {
        redirections.push(redirection);
        continue;
      }
      const word = this.#word();
      if (!word) break;
      const assignment = words.length === 0 ? assignmentOf(word) : undefined;
      if (assignment) assignments.push(assignment);
      else words.push(word);
      if (words.length === 1 && this.#take('()')) return this.#function(textOf(words[0]));
    }
    if (assignments.length + words.length + redirections.length === 0) throw this.#unexpected();
    return { kind: 'simple', assignments, words, redirections };
  }

  #function(name: string): Command {
    this.#skipLines();
    return { kind: 'function', name, body: this.#command() };
  }

  #word(): Word | undefined {
    this.#reader.skipBlanks();
    return this.#reader.readWord();
  }

  #redirections(): Redirection[] {
    const all: Redirection[] = [];
    for (let one = this.#redirection(); one; one = this.#redirection()) all.push(one);
    return all;
  }

  #redirection(): Redirection | undefined {
    this.#reader.skipBlanks();
    const found = /^(\d*)(<<-?|>>|>&|<&|>\||<|>)/.exec(this.#reader.text.slice(this.#reader.at));
    if (!found) return undefined;
    const [all, digits = '', sign = ''] = found;
    this.#reader.at += all.length;
    const operator = sign.startsWith('<<') ? '<<' : sign === '>|' ? '>' : (sign as Redirection['operator']);
    const descriptor = digits === '' ? (sign.startsWith('<') ? 0 : 1) : Number(digits);
    const target = this.#word();
    if (!target) throw this.#unexpected();
    if (operator !== '<<') return { descriptor, operator, target };
    return { descriptor, operator, target: this.#hereDocument(target, sign === '<<-') };
  }

  /** Its text is filled in when the line ends. */
  #hereDocument(delimiter: Word, isIndented: boolean): Word {
    const text: Word[number][] = [];
    const isQuoted = delimiter.some(part => part.kind === 'text' && part.isQuoted);
    const fill = (lines: string): void => {
      const content = isIndented ? lines.replace(/^\t+/gm, '') : lines;
      if (isQuoted) text.push({ kind: 'text', text: content, isQuoted: true });
      else text.push(...new WordReader(content).readQuoted());
    };
    this.#awaited.push({ delimiter: textOf(delimiter), fill });
    return text;
  }

  #skipLines(): void {
    for (;;) {
      this.#reader.skipBlanks();
      if (!this.#take('\n')) return;
      for (const { delimiter, fill } of this.#awaited.splice(0)) fill(this.#readDocument(delimiter));
    }
  }

  #readDocument(delimiter: string): string {
    const reader = this.#reader;
    const lines: string[] = [];
    while (!reader.isAtEnd) {
      const end = reader.text.indexOf('\n', reader.at);
      const line = reader.text.slice(reader.at, end === -1 ? undefined : end);
      reader.at = end === -1 ? reader.text.length : end + 1;
      if (line.replace(/^\t+/, '') === delimiter) break;
      lines.push(`${line}\n`);
    }
    return lines.join('');
  }

  #peekWord(): string {
    return /^[^\s;&|<>()]+/.exec(this.#reader.text.slice(this.#reader.at))?.[0] ?? '';
  }

  #take(text: string): boolean {
    this.#reader.skipBlanks();
    if (!this.#reader.startsWith(text)) return false;
    this.#reader.at += text.length;
    return true;
  }

  #takeWord(word: string): boolean {
    this.#reader.skipBlanks();
    if (this.#peekWord() !== word) return false;
    this.#reader.at += word.length;
    return true;
  }

  #expect(text: string): void {
    this.#skipLines();
    if (!this.#take(text)) throw this.#unexpected();
  }

  #expectWord(word: string): void {
    this.#skipLines();
    if (!this.#takeWord(word)) throw this.#unexpected();
  }

  #unexpected(): ShellSyntaxError {
    if (this.#reader.isAtEnd) return new ShellSyntaxError('syntax error: unexpected end of file');
    const word = this.#peekWord();
    const shown = reserved.includes(word) || word !== '' ? word : (this.#reader.text[this.#reader.at] ?? '');
    return new ShellSyntaxError(`syntax error: unexpected "${shown === '\n' ? 'newline' : shown}"`);
  }
}

function assignmentOf(word: Word): Assignment | undefined {
  const [first, ...rest] = word;
  if (first?.kind !== 'text' || first.isQuoted) return undefined;
  const [, name, value = ''] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(first.text) ?? [];
  return name === undefined ? undefined : { name, value: [{ ...first, text: value }, ...rest] };
}

function textOf(word: Word | undefined): string {
  return (word ?? []).map(part => (part.kind === 'text' ? part.text : '')).join('');
}

import { posix } from 'node:path';
import { FileError, type FileSystem } from '../files/file-system.ts';
import { evaluate } from './arithmetic.ts';
import { ShellSyntaxError, type Word, type WordPart } from './shell-syntax.ts';

/** What words are expanded with. */
export interface Expansion {
  readonly variables: ReadonlyMap<string, string>;
  /** `$1` and on. */
  readonly parameters: readonly string[];
  /** `$?`, `$$`, `$!`, `$0`, `$#` by their sign. */
  readonly special: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly files: FileSystem;
  set(name: string, value: string): void;
  /** What a command prints. */
  run(script: string): Promise<string>;
}

interface Field {
  text: string;
  /** The same with a backslash before what was quoted. */
  pattern: string;
}

/** Into any number of words. @see POSIX.1-2017, Shell Command Language, 2.6 "Word Expansions" */
export async function expandWords(words: readonly Word[], expansion: Expansion): Promise<string[]> {
  const expanded: string[] = [];
  for (const word of words) {
    for (const field of await fieldsOf(word, expansion)) expanded.push(...matchFiles(field, expansion));
  }
  return expanded;
}

/** Into one word, with nothing split or matched. */
export async function expandText(word: Word, expansion: Expansion): Promise<string> {
  let text = '';
  for (const [index, part] of word.entries()) text += await expandPart(part, expansion, index === 0);
  return text;
}

/** Into a pattern of `case` or `${name#pattern}`. */
export async function expandPattern(word: Word, expansion: Expansion): Promise<RegExp> {
  let source = '';
  for (const part of word) {
    const value = await expandPart(part, expansion, false);
    source += part.isQuoted ? escapeAll(value) : value;
  }
  return new RegExp(`^${patternSource(source, '.')}$`, 's');
}

async function fieldsOf(word: Word, expansion: Expansion): Promise<Field[]> {
  const fields: Field[] = [];
  let open: Field | undefined;
  const add = (text: string, isQuoted: boolean): void => {
    open ??= { text: '', pattern: '' };
    open.text += text;
    open.pattern += isQuoted ? escapeAll(text) : text;
  };
  const close = (): void => {
    if (open) fields.push(open);
    open = undefined;
  };
  for (const [index, part] of word.entries()) {
    if (part.kind === 'variable' && '@*'.includes(part.name) && (part.name === '@' || !part.isQuoted)) {
      for (const [at, parameter] of expansion.parameters.entries()) {
        if (at > 0) close();
        add(parameter, part.isQuoted);
      }
      continue;
    }
    const value = await expandPart(part, expansion, index === 0);
    if (part.kind === 'text' || part.isQuoted) add(value, part.isQuoted);
    else {
      const separator = /[ \t\n]+/;
      const pieces = value.split(separator);
      for (const [at, piece] of pieces.entries()) {
        if (at > 0) close();
        if (piece !== '') add(piece, false);
      }
    }
  }
  close();
  return fields;
}

async function expandPart(part: WordPart, expansion: Expansion, isFirst: boolean): Promise<string> {
  switch (part.kind) {
    case 'text':
      if (isFirst && !part.isQuoted) return part.text.replace(/^~(?=\/|$)/, expansion.variables.get('HOME') ?? '/root');
      return part.text;
    case 'command':
      return (await expansion.run(part.script)).replace(/\n+$/, '');
    case 'arithmetic': {
      const expression = await expandText(part.expression, expansion);
      return String(evaluate(expression, name => expansion.variables.get(name) ?? ''));
    }
    case 'variable':
      return await expandVariable(part, expansion);
  }
}

async function expandVariable(
  { name, operator, argument }: Extract<WordPart, { kind: 'variable' }>,
  expansion: Expansion,
): Promise<string> {
  const value = lookUp(name, expansion);
  const isMissing = value === undefined || (operator.startsWith(':') && value === '');
  switch (operator.replace(':', '')) {
    case 'length':
      return String((value ?? '').length);
    case '-':
      return isMissing ? await expandText(argument, expansion) : value;
    case '+':
      return isMissing ? '' : await expandText(argument, expansion);
    case '=': {
      if (!isMissing) return value;
      const filled = await expandText(argument, expansion);
      expansion.set(name, filled);
      return filled;
    }
    case '?':
      if (!isMissing) return value;
      throw new ShellSyntaxError(`${name}: ${(await expandText(argument, expansion)) || 'parameter not set'}`);
    case '#':
    case '##':
    case '%':
    case '%%':
      return trim(value ?? '', operator, await expandPattern(argument, expansion));
    default:
      return value ?? '';
  }
}

function lookUp(name: string, { variables, parameters, special }: Expansion): string | undefined {
  if (name === '@' || name === '*') return parameters.join(' ');
  if (name in special) return special[name];
  return /^\d+$/.test(name) ? parameters[Number(name) - 1] : variables.get(name);
}

/** Takes the shortest or longest beginning or end away that fits. */
function trim(value: string, operator: string, pattern: RegExp): string {
  const lengths = [...Array(value.length + 1).keys()];
  const ordered = operator.length === 1 ? lengths : lengths.reverse();
  const fromStart = operator.startsWith('#');
  const found = ordered.find(length =>
    pattern.test(fromStart ? value.slice(0, length) : value.slice(value.length - length)),
  );
  if (found === undefined) return value;
  return fromStart ? value.slice(found) : value.slice(0, value.length - found);
}

/** Names of files, or the word itself if there are none. */
function matchFiles({ text, pattern }: Field, { files, folder }: Expansion): string[] {
  if (!/(^|[^\\])[*?[]/.test(pattern)) return [text];
  const isAbsolute = pattern.startsWith('/');
  let found = [isAbsolute ? '/' : ''];
  for (const part of pattern.split('/').filter(Boolean)) {
    const fits = new RegExp(`^${patternSource(part, '[^/]')}$`);
    found = found.flatMap(parent => {
      const names = namesIn(files, isAbsolute ? parent : posix.join(folder, parent));
      return names
        .filter(name => fits.test(name) && (part.startsWith('.') || !name.startsWith('.')))
        .map(name => posix.join(parent, name));
    });
  }
  return found.length > 0 ? found.sort() : [text];
}

function namesIn(files: FileSystem, path: string): string[] {
  try {
    return [...files.list(path).entries.keys()];
  } catch (error) {
    if (error instanceof FileError) return [];
    throw error;
  }
}

function escapeAll(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&');
}

/** @param any  what `?` stands for */
export function patternSource(pattern: string, any: string): string {
  return pattern.replace(/\\(.)|\[(!?)([^\]]+)\]|([*?])|([.+^${}()|[\]\\/])/g, (_, escaped, not, set, wild, other) => {
    if (escaped !== undefined) return escaped.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
    if (set !== undefined) return `[${not ? '^' : ''}${set.replaceAll('\\', '\\\\')}]`;
    if (wild !== undefined) return wild === '*' ? `${any}*` : any;
    return `\\${other}`;
  });
}

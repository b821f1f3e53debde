/**
 * Splits a command into its words as the reader of Compose does.
 *
 * It knows quotes and backslashes but no shell: at `;`, `&`, `|`, `<` or `>` it stops; `$(…)` and what backquotes hold
 * stay together.
 *
 * @returns `undefined` if a quote or bracket is not closed
 */
export function splitWords(line: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  const open = { escape: false, single: false, double: false, back: false, dollar: false };
  const isOpen = (): boolean => open.single || open.double || open.back || open.dollar;
  for (const character of line) {
    if (open.escape) {
      word = (word ?? '') + character;
      open.escape = false;
    } else if (character === '\\' && !open.single) {
      open.escape = true;
    } else if (spaces.has(character) && !isOpen()) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === '"' && !open.single && !open.dollar) {
      open.double = !open.double;
      word ??= '';
    } else if (character === "'" && !open.double && !open.dollar) {
      open.single = !open.single;
      word ??= '';
    } else if (stops.has(character) && !isOpen()) {
      // A number before it is that of a file to redirect, not a word.
      if (character === '>' && /^[0-9]/.test(word ?? '')) word = undefined;
      break;
    } else {
      const isPlain = !open.single && !open.double;
      if (character === '`' && isPlain && !open.dollar) open.back = !open.back;
      else if (character === ')' && isPlain && !open.back) open.dollar = !open.dollar;
      else if (character === '(' && isPlain && !open.back) {
        if (open.dollar || !word?.endsWith('$')) return undefined;
        open.dollar = true;
      }
      word = (word ?? '') + character;
    }
  }
  if (open.escape || isOpen()) return undefined;
  return word === undefined ? words : [...words, word];
}

const spaces: ReadonlySet<string> = new Set([' ', '\t', '\r', '\n']);
const stops: ReadonlySet<string> = new Set([';', '&', '|', '<', '>']);

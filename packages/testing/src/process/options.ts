import type { ProgramContext } from './program.ts';

/** What a program was called with, apart. */
export interface ParsedOptions {
  /** By letter; the value of one that has one, else an empty text. */
  readonly options: ReadonlyMap<string, string>;
  readonly operands: readonly string[];
}

/** Thrown for an option that an applet does not have. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * @param known  letters; one that has a value is followed by a colon, as in `n:q`
 * @throws UsageError in busybox's words
 * @see POSIX.1-2017, 12.2 "Utility Syntax Guidelines"
 */
export function parseOptions({ words }: Pick<ProgramContext, 'words'>, known: string): ParsedOptions {
  const options = new Map<string, string>();
  const operands = words.slice(1);
  while (/^-[^-]/.test(operands[0] ?? '')) {
    let letters = (operands.shift() ?? '').slice(1);
    while (letters !== '') {
      const letter = letters.charAt(0);
      letters = letters.slice(1);
      const at = known.indexOf(letter);
      if (at === -1 || letter === ':') throw new UsageError(`unrecognized option: ${letter}`);
      if (known[at + 1] !== ':') options.set(letter, '');
      else {
        options.set(letter, letters === '' ? (operands.shift() ?? '') : letters);
        letters = '';
      }
    }
  }
  if (operands[0] === '--') operands.shift();
  return { options, operands };
}

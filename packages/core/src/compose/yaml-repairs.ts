export interface JoinedLine {
  /** As long as the text before. */
  readonly text: string;
  /** Where the line break was. */
  readonly joint: number;
}

/**
 * Makes the line at `offset` the end of the line before by turning the break between them, a comment before it and the
 * indentation after it into spaces. `undefined` for the first line.
 *
 * @param isQuoted  tells whether a text ends within quotes, where `#` starts no comment
 */
export function joinLine(text: string, offset: number, isQuoted: (text: string) => boolean): JoinedLine | undefined {
  const joint = text.lastIndexOf('\n', offset - 1);
  if (joint < 0) return undefined;
  const start = text.lastIndexOf('\n', joint - 1) + 1;
  const line = text.slice(start, joint);
  const hashes = Array.from(line.matchAll(/(?<=^|\s)#/g), match => match.index);
  if (hashes.length > maxHashes) return undefined;
  const comment = hashes.find(hash => !isQuoted(text.slice(0, start + hash)));
  const kept = comment === undefined ? line.replace(/\r$/, ' ') : line.slice(0, comment).padEnd(line.length);
  const rest = text.slice(joint + 1, offset).replaceAll('\t', ' ') + text.slice(offset);
  return { text: `${text.slice(0, start)}${kept} ${rest}`, joint };
}

/** Each may begin a comment, and asking costs a reading of the text. */
const maxHashes = 20;

/**
 * Turns a comment at `offset` that follows a quote, a bracket or the head of a block without a space into spaces;
 * `undefined` where there is none.
 */
export function withoutComment(text: string, offset: number): string | undefined {
  if (!/^["'[\]{},:|>+\-0-9]#/.test(text.slice(offset - 1, offset + 1))) return undefined;
  const lineEnd = text.indexOf('\n', offset);
  const end = lineEnd < 0 ? text.length : lineEnd;
  return text.slice(0, offset).padEnd(end) + text.slice(end);
}

/**
 * Puts something of the same length in the place of what only Compose reads: a dash or a colon that ends a value before a
 * comma or bracket, and the escape `\'`. `undefined` where there is none.
 */
export function withStandIn(text: string, offset: number): string | undefined {
  const standIn = standIns.find(([pattern]) => pattern.test(text.slice(Math.max(0, offset - 1), offset + 2)))?.[1];
  return standIn === undefined ? undefined : `${text.slice(0, offset)}${standIn}${text.slice(offset + 1)}`;
}

const standIns = [
  [/^.?[-:][,\]}]$/s, '_'],
  [/^\\'/, '"'],
] as const;

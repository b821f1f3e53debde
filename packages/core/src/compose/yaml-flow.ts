export interface JoinedLine {
  /** As long as the text before. */
  readonly text: string;
  /** Where the line break was. */
  readonly joint: number;
}

/**
 * Makes the line at `offset` the end of the line before by turning the break between them, and a comment before it,
 * into spaces. `undefined` for the first line.
 */
export function joinLine(text: string, offset: number): JoinedLine | undefined {
  const joint = text.lastIndexOf('\n', offset - 1);
  if (joint < 0) return undefined;
  const lineStart = text.lastIndexOf('\n', joint - 1) + 1;
  const line = text.slice(lineStart, joint);
  const comment = line.search(/(?:^|\s)#/);
  const kept = comment < 0 ? line.replace(/\r$/, ' ') : line.slice(0, comment).padEnd(line.length);
  return { text: `${text.slice(0, lineStart)}${kept} ${text.slice(joint + 1)}`, joint };
}

import ansiEscapes from 'ansi-escapes';
import cliCursor from 'cli-cursor';
import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import type { Config } from '../config.ts';

/** Where people read: lines that stay and, where the cursor can be moved, lines below them that change. */
export interface Terminal {
  /** True where lines can change. Else `show` does nothing. */
  readonly isLive: boolean;
  readonly hasColor: boolean;
  /** Writes lines that stay; a line break is added. */
  print(text: string): void;
  /**
   * Takes the place of what was shown before, and is drawn again when the size changes.
   *
   * @param draw  gives the lines, which are cut off at the width; `undefined`: nothing is shown any more
   */
  show(draw: Draw | undefined): void;
}

/** Lines for a terminal of that size. */
export type Draw = (size: TerminalSize) => readonly string[];

/** In characters. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** `process.stdout`, or something like it. */
export type TerminalStream = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/** What decides whether lines may change, and have colours. */
export type TerminalOptions = Pick<Config, 'logFormat' | 'logLevel' | 'noColor' | 'forceColor' | 'term'>;

/**
 * Looks what a stream can do.
 *
 * Lines change on a terminal only, unless `TERM` is `dumb`, the log is JSON, or only warnings are wanted. What is hidden
 * meanwhile, the cursor, comes back however the process ends, but for SIGKILL.
 */
export function createTerminal(stream: TerminalStream, options: TerminalOptions): Terminal {
  const { logFormat, logLevel, noColor, forceColor, term } = options;
  const isCapable = stream.isTTY === true && term !== 'dumb';
  const hasColor = forceColor ?? (isCapable && !noColor);
  const isLive = isCapable && logFormat === 'text' && (logLevel === 'info' || logLevel === 'debug');
  if (!isLive) return { isLive, hasColor, print: text => void stream.write(`${text}\n`), show() {} };
  return { isLive, hasColor, ...createRegion(stream) };
}

/** The lines at the bottom of a terminal that change; the cursor waits below them. */
function createRegion(stream: TerminalStream): Pick<Terminal, 'print' | 'show'> {
  let draw: Draw | undefined;
  let shown: readonly string[] = [];
  let isGone = false;

  const redraw = (above = '') => {
    const size = sizeOf(stream);
    const lines = draw?.(size).map(line => cutOff(line, size.columns)) ?? [];
    const isSame = above === '' && lines.join('\n') === shown.join('\n');
    if (isSame) return;
    const erase = shown.length === 0 ? '' : ansiEscapes.eraseLines(rowsOf(shown, size) + 1);
    const text = `${erase}${above}${lines.map(line => `${line}\n`).join('')}`;
    if (!isGone) stream.write(text === above ? text : ansiEscapes.synchronizedOutput(text));
    shown = lines;
  };
  const onResize = () => redraw();
  // A terminal that was closed must not end a rollout.
  stream.on('error', () => {
    isGone = true;
  });

  return {
    print: text => redraw(`${text}\n`),
    show: next => {
      if (draw === undefined && next !== undefined) {
        cliCursor.hide(stream);
        stream.on('resize', onResize);
      }
      const wasShown = draw !== undefined;
      draw = next;
      redraw();
      if (wasShown && next === undefined) {
        stream.removeListener('resize', onResize);
        cliCursor.show(stream);
      }
    },
  };
}

/** Some pseudo-terminals say that they have no size. */
function sizeOf({ columns, rows }: TerminalStream): TerminalSize {
  return { columns: columns || 80, rows: rows || 24 };
}

/** `cliTruncate` lets a wide character stand half beyond the edge. */
function cutOff(line: string, columns: number): string {
  const cut = cliTruncate(line, columns);
  return stringWidth(cut) > columns ? cliTruncate(line, columns - 1) : cut;
}

/** Terminals that became narrower have broken the lines that no longer fit. */
function rowsOf(lines: readonly string[], { columns }: TerminalSize): number {
  return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(stringWidth(line) / columns)), 0);
}

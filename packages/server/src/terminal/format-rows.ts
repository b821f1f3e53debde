import { stripVTControlCharacters, styleText } from 'node:util';
import { formatStep, type Step, shortDigest } from '@gopdater/core';
import { formatBytes, formatPulled, shareOf } from './format-amount.ts';
import { rateOf, type StepRow } from './step-row.ts';
import type { TerminalSize } from './terminal.ts';

/** What formatting takes besides the rows. */
export interface FormatOptions {
  /** Milliseconds of the clock. */
  readonly now: number;
  readonly hasColor: boolean;
}

/** The lines that change: those around the step that runs, if not all have room. */
export function formatFrame(
  rows: readonly StepRow[],
  { columns, rows: height }: TerminalSize,
  options: FormatOptions,
): readonly string[] {
  const lines: string[] = [];
  let focus = 0;
  for (const row of rows) {
    lines.push(formatRow(row, options));
    if (row.state !== 'running') continue;
    lines.push(...formatDetails(row, columns, options));
    focus = lines.length - 1;
  }
  // The cursor waits in the last one.
  return cutAround(focus, lines, height - 1);
}

/** e.g. `✔    3.2 s  recreate shop/web` */
export function formatRow(row: StepRow, { now, hasColor }: FormatOptions): string {
  const { state, step, startedAt, endedAt = now } = row;
  const [mark, style] = marks[state];
  const time = startedAt === undefined ? '' : formatElapsed((endedAt - startedAt) / 1000);
  const text = `${time.padStart(timeWidth)}  ${formatBriefly(step)}${state === 'done' ? formatSize(row) : ''}`;
  if (!hasColor) return `${mark} ${text}`;
  return `${styleText(style, mark, always)} ${state === 'waiting' ? styleText('dim', text, always) : text}`;
}

const marks = {
  waiting: ['○', 'dim'],
  running: ['●', 'cyan'],
  done: ['✔', 'green'],
  failed: ['✖', 'red'],
} as const;

/** Whether there are colours has been decided. */
const always = { validateStream: false };
const timeWidth = 8;
const indent = ' '.repeat(timeWidth + 4);
const widestBar = 30;

/** So that what comes after a digest has room. */
function formatBriefly(step: Step): string {
  return printable(formatStep(step)).replace(/sha256:[0-9a-f]{64}/g, shortDigest);
}

function formatElapsed(seconds: number): string {
  return `${seconds < 100 ? seconds.toFixed(1) : Math.floor(seconds)} s`;
}

function formatSize({ samples }: StepRow): string {
  const current = samples.at(-1)?.current ?? 0;
  return current === 0 ? '' : ` (${formatBytes(current)})`;
}

/** What a step that runs shows below itself. */
function formatDetails(row: StepRow, columns: number, { now, hasColor }: FormatOptions): readonly string[] {
  const bytes = row.samples.at(-1);
  const details: string[] = [];
  if (bytes !== undefined && bytes.current + (bytes.total ?? 0) > 0) {
    const isThere = bytes.current === bytes.total;
    const rate = isThere ? undefined : rateOf(row, now);
    const amount = `${formatPulled(bytes)}${rate === undefined ? '' : `, ${formatBytes(rate)}/s`}`;
    const room = Math.min(widestBar, columns - indent.length - amount.length - 2);
    const { current, total } = bytes;
    details.push(
      total === undefined || room < 5 ? amount : `${formatBar(shareOf({ current, total }), room)}  ${amount}`,
    );
  }
  if (row.line !== undefined) {
    const line = printable(row.line).trim();
    details.push(hasColor ? styleText('dim', line, always) : line);
  }
  return details.map(detail => `${indent}${detail}`);
}

function formatBar(share: number, width: number): string {
  const full = Math.floor(share * width);
  return `${'█'.repeat(full)}${'░'.repeat(width - full)}`;
}

/** What came from elsewhere must not move the cursor. */
function printable(text: string): string {
  return stripVTControlCharacters(text).replace(/\p{Cc}/gu, ' ');
}

function cutAround(focus: number, lines: readonly string[], room: number): readonly string[] {
  if (lines.length <= room) return lines;
  const start = Math.max(0, Math.min(focus - Math.floor(room / 2), lines.length - room));
  const cut = lines.slice(start, start + Math.max(1, room));
  if (room < 5) return cut;
  const below = lines.length - start - room;
  return [
    ...(start > 0 ? [more(start + 1)] : []),
    ...cut.slice(start > 0 ? 1 : 0, below > 0 ? -1 : undefined),
    ...(below > 0 ? [more(below + 1)] : []),
  ];
}

function more(count: number): string {
  return `… ${count} more lines`;
}

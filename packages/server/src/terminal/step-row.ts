import type { Plan, PulledBytes, Step, StepProgress } from '@gopdater/core';

/** A step as it stands. */
export interface StepRow {
  readonly step: Step;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  /** Milliseconds of the clock; `undefined` before it began or ended. */
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** What it said last. */
  readonly line: string | undefined;
  /** Of a pull, the newest last. */
  readonly samples: readonly PullSample[];
}

/** What had come at a time. */
export interface PullSample extends PulledBytes {
  readonly at: number;
}

/** The rows of a plan before its first step. */
export function rowsOf({ steps }: Pick<Plan, 'steps'>): readonly StepRow[] {
  return steps.map(waiting);
}

/** The rows after a step began, said something, or ended. */
export function withProgress(rows: readonly StepRow[], progress: StepProgress, now: number): readonly StepRow[] {
  const { step, state } = progress;
  if (state === 'started') return withStarted(rows, step, now);
  return rows.map(row => {
    if (row.step !== step || row.state !== 'running') return row;
    if (state !== 'running') return { ...row, state, endedAt: now };
    const { line = row.line, progress: bytes } = progress;
    return {
      ...row,
      line,
      samples: bytes === undefined ? row.samples : withSample(row.samples, { ...bytes, at: now }),
    };
  });
}

/** Bytes in a second, over the last seconds; `undefined` while nobody can say. */
export function rateOf({ samples }: StepRow, now: number): number | undefined {
  const [oldest] = samples;
  const newest = samples.at(-1);
  if (oldest === undefined || newest === undefined) return undefined;
  const seconds = (now - oldest.at) / 1000;
  return seconds < leastSeconds ? undefined : Math.max(0, newest.current - oldest.current) / seconds;
}

const windowMs = 5_000;
const leastSeconds = 0.5;
/** So that a pull of many messages keeps few. */
const sampleEveryMs = 100;

function waiting(step: Step): StepRow {
  return { step, state: 'waiting', startedAt: undefined, endedAt: undefined, line: undefined, samples: [] };
}

/** A step that was not planned undoes others: what waited is not run any more. */
function withStarted(rows: readonly StepRow[], step: Step, now: number): readonly StepRow[] {
  const own = rows.find(row => row.step === step && row.state === 'waiting');
  const started: StepRow = { ...waiting(step), state: 'running', startedAt: now };
  if (own !== undefined) return rows.map(row => (row === own ? started : row));
  return [...rows.filter(({ state }) => state !== 'waiting'), started];
}

function withSample(samples: readonly PullSample[], sample: PullSample): readonly PullSample[] {
  const [beforeLast, last] = samples.slice(-2);
  const isSoon = beforeLast !== undefined && last !== undefined && last.at - beforeLast.at < sampleEveryMs;
  const kept = isSoon ? samples.slice(0, -1) : samples;
  return [...kept.filter(({ at }) => sample.at - at <= windowMs), sample];
}

import type { GopdaterError } from '../errors.ts';
import type { Clock } from '../time.ts';
import { untilAborted } from './until-aborted.ts';

export interface TimeLimit {
  readonly clock: Clock;
  /** Since the call began, or since it last said that it goes on. */
  readonly limitMs: number;
  /** What the call rejects with when it is too late. */
  readonly late: () => GopdaterError;
  /** The caller's. */
  readonly signal: AbortSignal | undefined;
  /** True for what must have ended before anything else is begun: it is aborted and then waited for. Default false. */
  readonly isAwaited?: boolean;
}

/**
 * Makes a call, and aborts it when it is silent for too long.
 *
 * @param call  is given a signal to end by, and a function to call whenever it goes on
 */
export async function limitTime<T>(
  call: (signal: AbortSignal, goesOn: () => void) => Promise<T>,
  { clock, limitMs, late, signal, isAwaited = false }: TimeLimit,
): Promise<T> {
  const limit = new AbortController();
  const ended = new AbortController();
  let lastSignMs = clock.now();
  const watch = async () => {
    for (let restMs = limitMs; restMs > 0; restMs = lastSignMs + limitMs - clock.now()) {
      await clock.sleep(restMs, { signal: ended.signal });
      if (ended.signal.aborted) return;
    }
    limit.abort(late());
  };
  const either = signal === undefined ? limit.signal : AbortSignal.any([limit.signal, signal]);
  const work = call(either, () => {
    lastSignMs = clock.now();
  });
  void watch();
  try {
    return await (isAwaited ? work : untilAborted(limit.signal, work));
  } catch (error) {
    throw limit.signal.aborted ? limit.signal.reason : error;
  } finally {
    ended.abort();
  }
}

/** e.g. `30 s`, `10 min` */
export function formatLimit(ms: number): string {
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1000} s`;
}

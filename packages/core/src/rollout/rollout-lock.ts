import { GopdaterError } from '../errors.ts';
import type { Clock } from '../time.ts';

/** One rollout at a time, over all processes that share what outlives them. It goes with the process that holds it. */
export interface RolloutLock {
  /** @returns a function that gives it back; `undefined` while another has it */
  tryAcquire(): (() => void) | undefined;
}

const pollMs = 1_000;

/**
 * Waits for the lock, then does the work.
 *
 * @throws GopdaterError `ABORTED`, and what the work throws
 */
export async function withLock<T>(
  {
    lock,
    clock,
    signal,
    waitSignal = signal,
  }: {
    readonly lock?: RolloutLock | undefined;
    readonly clock: Clock;
    readonly signal?: AbortSignal | undefined;
    readonly waitSignal?: AbortSignal | undefined;
  },
  work: () => Promise<T>,
): Promise<T> {
  if (lock === undefined) return await work();
  let release = lock.tryAcquire();
  while (release === undefined) {
    await clock.sleep(pollMs, { signal: waitSignal });
    if (waitSignal?.aborted)
      throw new GopdaterError('ABORTED', 'Waiting for another rollout was stopped.', {
        hint: 'It is taken up at the next start.',
      });
    release = lock.tryAcquire();
  }
  try {
    return await work();
  } finally {
    release();
  }
}

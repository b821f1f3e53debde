import type { Clock } from '@gopdater/core';

/** A clock that stands still until it is told to go on. */
export interface ManualClock extends Clock {
  /** Goes on; who slept so long has run when it resolves. */
  advance(ms: number): Promise<void>;
}

export function createManualClock(startAt = 0): ManualClock {
  let now = startAt;
  let sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  return {
    now: () => now,
    sleep: async (ms, { signal } = {}) => {
      if (signal?.aborted) return;
      await new Promise<void>(wake => {
        sleepers.push({ until: now + ms, wake });
        signal?.addEventListener('abort', () => wake(), { once: true });
      });
    },
    advance: async ms => {
      now += ms;
      const due = sleepers.filter(({ until }) => until <= now);
      sleepers = sleepers.filter(({ until }) => until > now);
      for (const { wake } of due) wake();
      await new Promise(resolve => setImmediate(resolve));
    },
  };
}

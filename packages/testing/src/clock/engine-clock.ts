/** Where the fake's time comes from; a `Clock` of `@gopdater/core` is one. */
export interface EngineClock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Waits; the signal ends the wait early, without an error. */
  sleep(ms: number, options?: { readonly signal?: AbortSignal | undefined }): Promise<void>;
}

/** The longest that a timer of Node.js can wait. */
const longestMs = 2 ** 31 - 1;

/** The machine's own time. */
export const systemClock: EngineClock = {
  now: () => Date.now(),
  sleep: async (ms, { signal } = {}) => {
    if (signal?.aborted) return;
    await new Promise<void>(resolve => {
      const wake = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, Math.min(ms, longestMs));
      signal?.addEventListener('abort', wake, { once: true });
    });
  },
};

/** Waits for the work, or rejects with the reason of the first signal that comes; the work itself may go on. */
export async function untilAborted<T>(signals: readonly (AbortSignal | undefined)[], work: Promise<T>): Promise<T> {
  const settled = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    for (const signal of signals) {
      const leave = (): void => reject(signal?.reason);
      if (signal?.aborted) leave();
      signal?.addEventListener('abort', leave, { once: true, signal: settled.signal });
    }
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    settled.abort('over');
  }
}

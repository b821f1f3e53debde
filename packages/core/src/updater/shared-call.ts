/**
 * A call that goes on once at a time: whoever asks while it does shares the next one with all who ask by then. So each
 * gets an answer that is no older than the question, and a storm of questions costs no more than a few.
 */
export function shareCalls<T>(call: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  let next: Promise<T> | undefined;
  const start = (): Promise<T> => {
    next = undefined;
    const mine = call().finally(() => {
      if (running === mine) running = undefined;
    });
    running = mine;
    return mine;
  };
  return async () => {
    if (running === undefined) return await start();
    next ??= running.then(start, start);
    return await next;
  };
}

import type { Database } from './database.ts';

export interface Writer {
  /** Resolves, with what `act` returned, once that is on the disk. */
  readonly write: <T>(act: () => T) => Promise<T>;
  /** Stands for the commit that is asked for now: another one as soon as that has begun. */
  readonly batch: () => object;
  /** When all that was asked for is written. */
  readonly written: () => Promise<void>;
}

interface Waiting {
  readonly act: () => void;
  readonly settle: (error?: unknown) => void;
}

/** Writes that come in one turn of the event loop, and while the disk syncs those before, share one commit. */
export async function createWriter(database: Database): Promise<Writer> {
  // The same connection, but its `exec` leaves the event loop alone meanwhile.
  const { default: Aside } = await import('libsql/promise');
  const begin = database.prepare('BEGIN IMMEDIATE');
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;
  const commit = async (batch: readonly Waiting[]) => {
    try {
      begin.run();
      for (const { act } of batch) act();
      await Aside.prototype.exec.call(database, 'COMMIT');
      for (const { settle } of batch) settle();
    } catch (error) {
      if (database.inTransaction) database.exec('ROLLBACK');
      for (const { settle } of batch) settle(error);
    }
  };
  const writeAll = async () => {
    await new Promise(resolve => setImmediate(resolve));
    for (let batch = waiting; batch.length > 0; batch = waiting) {
      waiting = [];
      await commit(batch);
    }
    writing = undefined;
  };
  const write = async <T>(act: () => T): Promise<T> =>
    await new Promise<T>((resolve, reject) => {
      let result: { readonly value: T } | undefined;
      waiting.push({
        act: () => {
          result = { value: act() };
        },
        settle: error => (result === undefined || error !== undefined ? reject(error) : resolve(result.value)),
      });
      writing ??= writeAll();
    });
  return { write, batch: () => waiting, written: async () => await writing };
}

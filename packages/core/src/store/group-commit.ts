import type { Database } from './database.ts';

export interface Writer {
  /** Resolves, with what `act` returned, once that is on the disk. */
  readonly write: <T>(act: () => T) => Promise<T>;
  /** Writes at once what still waits. */
  readonly flush: () => void;
}

/** Writes that come in one turn of the event loop share one commit. */
export function createWriter(database: Database): Writer {
  let waiting: { readonly act: () => void; readonly settle: (error?: unknown) => void }[] = [];
  const flush = () => {
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    try {
      database.exec('BEGIN IMMEDIATE');
      for (const { act } of batch) act();
      database.exec('COMMIT');
      for (const { settle } of batch) settle();
    } catch (error) {
      if (database.inTransaction) database.exec('ROLLBACK');
      for (const { settle } of batch) settle(error);
    }
  };
  const write = async <T>(act: () => T): Promise<T> =>
    await new Promise<T>((resolve, reject) => {
      if (waiting.length === 0) setImmediate(flush);
      let result: { readonly value: T } | undefined;
      waiting.push({
        act: () => {
          result = { value: act() };
        },
        settle: error => (result === undefined || error !== undefined ? reject(error) : resolve(result.value)),
      });
    });
  return { write, flush };
}

import type { RolloutLock } from '../rollout/rollout-lock.ts';
import { openDatabase } from './database.ts';

/**
 * A lock that is a write transaction on a file of its own: the kernel ends it with the process that holds it, and
 * containers that share the file see it, too.
 */
export async function openLock(file: string): Promise<RolloutLock & { close(): void }> {
  const database = await openDatabase(file);
  database.exec('PRAGMA busy_timeout = 0');
  let isHeld = false;
  return {
    tryAcquire: () => {
      if (isHeld) return undefined;
      try {
        database.exec('BEGIN EXCLUSIVE');
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY') return undefined;
        throw error;
      }
      isHeld = true;
      return () => {
        isHeld = false;
        database.exec('ROLLBACK');
      };
    },
    close: () => {
      database.close();
    },
  };
}

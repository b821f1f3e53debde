import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Database } from 'libsql';
import { GopdaterError } from '../errors.ts';

export type { Database };

/** So that the command line can read while the server writes. */
const busyTimeoutMs = 1_000;

/** The package is loaded when it is needed: who brings a store of their own does not pay for it. */
export async function openDatabase(file: string): Promise<Database> {
  const { default: Libsql } = await import('libsql');
  try {
    await mkdir(dirname(file), { recursive: true });
    const database = new Libsql(file);
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = ${busyTimeoutMs};`);
    return database;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new GopdaterError('STORE_FAILED', `${file} cannot be used to keep what must not be forgotten: ${why}.`, {
      hint: 'Set GOPDATER_DATA to a folder that this user may write to.',
      cause,
    });
  }
}

import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { GopdaterError } from '../errors.ts';
import { objectOf, textOf } from '../json.ts';
import type { DeploymentReport } from '../report/report.ts';
import type { Store } from './store.ts';

/** So that the command line can read while the server writes. */
const busyTimeoutMs = 5_000;

const schema = `
  CREATE TABLE IF NOT EXISTS blocked_digests (
    image TEXT PRIMARY KEY, digest TEXT NOT NULL, reason TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS deployments (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, image TEXT NOT NULL, outcome TEXT NOT NULL, report TEXT NOT NULL
  ) STRICT;
`;

/**
 * A store in an SQLite file, which any SQLite program can open. What a call has resolved for survives a crash.
 *
 * @param file  made, with its folder, if it is not there
 * @throws GopdaterError `STORE_FAILED`
 */
export async function createSqliteStore(file: string): Promise<Store> {
  const database = await open(file);
  const reasonFor = database.prepare('SELECT reason FROM blocked_digests WHERE image = ? AND digest = ?');
  const block = database.prepare('INSERT OR REPLACE INTO blocked_digests (image, digest, reason) VALUES (?, ?, ?)');
  const unblock = database.prepare('DELETE FROM blocked_digests WHERE image = ?');
  const add = database.prepare('INSERT INTO deployments (at, image, outcome, report) VALUES (?, ?, ?, ?)');
  const list = database.prepare('SELECT at, report FROM deployments ORDER BY id DESC LIMIT ?');
  return {
    blocked: {
      reasonFor: async (image, digest) => textOf(objectOf(reasonFor.get(image, digest)).reason),
      block: async ({ image, digest, reason }) => {
        block.run(image, digest, reason);
      },
      unblock: async image => unblock.run(image).changes > 0,
    },
    history: {
      add: async ({ at, report }) => {
        add.run(at, report.image, report.outcome, JSON.stringify(report));
      },
      list: async ({ limit }) =>
        list.all(limit).map(row => {
          const { at, report } = objectOf(row);
          const parsed: DeploymentReport = JSON.parse(textOf(report) ?? '{}');
          return { at: textOf(at) ?? '', report: parsed };
        }),
    },
    close: () => {
      database.close();
    },
  };
}

/** The package is loaded when it is needed: who brings a store of their own does not pay for it. */
async function open(file: string) {
  const { default: Database } = await import('libsql');
  try {
    await mkdir(dirname(file), { recursive: true });
    const database = new Database(file);
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = ${busyTimeoutMs};`);
    database.exec(schema);
    return database;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new GopdaterError('STORE_FAILED', `${file} cannot be used to keep what must not be forgotten: ${why}.`, {
      hint: 'Set GOPDATER_DATA to a folder that this user may write to.',
      cause,
    });
  }
}

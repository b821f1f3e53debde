import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { GopdaterError } from '../errors.ts';
import { formatReference, parseReference } from '../image/reference.ts';
import { objectOf, textOf } from '../json.ts';
import type { DeploymentReport } from '../report/report.ts';
import type { Store } from './store.ts';

/** So that the command line can read while the server writes. */
const busyTimeoutMs = 1_000;

const schema = `
  CREATE TABLE IF NOT EXISTS blocked_digests (
    image TEXT PRIMARY KEY, digest TEXT NOT NULL, reason TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS unfinished_moves (
    project TEXT NOT NULL, service TEXT NOT NULL, old_image_id TEXT NOT NULL, PRIMARY KEY (project, service)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS pending_deliveries (
    id INTEGER PRIMARY KEY, delivery_id TEXT NOT NULL UNIQUE, image TEXT NOT NULL
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
  const begin = database.prepare('INSERT OR IGNORE INTO unfinished_moves VALUES (?, ?, ?)');
  const end = database.prepare('DELETE FROM unfinished_moves WHERE project = ? AND service = ?');
  const oldImageId = database.prepare(
    'SELECT old_image_id AS id FROM unfinished_moves WHERE project = ? AND service = ?',
  );
  const accept = database.prepare('INSERT OR IGNORE INTO pending_deliveries (delivery_id, image) VALUES (?, ?)');
  const settle = database.prepare('DELETE FROM pending_deliveries WHERE delivery_id = ?');
  const pending = database.prepare(
    'SELECT delivery_id AS id, image FROM pending_deliveries ORDER BY pending_deliveries.id',
  );
  return {
    blocked: {
      reasonFor: async (image, digest) => textOf(objectOf(reasonFor.get(image, digest)).reason),
      block: async ({ image, digest, reason }) => {
        block.run(image, digest, reason);
      },
      unblock: async image => unblock.run(image).changes > 0,
    },
    unfinished: {
      begin: async move => {
        begin.run(move.project, move.service, move.oldImageId);
      },
      end: async ({ project, service }) => {
        end.run(project, service);
      },
      oldImageId: async ({ project, service }) => textOf(objectOf(oldImageId.get(project, service)).id),
    },
    deliveries: {
      accept: async ({ deliveryId, image }) => {
        accept.run(deliveryId, formatReference(image));
      },
      settle: async deliveryId => {
        settle.run(deliveryId);
      },
      pending: async () =>
        pending.all().map(row => {
          const { id, image } = objectOf(row);
          return { deliveryId: textOf(id) ?? '', image: parseReference(textOf(image) ?? '') };
        }),
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

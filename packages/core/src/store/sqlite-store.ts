import { formatReference, parseReference } from '../image/reference.ts';
import { objectOf, textOf } from '../json.ts';
import type { HistoryEntry } from '../report/history.ts';
import type { DeploymentReport } from '../report/report.ts';
import { type Database, openDatabase } from './database.ts';
import { lastGapMs } from './past-gaps.ts';
import { openLock } from './rollout-lock.ts';
import type { Store } from './store.ts';

const schema = `
  CREATE TABLE IF NOT EXISTS blocks (
    image TEXT NOT NULL, digest TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (image, digest)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS blocked_digests (image TEXT, digest TEXT, reason TEXT);
  INSERT OR IGNORE INTO blocks SELECT image, digest, reason FROM blocked_digests;
  DROP TABLE blocked_digests;
  DROP TABLE IF EXISTS unfinished_moves;
  CREATE TABLE IF NOT EXISTS moves (
    project TEXT NOT NULL, service TEXT NOT NULL, image TEXT NOT NULL, digest TEXT NOT NULL,
    old_image_id TEXT NOT NULL, replicas INTEGER NOT NULL, PRIMARY KEY (project, service)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS steps (id INTEGER PRIMARY KEY, step TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS processes (pid INTEGER NOT NULL, start_time TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS pending_deliveries (
    id INTEGER PRIMARY KEY, delivery_id TEXT NOT NULL UNIQUE, image TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS deployments (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, image TEXT NOT NULL, outcome TEXT NOT NULL, report TEXT NOT NULL
  ) STRICT;
`;

/** How many reports are looked through for what is known of a service. */
const remembered = 50;

/**
 * A store in an SQLite file, which any SQLite program can open. What a call has resolved for survives a crash.
 *
 * @param file  made, with its folder, if it is not there
 * @throws GopdaterError `STORE_FAILED`
 */
export async function createSqliteStore(file: string): Promise<Store> {
  const database = await openDatabase(file);
  database.exec(schema);
  const { write, flush } = createWriter(database);
  const run = (sql: string) => {
    const statement = database.prepare(sql);
    return async (...values: readonly (string | number)[]) => await write(() => statement.run(...values).changes);
  };
  const all = (sql: string) => {
    const statement = database.prepare(sql);
    return (...values: readonly (string | number)[]) => statement.all(...values).map(objectOf);
  };

  const reasonFor = all('SELECT reason FROM blocks WHERE image = ? AND digest = ?');
  const block = run('INSERT OR REPLACE INTO blocks (image, digest, reason) VALUES (?, ?, ?)');
  const unblock = run('DELETE FROM blocks WHERE image = ? AND digest LIKE ?');
  const add = run('INSERT INTO deployments (at, image, outcome, report) VALUES (?, ?, ?, ?)');
  const list = all('SELECT at, report FROM deployments ORDER BY id DESC LIMIT ?');
  const beginMove = run(
    `INSERT INTO moves VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET image = excluded.image,
      digest = excluded.digest, old_image_id = excluded.old_image_id, replicas = excluded.replicas`,
  );
  const endMove = run('DELETE FROM moves WHERE project = ? AND service = ?');
  const moves = all('SELECT * FROM moves ORDER BY rowid');
  const beginStep = run('INSERT INTO steps (step) VALUES (?)');
  const endSteps = run('DELETE FROM steps');
  const steps = all('SELECT step FROM steps ORDER BY id');
  const beginProcess = run('INSERT INTO processes VALUES (?, ?)');
  const endProcess = run('DELETE FROM processes WHERE pid = ?');
  const processes = all('SELECT pid, start_time FROM processes');
  const accept = run('INSERT OR IGNORE INTO pending_deliveries (delivery_id, image) VALUES (?, ?)');
  const settle = run('DELETE FROM pending_deliveries WHERE delivery_id = ?');
  const pending = all('SELECT delivery_id AS id, image FROM pending_deliveries ORDER BY pending_deliveries.id');
  const history = (limit: number): readonly HistoryEntry[] =>
    list(limit).map(({ at, report }) => {
      const parsed: DeploymentReport = JSON.parse(text(report) || '{}');
      return { at: text(at), report: parsed };
    });
  const lock = await openLock(`${file}.lock`);
  return {
    blocked: {
      reasonFor: async (image, digest) => textOf(reasonFor(image, digest)[0]?.reason),
      block: async ({ image, digest, reason }) => {
        await block(image, digest, reason);
      },
      unblock: async (image, digest = '%') => (await unblock(image, digest)) > 0,
    },
    unfinished: {
      begin: async ({ project, service, image, digest, oldImageId, replicas }) => {
        await beginMove(project, service, image, digest, oldImageId, replicas);
      },
      end: async ({ project, service }) => {
        await endMove(project, service);
      },
      list: async () =>
        moves().map(row => ({
          project: text(row.project),
          service: text(row.service),
          image: text(row.image),
          digest: text(row.digest),
          oldImageId: text(row.old_image_id),
          replicas: Number(row.replicas),
        })),
    },
    journal: {
      begin: async step => {
        await beginStep(step);
      },
      end: async () => {
        await endSteps();
      },
      read: async () => steps().map(({ step }) => text(step)),
    },
    processes: {
      begin: async ({ pid, startTime }) => {
        await beginProcess(pid, startTime);
      },
      end: async ({ pid }) => {
        await endProcess(pid);
      },
      list: async () => processes().map(({ pid, start_time }) => ({ pid: Number(pid), startTime: text(start_time) })),
    },
    lock,
    gaps: { lastGapMs: async service => lastGapMs(history(remembered), service) },
    deliveries: {
      accept: async ({ deliveryId, image }) => {
        await accept(deliveryId, formatReference(image));
      },
      settle: async deliveryId => {
        await settle(deliveryId);
      },
      pending: async () =>
        pending().map(({ id, image }) => ({ deliveryId: text(id), image: parseReference(text(image)) })),
    },
    history: {
      add: async ({ at, report }) => {
        await add(at, report.image, report.outcome, JSON.stringify(report));
      },
      list: async ({ limit }) => history(limit),
    },
    close: () => {
      flush();
      lock.close();
      database.close();
    },
  };
}

function text(value: unknown): string {
  return textOf(value) ?? '';
}

/** Writes that come in one turn of the event loop share one commit. */
function createWriter(database: Database): {
  readonly write: <T>(act: () => T) => Promise<T>;
  readonly flush: () => void;
} {
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

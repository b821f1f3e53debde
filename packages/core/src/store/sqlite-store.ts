import { objectOf, textOf } from '../json.ts';
import type { HistoryEntry } from '../report/history.ts';
import type { DeploymentReport } from '../report/report.ts';
import { defaultMaxPending } from '../webhook/deliveries.ts';
import { openDatabase } from './database.ts';
import { createWriter } from './group-commit.ts';
import { lastGapMs } from './past-gaps.ts';
import { openLock } from './rollout-lock.ts';
import { createSqliteDeliveries } from './sqlite-deliveries.ts';
import { createSqliteMoves } from './sqlite-moves.ts';
import type { Store, StoreOptions } from './store.ts';

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
  CREATE TABLE IF NOT EXISTS move_variables (
    project TEXT NOT NULL, service TEXT NOT NULL, file TEXT NOT NULL, name TEXT NOT NULL, old_value TEXT NOT NULL,
    PRIMARY KEY (project, service)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS steps (id INTEGER PRIMARY KEY, step TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS processes (pid INTEGER NOT NULL, start_time TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS pending_pushes (
    image TEXT PRIMARY KEY, delivery_id TEXT NOT NULL, accepted_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS pending_deliveries (id INTEGER, delivery_id TEXT, image TEXT);
  INSERT OR REPLACE INTO pending_pushes SELECT image, delivery_id, id FROM pending_deliveries ORDER BY id;
  DROP TABLE pending_deliveries;
  CREATE TABLE IF NOT EXISTS sender_ids (id TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS sender_ids_by_age ON sender_ids (at);
  CREATE TABLE IF NOT EXISTS sightings (
    repository TEXT NOT NULL, digest TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (repository, digest)
  ) STRICT, WITHOUT ROWID;
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
export async function createSqliteStore(
  file: string,
  { maxPending = defaultMaxPending }: StoreOptions = {},
): Promise<Store> {
  const database = await openDatabase(file);
  database.exec(schema);
  const { write, batch, written } = await createWriter(database);
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
  const see = run('INSERT OR IGNORE INTO sightings (repository, digest, at) VALUES (?, ?, ?)');
  const seen = all('SELECT at FROM sightings WHERE repository = ? AND digest = ?');
  const add = run('INSERT INTO deployments (at, image, outcome, report) VALUES (?, ?, ?, ?)');
  const list = all('SELECT at, report FROM deployments ORDER BY id DESC LIMIT ?');
  const beginStep = run('INSERT INTO steps (step) VALUES (?)');
  const endSteps = run('DELETE FROM steps');
  const steps = all('SELECT step FROM steps ORDER BY id');
  const beginProcess = run('INSERT INTO processes VALUES (?, ?)');
  const endProcess = run('DELETE FROM processes WHERE pid = ?');
  const processes = all('SELECT pid, start_time FROM processes');
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
    sightings: {
      see: async (repository, digest, at) => {
        const firstSeenAt = () => seen(repository, digest)[0]?.at;
        if (firstSeenAt() === undefined) await see(repository, digest, at);
        return Number(firstSeenAt() ?? at);
      },
    },
    unfinished: createSqliteMoves(database, { write }),
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
    deliveries: createSqliteDeliveries(database, { write, batch, maxPending }),
    history: {
      add: async ({ at, report }) => {
        await add(at, report.image, report.outcome, JSON.stringify(report));
      },
      list: async ({ limit }) => history(limit),
    },
    close: async () => {
      await written();
      lock.close();
      database.close();
    },
  };
}

function text(value: unknown): string {
  return textOf(value) ?? '';
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseReference } from '../image/reference.ts';
import type { DeploymentReport } from '../report/report.ts';
import { type Delivery, rememberedMs } from '../webhook/deliveries.ts';
import { openDatabase } from './database.ts';
import { createMemoryStore } from './memory-store.ts';
import { createSqliteStore } from './sqlite-store.ts';
import type { StoreOptions } from './store.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'store-'));
});
afterEach(async () => await rm(directory, { recursive: true }));

const image = 'docker.io/acme/web:latest';
const report: DeploymentReport = {
  deliveryId: '1',
  image,
  digest: 'sha256:1',
  outcome: 'updated',
  services: [],
  warnings: [],
  error: undefined,
  seconds: 1,
};

const stores = {
  memory: async (options?: StoreOptions) => createMemoryStore(options),
  sqlite: async (options?: StoreOptions) => await createSqliteStore(join(directory, 'a/b.db'), options),
};

function deliveryOf({
  images = ['acme/web:1'],
  ...said
}: { images?: string[] } & Partial<Omit<Delivery, 'images'>>): Delivery {
  return { deliveryId: '1', senderId: undefined, receivedAt: 1_000, ...said, images: images.map(parseReference) };
}

describe.each(Object.entries(stores))('a store in %s', (_, create) => {
  test('remembers when a digest of a repository was first seen', async () => {
    const { sightings, close } = await create();
    expect(await sightings.see('docker.io/acme/web', 'sha256:1', 1_000)).toBe(1_000);
    expect(await sightings.see('docker.io/acme/web', 'sha256:1', 2_000)).toBe(1_000);
    expect(await sightings.see('docker.io/acme/web', 'sha256:2', 3_000)).toBe(3_000);
    expect(await sightings.see('docker.io/acme/api', 'sha256:1', 4_000)).toBe(4_000);
    await close();
  });

  test('remembers the digests of an image that were blocked, and why', async () => {
    const { blocked, close } = await create();
    await blocked.block({ image, digest: 'sha256:1', reason: 'it crashed' });
    expect(await blocked.reasonFor(image, 'sha256:1')).toBe('it crashed');
    expect(await blocked.reasonFor(image, 'sha256:2')).toBeUndefined();
    expect(await blocked.reasonFor('docker.io/acme/web:other', 'sha256:1')).toBeUndefined();
    await blocked.block({ image, digest: 'sha256:2', reason: 'it crashed, too' });
    await blocked.block({ image, digest: 'sha256:3', reason: 'by hand' });
    expect(await blocked.unblock(image, 'sha256:3')).toBe(true);
    expect(await blocked.reasonFor(image, 'sha256:3')).toBeUndefined();
    expect(await blocked.reasonFor(image, 'sha256:1')).toBe('it crashed');
    expect(await blocked.unblock(image)).toBe(true);
    expect(await blocked.unblock(image)).toBe(false);
    expect(await blocked.reasonFor(image, 'sha256:2')).toBeUndefined();
    await close();
  });

  test('keeps where a service on its way comes from, and to where it goes now', async () => {
    const { unfinished, close } = await create();
    const move = { project: 'shop', service: 'web', image, digest: 'sha256:2', oldImageId: 'sha256:a', replicas: 3 };
    await unfinished.begin(move);
    await unfinished.begin({ ...move, service: 'worker' });
    await unfinished.begin({ ...move, variable: { file: '/srv/.env', name: 'TAG', value: '1.0.0' } });
    await unfinished.begin({ ...move, digest: 'sha256:3', oldImageId: 'sha256:b', replicas: 4 });
    expect(await unfinished.list()).toEqual([
      { ...move, digest: 'sha256:3', oldImageId: 'sha256:b', replicas: 4 },
      { ...move, service: 'worker' },
    ]);
    await unfinished.end(move);
    expect(await unfinished.list()).toEqual([{ ...move, service: 'worker' }]);
    const byVariable = { ...move, variable: { file: '/srv/.env', name: 'TAG', value: '' } };
    await unfinished.begin(byVariable);
    expect((await unfinished.list()).at(-1)).toEqual(byVariable);
    await unfinished.end(move);
    await unfinished.begin(move);
    expect((await unfinished.list()).at(-1)).toEqual(move);
    await close();
  });

  test('writes steps down in order, until the rollout has ended', async () => {
    const { journal, close } = await create();
    await Promise.all([journal.begin('pull'), journal.begin('tag'), journal.begin('recreate')]);
    expect(await journal.read()).toEqual(['pull', 'tag', 'recreate']);
    await journal.end();
    expect(await journal.read()).toEqual([]);
    await close();
  });

  test('gives the lock to one at a time', async () => {
    const { lock, close } = await create();
    const release = lock.tryAcquire();
    expect(release).toBeDefined();
    expect(lock.tryAcquire()).toBeUndefined();
    release?.();
    lock.tryAcquire()?.();
    await close();
  });

  test('knows the gap of a service’s last update', async () => {
    const { history, gaps, close } = await create();
    const version = { digest: undefined, version: undefined };
    const moved = { project: 'shop', service: 'web', from: version, to: version, seconds: 1 };
    const add = async (gapMs: number | undefined) =>
      await history.add({
        at: '2026-01-01T00:00:00.000Z',
        report: { ...report, services: [{ ...moved, outcome: 'updated', gapMs }] },
      });
    expect(await gaps.lastGapMs(moved)).toBeUndefined();
    await add(900);
    await add(1_200);
    await add(undefined);
    expect(await gaps.lastGapMs(moved)).toBe(1_200);
    expect(await gaps.lastGapMs({ ...moved, service: 'api' })).toBeUndefined();
    await close();
  });

  test('lists the reports, newest first', async () => {
    const { history, close } = await create();
    for (const deliveryId of ['1', '2', '3']) {
      await history.add({ at: `2026-01-0${deliveryId}T00:00:00.000Z`, report: { ...report, deliveryId } });
    }
    const entries = await history.list({ limit: 2 });
    expect(entries.map(entry => `${entry.at} ${entry.report.deliveryId}`)).toEqual([
      '2026-01-03T00:00:00.000Z 3',
      '2026-01-02T00:00:00.000Z 2',
    ]);
    expect(entries[0]?.report).toMatchObject({ image, outcome: 'updated', seconds: 1 });
    await close();
  });

  describe('of deliveries', () => {
    test('the newest of each image waits, until it has its report', async () => {
      const { deliveries, close } = await create();
      await deliveries.accept(deliveryOf({ deliveryId: '1', images: ['acme/web:1', 'acme/api:1'] }));
      await deliveries.accept(deliveryOf({ deliveryId: '2', images: ['acme/web:1'], receivedAt: 2_000 }));
      const waiting = async () => (await deliveries.pending()).map(one => `${one.deliveryId} ${one.image.repository}`);
      expect(await waiting()).toEqual(['2 acme/web', '1 acme/api']);
      await deliveries.settle({ deliveryId: '1', image: parseReference('acme/web:1') });
      expect(await waiting()).toEqual(['2 acme/web', '1 acme/api']);
      await deliveries.settle({ deliveryId: '2', image: parseReference('acme/web:1') });
      expect(await waiting()).toEqual(['1 acme/api']);
      await close();
    });

    test('the sender’s id is known again for 72 hours', async () => {
      const { deliveries, close } = await create();
      const accept = async (senderId: string | undefined, receivedAt: number) =>
        await deliveries.accept(deliveryOf({ senderId, receivedAt }));
      expect(await accept('github 1', 0)).toBe('accepted');
      expect(await accept('github 1', rememberedMs)).toBe('duplicate');
      expect(await accept('github 2', rememberedMs)).toBe('accepted');
      expect(await accept('github 1', rememberedMs + 1)).toBe('accepted');
      expect(await accept(undefined, 0)).toBe('accepted');
      expect(await accept(undefined, 0)).toBe('accepted');
      await close();
    });

    test('those that come at once are decided in turn', async () => {
      const { deliveries, close } = await create({ maxPending: 2 });
      const accept = async (deliveryId: string, senderId: string | undefined, ...images: string[]) =>
        await deliveries.accept(deliveryOf({ deliveryId, senderId, images }));
      expect(
        await Promise.all([
          accept('1', 'a', 'acme/web:1'),
          accept('2', 'a', 'acme/web:1'),
          accept('3', 'b', 'acme/api:1', 'acme/db:1'),
          accept('4', 'b', 'acme/api:1'),
          accept('5', 'c', 'acme/db:1'),
          accept('6', undefined, 'acme/web:1'),
        ]),
      ).toEqual(['accepted', 'duplicate', 'full', 'accepted', 'full', 'accepted']);
      const pending = await deliveries.pending();
      expect(pending.map(({ deliveryId, image: { repository } }) => `${deliveryId} ${repository}`)).toEqual([
        '6 acme/web',
        '4 acme/api',
      ]);
      await close();
    });

    test('a full queue takes no further image, forgets the delivery, and still takes a newer push', async () => {
      const { deliveries, close } = await create({ maxPending: 2 });
      const accept = async (senderId: string, ...images: string[]) =>
        await deliveries.accept(deliveryOf({ senderId, images }));
      expect(await accept('a', 'acme/web:1')).toBe('accepted');
      expect(await accept('b', 'acme/api:1', 'acme/db:1')).toBe('full');
      expect(await accept('b', 'acme/api:1')).toBe('accepted');
      expect(await accept('c', 'acme/db:1')).toBe('full');
      expect(await accept('d', 'acme/web:1')).toBe('accepted');
      expect(await deliveries.pending()).toHaveLength(2);
      await close();
    });
  });
});

describe('an SQLite store', () => {
  test('is there after it was closed, and two may have it open', async () => {
    const file = join(directory, 'gopdater.db');
    const one = await createSqliteStore(file);
    const two = await createSqliteStore(file);
    await one.blocked.block({ image, digest: 'sha256:1', reason: 'it crashed' });
    expect(await two.blocked.reasonFor(image, 'sha256:1')).toBe('it crashed');
    await one.close();
    await two.close();
    const again = await createSqliteStore(file);
    expect(await again.blocked.reasonFor(image, 'sha256:1')).toBe('it crashed');
    await again.close();
  });

  test('gives the lock to one process at a time, and takes it from one that ends', async () => {
    const file = join(directory, 'gopdater.db');
    const one = await createSqliteStore(file);
    const two = await createSqliteStore(file);
    expect(one.lock.tryAcquire()).toBeDefined();
    expect(two.lock.tryAcquire()).toBeUndefined();
    await one.close();
    two.lock.tryAcquire()?.();
    await two.close();
  });

  test('keeps what was asked for in one turn, all of it', async () => {
    const { deliveries, close } = await createSqliteStore(join(directory, 'gopdater.db'));
    const all = Array.from({ length: 500 }, (_, n) => deliveryOf({ deliveryId: String(n), images: [`acme/web:${n}`] }));
    expect(new Set(await Promise.all(all.map(one => deliveries.accept(one))))).toEqual(new Set(['accepted']));
    expect((await deliveries.pending()).map(({ deliveryId }) => deliveryId)).toEqual(
      all.map(({ deliveryId }) => deliveryId),
    );
    await close();
  });

  test('keeps nothing of what could not be written, and goes on', async () => {
    const file = join(directory, 'gopdater.db');
    const { deliveries, close } = await createSqliteStore(file);
    const disk = await openDatabase(file);
    const accept = async () => await deliveries.accept(deliveryOf({ senderId: 'a' }));
    disk.exec(
      `CREATE TRIGGER fault BEFORE INSERT ON pending_pushes BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`,
    );
    await expect(accept()).rejects.toThrow('the disk is full');
    disk.exec('DROP TRIGGER fault');
    expect(await deliveries.pending()).toEqual([]);
    expect(await accept()).toBe('accepted');
    disk.close();
    await close();
  });

  test('takes over what waited in the table of before', async () => {
    const file = join(directory, 'gopdater.db');
    const before = await openDatabase(file);
    before.exec(`CREATE TABLE pending_deliveries (id INTEGER PRIMARY KEY, delivery_id TEXT, image TEXT);
      INSERT INTO pending_deliveries (delivery_id, image) VALUES ('1', 'docker.io/acme/web:1'), ('2', 'docker.io/acme/web:1')`);
    before.close();
    const { deliveries, close } = await createSqliteStore(file);
    expect(await deliveries.pending()).toEqual([{ deliveryId: '2', image: parseReference('acme/web:1') }]);
    await close();
  });

  test('remembers commands that run', async () => {
    const { processes, close } = await createSqliteStore(join(directory, 'gopdater.db'));
    await processes.begin({ pid: 12, startTime: '345' });
    expect(await processes.list()).toEqual([{ pid: 12, startTime: '345' }]);
    await processes.end({ pid: 12 });
    expect(await processes.list()).toEqual([]);
    await close();
  });

  test('that cannot be made says what to set', async () => {
    await writeFile(join(directory, 'file'), '');
    await expect(createSqliteStore(join(directory, 'file/gopdater.db'))).rejects.toMatchObject({
      code: 'STORE_FAILED',
      hint: expect.stringContaining('GOPDATER_DATA'),
    });
  });
});

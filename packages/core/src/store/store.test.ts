import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseReference } from '../image/reference.ts';
import type { DeploymentReport } from '../report/report.ts';
import { createMemoryStore } from './memory-store.ts';
import { createSqliteStore } from './sqlite-store.ts';

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
  memory: async () => createMemoryStore(),
  sqlite: async () => await createSqliteStore(join(directory, 'a/b.db')),
};

describe.each(Object.entries(stores))('a store in %s', (_, create) => {
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
    close();
  });

  test('keeps where a service on its way comes from, and to where it goes now', async () => {
    const { unfinished, close } = await create();
    const move = { project: 'shop', service: 'web', image, digest: 'sha256:2', oldImageId: 'sha256:a', replicas: 3 };
    await unfinished.begin(move);
    await unfinished.begin({ ...move, service: 'worker' });
    await unfinished.begin({ ...move, digest: 'sha256:3', oldImageId: 'sha256:b', replicas: 4 });
    expect(await unfinished.list()).toEqual([
      { ...move, digest: 'sha256:3', oldImageId: 'sha256:b', replicas: 4 },
      { ...move, service: 'worker' },
    ]);
    await unfinished.end(move);
    expect(await unfinished.list()).toEqual([{ ...move, service: 'worker' }]);
    close();
  });

  test('writes steps down in order, until the rollout has ended', async () => {
    const { journal, close } = await create();
    await Promise.all([journal.begin('pull'), journal.begin('tag'), journal.begin('recreate')]);
    expect(await journal.read()).toEqual(['pull', 'tag', 'recreate']);
    await journal.end();
    expect(await journal.read()).toEqual([]);
    close();
  });

  test('gives the lock to one at a time', async () => {
    const { lock, close } = await create();
    const release = lock.tryAcquire();
    expect(release).toBeDefined();
    expect(lock.tryAcquire()).toBeUndefined();
    release?.();
    lock.tryAcquire()?.();
    close();
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
    close();
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
    close();
  });
});

describe('an SQLite store', () => {
  test('is there after it was closed, and two may have it open', async () => {
    const file = join(directory, 'gopdater.db');
    const one = await createSqliteStore(file);
    const two = await createSqliteStore(file);
    await one.blocked.block({ image, digest: 'sha256:1', reason: 'it crashed' });
    expect(await two.blocked.reasonFor(image, 'sha256:1')).toBe('it crashed');
    one.close();
    two.close();
    const again = await createSqliteStore(file);
    expect(await again.blocked.reasonFor(image, 'sha256:1')).toBe('it crashed');
    again.close();
  });

  test('gives the lock to one process at a time, and takes it from one that ends', async () => {
    const file = join(directory, 'gopdater.db');
    const one = await createSqliteStore(file);
    const two = await createSqliteStore(file);
    expect(one.lock.tryAcquire()).toBeDefined();
    expect(two.lock.tryAcquire()).toBeUndefined();
    one.close();
    two.lock.tryAcquire()?.();
    two.close();
  });

  test('keeps what was asked for in one turn, all of it', async () => {
    const { deliveries, close } = await createSqliteStore(join(directory, 'gopdater.db'));
    const events = Array.from({ length: 500 }, (_, n) => ({
      deliveryId: String(n),
      image: parseReference('acme/web:latest'),
    }));
    await Promise.all(events.map(event => deliveries.accept(event)));
    expect(await deliveries.pending()).toEqual(events);
    close();
  });

  test('remembers commands that run', async () => {
    const { processes, close } = await createSqliteStore(join(directory, 'gopdater.db'));
    await processes.begin({ pid: 12, startTime: '345' });
    expect(await processes.list()).toEqual([{ pid: 12, startTime: '345' }]);
    await processes.end({ pid: 12 });
    expect(await processes.list()).toEqual([]);
    close();
  });

  test('that cannot be made says what to set', async () => {
    await writeFile(join(directory, 'file'), '');
    await expect(createSqliteStore(join(directory, 'file/gopdater.db'))).rejects.toMatchObject({
      code: 'STORE_FAILED',
      hint: expect.stringContaining('GOPDATER_DATA'),
    });
  });
});

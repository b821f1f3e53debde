import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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
  test('remembers the last digest of an image that was blocked, and why', async () => {
    const { blocked, close } = await create();
    await blocked.block({ image, digest: 'sha256:1', reason: 'it crashed' });
    expect(await blocked.reasonFor(image, 'sha256:1')).toBe('it crashed');
    expect(await blocked.reasonFor(image, 'sha256:2')).toBeUndefined();
    expect(await blocked.reasonFor('docker.io/acme/web:other', 'sha256:1')).toBeUndefined();
    await blocked.block({ image, digest: 'sha256:2', reason: 'it crashed, too' });
    expect(await blocked.reasonFor(image, 'sha256:1')).toBeUndefined();
    expect(await blocked.unblock(image)).toBe(true);
    expect(await blocked.unblock(image)).toBe(false);
    expect(await blocked.reasonFor(image, 'sha256:2')).toBeUndefined();
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

  test('that cannot be made says what to set', async () => {
    await writeFile(join(directory, 'file'), '');
    await expect(createSqliteStore(join(directory, 'file/gopdater.db'))).rejects.toMatchObject({
      code: 'STORE_FAILED',
      hint: expect.stringContaining('GOPDATER_DATA'),
    });
  });
});

import { writeFile } from 'node:fs/promises';
import {
  createMemoryStore,
  createUpdater,
  type DeploymentReport,
  formatReference,
  parseReference,
  systemClock,
} from '@gopdater/core';
import { describe, expect, test } from 'vitest';
import { createWorld, pushed, threeServices, type World } from './world.ts';

/** Whatever comes is due at once. */
const none = { quietMs: 0, maxMs: 0 };

/** An updater whose pulls wait until they are let go. */
function withHeldPulls(world: World) {
  const reports: DeploymentReport[] = [];
  let letGo = () => {};
  const hold = new Promise<void>(resolve => {
    letGo = resolve;
  });
  world.docker.faults.next('pullImage', { hold });
  const updater = createUpdater({ ...world.dependencies, merging: none, onReport: report => reports.push(report) });
  return {
    updater,
    letGo: () => letGo(),
    outcomes: () => reports.map(({ deliveryId, outcome }) => `${deliveryId} ${outcome}`),
  };
}

describe('an updater', () => {
  test('runs one rollout at a time, and of those that wait the newest of each image', async () => {
    await using world = await createWorld();
    const { updater, letGo, outcomes } = withHeldPulls(world);
    world.registry.push('acme/web:latest', { version: 'v2' });
    world.registry.push('acme/api:latest', { version: 'v2' });

    const all = [
      updater.submit(pushed('acme/web:latest', 'first')),
      updater.submit(pushed('acme/web:latest', 'second')),
      updater.submit(pushed('acme/api:latest', 'other')),
      updater.submit(pushed('acme/web:latest', 'third')),
    ];
    await expect.poll(() => world.steps).toContain('started pull');
    expect(outcomes()).toEqual(['second superseded']);
    world.registry.push('acme/web:latest', { version: 'v3' });
    letGo();

    const reports = await world.clock.run(async () => await Promise.all(all));
    expect(reports.map(({ outcome }) => outcome)).toEqual(['updated', 'superseded', 'updated', 'updated']);
    expect(outcomes()).toEqual(['second superseded', 'first updated', 'third updated', 'other updated']);
  });

  test('lives on after a push that failed', async () => {
    await using world = await createWorld();
    const updater = createUpdater(world.dependencies);
    world.registry.push('acme/web:latest', { version: 'v2' });
    await world.docker.goAway();
    expect(await world.clock.run(async () => await updater.submit(pushed()))).toMatchObject({
      outcome: 'failed',
      error: { code: 'ENGINE_UNREACHABLE' },
    });
    await world.docker.comeBack();
    expect(await world.clock.run(async () => await updater.submit(pushed()))).toMatchObject({ outcome: 'updated' });
  });

  describe('tells which images a delivery points at', () => {
    const file = `
name: shop
services:
  web: { image: "registry:5000/acme/web:V1" }
  twin: { image: "registry:5000/acme/web:V1" }
  pinned: { image: "acme/api:1@sha256:${'0'.repeat(64)}" }
  other: { image: "acme/api@sha256:${'0'.repeat(64)}" }
  built: { build: . }
`;
    const registryAliases = [['registry:5000', 'registry.example.com']];
    test.each([
      [{ image: parseReference('registry:5000/acme/web:V1') }, ['registry:5000/acme/web:V1']],
      [{ image: parseReference('registry.example.com/acme/web:V1') }, ['registry:5000/acme/web:V1']],
      [{ image: parseReference('elsewhere.example.com/acme/web:V1') }, []],
      [{ image: parseReference('registry:5000/acme/web:v1') }, []],
      [{ image: parseReference('registry:5000/acme/web:v1'), isTagLowerCased: true }, ['registry:5000/acme/web:V1']],
      [{ image: parseReference('acme/api:1') }, ['docker.io/acme/api:1']],
      [{ project: 'shop', service: 'twin' }, ['registry:5000/acme/web:V1']],
      [{ project: 'shop', service: 'built' }, []],
      [{ project: 'other', service: 'web' }, []],
    ])('%j: %j', async (hint, images) => {
      await using world = await createWorld({ file, isUp: false });
      const updater = createUpdater({ ...world.dependencies, registryAliases });
      expect((await updater.imagesOf(hint)).map(formatReference)).toEqual(images);
    });

    test('from the files: that there is one may be some seconds old, that there is none is not', async () => {
      await using world = await createWorld();
      const { imagesOf } = createUpdater(world.dependencies);
      const isUsed = async (name: string) => (await imagesOf({ image: parseReference(name) })).length > 0;
      expect([await isUsed('acme/web'), await isUsed('acme/none')]).toEqual([true, false]);
      await writeFile(world.project.files[0] ?? '', threeServices.replace('acme/web', 'acme/none'));
      expect([await isUsed('acme/web'), await isUsed('acme/none')]).toEqual([true, true]);
      await world.clock.advance(5_000);
      expect(await isUsed('acme/web')).toBe(false);
    });
  });

  test('that is closed ends what it took, and takes no more', async () => {
    await using world = await createWorld();
    const { updater, letGo, outcomes } = withHeldPulls(world);
    world.registry.push('acme/web:latest', { version: 'v2' });
    const first = updater.submit(pushed('acme/web:latest', 'first'));
    const closed = updater.close();
    const late = updater.submit(pushed('acme/web:latest', 'late'));
    letGo();
    await world.clock.run(async () => await closed);
    expect(outcomes()).toEqual(['late failed', 'first updated']);
    expect(await late).toMatchObject({ error: { code: 'ABORTED' } });
    expect(await first).toMatchObject({ outcome: 'updated' });
  });

  test('that is closed while another process rolls out gives up what waits for that one', async () => {
    await using world = await createWorld();
    const { lock } = createMemoryStore();
    const updater = createUpdater({ ...world.dependencies, merging: none, lock, clock: systemClock });
    const release = lock.tryAcquire();
    const waits = updater.submit(pushed());
    await new Promise(resolve => setImmediate(resolve));
    await updater.close();
    expect(await waits).toMatchObject({ outcome: 'failed', error: { code: 'ABORTED' } });
    release?.();
  });

  test('that is aborted stops what runs and what waits', async () => {
    await using world = await createWorld();
    const before = world.ids();
    const { updater } = withHeldPulls(world);
    world.registry.push('acme/web:latest', { version: 'v2' });
    const all = [updater.submit(pushed('acme/web:latest')), updater.submit(pushed('acme/api:latest'))];
    await expect.poll(() => world.steps).toContain('started pull');
    updater.abort();
    for (const report of await Promise.all(all))
      expect(report).toMatchObject({ outcome: 'failed', error: { code: 'ABORTED' } });
    await updater.close();
    expect(world.ids()).toEqual(before);
  });

  test('waits until a burst is over, and rolls out once', async () => {
    await using world = await createWorld();
    const reports: string[] = [];
    const updater = createUpdater({
      ...world.dependencies,
      onReport: ({ deliveryId, outcome }) => reports.push(`${deliveryId} ${outcome}`),
    });
    world.registry.push('acme/web:latest', { version: 'v2' });
    void updater.submit(pushed('acme/web:latest', 'amd64'));
    await world.clock.advance(1_999);
    world.registry.push('acme/web:latest', { version: 'v2, whole' });
    void updater.submit(pushed('acme/web:latest', 'arm64'));
    await world.clock.advance(1_999);
    expect(reports).toEqual(['amd64 superseded']);
    expect(world.steps).toEqual([]);
    await world.clock.advance(60_000);
    expect(reports).toEqual(['amd64 superseded', 'arm64 updated']);
    await world.clock.run(async () => await updater.close());
  });

  test('waits for the end of a burst for ten seconds at most', async () => {
    await using world = await createWorld();
    const updater = createUpdater(world.dependencies);
    world.registry.push('acme/web:latest', { version: 'v2' });
    for (let second = 0; second < 10; second++) {
      void updater.submit(pushed('acme/web:latest', String(second)));
      expect(world.steps).toEqual([]);
      await world.clock.advance(1_000);
    }
    expect(world.steps).toContain('started pull');
    await world.clock.run(async () => await updater.close());
  });

  test('that is closed does not wait for the end of a burst', async () => {
    await using world = await createWorld();
    const updater = createUpdater({ ...world.dependencies, merging: { quietMs: 3_600_000, maxMs: 3_600_000 } });
    world.registry.push('acme/web:latest', { version: 'v2' });
    const report = updater.submit(pushed());
    await world.clock.run(async () => await updater.close());
    expect(await report).toMatchObject({ outcome: 'updated' });
    expect(world.clock.now()).toBeLessThan(Date.parse('2026-01-01T00:30:00Z'));
  });
});

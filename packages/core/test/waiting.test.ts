import { createMemoryStore, createUpdater, type DeploymentReport, parseWindow } from '@gopdater/core';
import { describe, expect, test } from 'vitest';
import { createWorld, deploy, planDeployment, pushed, rollback, type World } from './world.ts';

const file = (...labels: readonly string[]) => `
name: shop
services:
  web:
    image: acme/web:latest
    labels: [${labels.map(label => JSON.stringify(`gopdater.${label}`)).join(', ')}]
  api: { image: acme/api:latest }
`;

const versionOf = async ({ dependencies: { engine }, ids }: World) => {
  const container = await engine.inspectContainer(ids()['shop-web-1'] ?? '');
  const image = await engine.inspectImage(container?.imageId ?? '');
  return image?.labels['org.opencontainers.image.version'];
};

/** Pushes v2, and leaves the service on its way there. */
async function beginMove({ dependencies, registry, ids }: World): Promise<void> {
  const container = await dependencies.engine.inspectContainer(ids()['shop-web-1'] ?? '');
  registry.push('acme/web:latest', { version: 'v2' });
  const digest = await dependencies.registry.resolve(pushed().image);
  const moved = { project: 'shop', service: 'web', image: 'docker.io/acme/web:latest', digest, replicas: 1 };
  await dependencies.unfinished?.begin({ ...moved, oldImageId: container?.imageId ?? '' });
}

/** The clock of a world begins on 2026-01-01, a Thursday, at midnight UTC. */
const hours = (n: number) => n * 3_600_000;

describe('a version that is newer than the service’s cooldown', () => {
  const moving = file('cooldown=1d', 'tag=semver:^1', 'tag-variable=WEB_TAG').replace(
    'acme/web:latest',
    'acme/web:${WEB_TAG}',
  );
  const at = (tag: string) => `docker.io/acme/web:${tag}`;

  test('does not keep one that is old enough from being moved to, and is moved to in its turn', async () => {
    const push = ({ registry }: World['docker']) => void registry.push('acme/web:1.0.0', { version: '1.0.0' });
    await using world = await createWorld({ file: moving, env: 'WEB_TAG=1.0.0\n', push });
    const look = async (tag: string) => await deploy(pushed(`acme/web:${tag}`), world.dependencies);
    world.registry.push('acme/web:1.1.0', { version: '1.1.0' });
    // Also where its own hook was lost.
    expect(await look('1.0.0')).toMatchObject({ outcome: 'up-to-date', instead: [at('1.1.0')] });
    expect(await look('1.1.0')).toMatchObject({ outcome: 'waiting' });
    await world.clock.advance(hours(20));
    world.registry.push('acme/web:1.2.0', { version: '1.2.0' });
    expect(await look('1.2.0')).toMatchObject({ outcome: 'waiting' });
    await world.clock.advance(hours(5));
    expect(await look('1.2.0')).toMatchObject({ outcome: 'waiting', instead: [at('1.1.0')] });
    expect(await look('1.1.0')).toMatchObject({ outcome: 'updated' });
    expect(await versionOf(world)).toBe('1.1.0');
    await world.clock.advance(hours(20));
    expect(await look('1.2.0')).toMatchObject({ outcome: 'updated' });
    expect(await versionOf(world)).toBe('1.2.0');
  });
});

describe('an image that is newer than the service’s cooldown', () => {
  test('waits, and the report says until when', async () => {
    await using world = await createWorld({ file: file('cooldown=1d') });
    const startedAt = world.clock.now();
    world.registry.push('acme/web:latest', { version: 'v2' });
    const report = await deploy(pushed(), world.dependencies);
    expect(report).toMatchObject({
      outcome: 'waiting',
      waitsUntil: startedAt + hours(24),
      services: [{ service: 'web', outcome: 'waiting' }],
    });
    expect(report.services[0]).toMatchObject({
      detail: 'its image was first seen at 2026-01-01T00:00:00Z and is too new: it is moved at 2026-01-02T00:00:00Z.',
    });
    expect(world.steps).toEqual([]);
  });

  test('is moved to once it is old enough; one that was pushed meanwhile begins anew', async () => {
    await using world = await createWorld({ file: file('cooldown=1d') });
    const outcome = async () => (await deploy(pushed(), world.dependencies)).outcome;
    world.registry.push('acme/web:latest', { version: 'v2' });
    expect(await outcome()).toBe('waiting');
    await world.clock.advance(hours(12));
    world.registry.push('acme/web:latest', { version: 'v3' });
    expect(await outcome()).toBe('waiting');
    await world.clock.advance(hours(13));
    expect(await outcome()).toBe('waiting');
    await world.clock.advance(hours(11));
    expect(await outcome()).toBe('updated');
  });

  test('does not count its age by the date that its maker wrote into it', async () => {
    await using world = await createWorld({ file: file('cooldown=1h') });
    world.registry.push('acme/web:latest', { version: 'v2', created: '2020-01-01T00:00:00Z' });
    expect((await deploy(pushed(), world.dependencies)).outcome).toBe('waiting');
  });

  test('is refused where nothing remembers what was seen', async () => {
    await using world = await createWorld({ file: file('cooldown=1h') });
    world.registry.push('acme/web:latest', { version: 'v2' });
    const report = await deploy(pushed(), { ...world.dependencies, sightings: undefined });
    expect(report).toMatchObject({ outcome: 'refused', services: [{ outcome: 'refused' }] });
  });

  test('waits by the server’s default, too, unless a label says otherwise', async () => {
    await using world = await createWorld({ file: file('cooldown=0s') });
    world.registry.push('acme/web:latest', { version: 'v2' });
    world.registry.push('acme/api:latest', { version: 'v2' });
    const dependencies = { ...world.dependencies, defaults: { cooldownMs: hours(1) } };
    expect((await deploy(pushed('acme/api:latest'), dependencies)).outcome).toBe('waiting');
    expect((await deploy(pushed(), dependencies)).outcome).toBe('updated');
  });
});

describe('a service whose window is closed', () => {
  test.each([
    ['window=02:00-04:00', hours(2)],
    ['window=Sat 02:00-04:00', hours(50)],
    ['window=00:00-04:00', undefined],
    ['window=always', undefined],
  ])('%s: waits until %s', async (label, ms) => {
    await using world = await createWorld({ file: file(label) });
    const startedAt = world.clock.now();
    world.registry.push('acme/web:latest', { version: 'v2' });
    const report = await deploy(pushed(), world.dependencies);
    expect(report.outcome).toBe(ms === undefined ? 'updated' : 'waiting');
    expect(report.waitsUntil).toBe(ms && startedAt + ms);
  });

  test('waits for the window after the cooldown', async () => {
    await using world = await createWorld({ file: file('window=02:00-04:00 Europe/Berlin', 'cooldown=2h') });
    const startedAt = world.clock.now();
    world.registry.push('acme/web:latest', { version: 'v2' });
    const plan = await planDeployment(pushed().image, world.dependencies);
    expect(plan.leftAlone).toMatchObject([
      {
        reason: 'waiting',
        until: startedAt + hours(2),
        detail: expect.stringContaining('too new'),
      },
    ]);
    await world.clock.advance(hours(3));
    expect((await planDeployment(pushed().image, world.dependencies)).leftAlone).toMatchObject([
      {
        detail: 'its window (02:00-04:00 Europe/Berlin) is closed: it is moved at 2026-01-02T01:00:00Z.',
      },
    ]);
  });

  test('does not keep another one of the same push', async () => {
    await using world = await createWorld({
      file: `${file('window=02:00-04:00')}  twin: { image: acme/web:latest }\n`,
    });
    world.registry.push('acme/web:latest', { version: 'v2' });
    const report = await deploy(pushed(), world.dependencies);
    expect(report).toMatchObject({
      outcome: 'updated',
      waitsUntil: expect.any(Number),
      services: [
        { service: 'twin', outcome: 'updated' },
        { service: 'web', outcome: 'waiting' },
      ],
    });
    expect(await versionOf(world)).toBe('v1');
  });

  test('is put back by hand all the same', async () => {
    await using world = await createWorld({ file: file('window=02:00-04:00') });
    const digest = await world.dependencies.registry.resolve(pushed().image);
    world.registry.push('acme/web:latest', { version: 'v2' });
    await world.clock.advance(hours(2));
    expect((await deploy(pushed(), world.dependencies)).outcome).toBe('updated');
    await world.clock.advance(hours(4));
    const { history } = createMemoryStore();
    const report = await rollback({ service: 'web', to: digest }, { ...world.dependencies, history });
    expect(report.outcome).toBe('updated');
    expect(await versionOf(world)).toBe('v1');
  });

  test('ends what was begun while it was open', async () => {
    await using world = await createWorld({ file: file('window=02:00-04:00') });
    await beginMove(world);
    expect((await deploy(pushed(), world.dependencies)).outcome).toBe('updated');
  });

  test.each([['window=00:00-01:00'], ['cooldown=1d']])(
    '%s: what was begun is ended, though the tag has moved on, and that waits',
    async label => {
      await using world = await createWorld({ file: file(label) });
      await beginMove(world);
      await world.clock.advance(hours(2));
      world.registry.push('acme/web:latest', { version: 'v3' });
      const report = await deploy(pushed(), world.dependencies);
      expect(report).toMatchObject({
        outcome: 'updated',
        warnings: [expect.stringContaining('what was begun is ended first')],
      });
      expect(await versionOf(world)).toBe('v2');
      await world.clock.advance((report.waitsUntil ?? 0) - world.clock.now());
      expect((await deploy(pushed(), world.dependencies)).outcome).toBe('updated');
      expect(await versionOf(world)).toBe('v3');
    },
  );

  test('is put back by hand though a move was cut off, and nothing waits afterwards', async () => {
    await using world = await createWorld({ file: file('window=02:00-04:00') });
    const digest = await world.dependencies.registry.resolve(pushed().image);
    await beginMove(world);
    const { history } = createMemoryStore();
    const report = await rollback({ service: 'web', to: digest }, { ...world.dependencies, history });
    expect(report).toMatchObject({ waitsUntil: undefined, warnings: [] });
    expect(await versionOf(world)).toBe('v1');
  });

  test.each(['window=at night', 'cooldown=soon'])('%s: is refused, as nobody guesses', async label => {
    await using world = await createWorld({ file: file(label) });
    world.registry.push('acme/web:latest', { version: 'v2' });
    const report = await deploy(pushed(), world.dependencies);
    expect(report).toMatchObject({ outcome: 'refused', services: [{ outcome: 'refused' }] });
    expect(world.steps).toEqual([]);
  });

  test('is asked in the server’s time zone where its label names none', async () => {
    await using world = await createWorld({ file: file('window=09:00-10:00') });
    world.registry.push('acme/web:latest', { version: 'v2' });
    const defaults = { timeZone: 'Asia/Tokyo', window: parseWindow('Sun 00:00-01:00', 'UTC') };
    expect((await deploy(pushed(), { ...world.dependencies, defaults })).outcome).toBe('updated');
  });
});

describe('an updater', () => {
  const waitingUpdater = async (...labels: readonly string[]) => {
    const world = await createWorld({ file: file(...labels) });
    const reports: string[] = [];
    const updater = createUpdater({
      ...world.dependencies,
      onReport: ({ deliveryId, outcome }: DeploymentReport) => reports.push(`${deliveryId} ${outcome}`),
    });
    return { world, updater, reports };
  };

  test('takes up what waits when its time has come, over more than a timer’s longest time', async () => {
    const { world, updater, reports } = await waitingUpdater('cooldown=30d');
    await using _ = world;
    world.registry.push('acme/web:latest', { version: 'v2' });
    void updater.submit(pushed());
    await world.clock.advance(hours(1));
    expect(reports).toEqual(['delivery-1 waiting']);
    await world.clock.advance(hours(30 * 24 - 1));
    expect(reports).toEqual(['delivery-1 waiting']);
    await world.clock.advance(60_000);
    expect(reports).toEqual(['delivery-1 waiting', 'delivery-1 updated']);
    expect(await versionOf(world)).toBe('v2');
    await world.clock.run(async () => await updater.close());
  });

  test('lets a newer push take the place of one that waits', async () => {
    const { world, updater, reports } = await waitingUpdater('window=02:00-04:00');
    await using _ = world;
    world.registry.push('acme/web:latest', { version: 'v2' });
    void updater.submit(pushed('acme/web:latest', 'first'));
    await world.clock.advance(hours(1));
    world.registry.push('acme/web:latest', { version: 'v3' });
    void updater.submit(pushed('acme/web:latest', 'second'));
    await world.clock.advance(hours(2));
    expect(reports).toEqual(['first waiting', 'first superseded', 'second waiting', 'second updated']);
    expect(await versionOf(world)).toBe('v3');
    await world.clock.run(async () => await updater.close());
  });

  test('that is closed leaves what waits', async () => {
    const { world, updater, reports } = await waitingUpdater('window=02:00-04:00');
    await using _ = world;
    world.registry.push('acme/web:latest', { version: 'v2' });
    void updater.submit(pushed());
    await world.clock.advance(hours(1));
    await world.clock.run(async () => await updater.close());
    await world.clock.advance(hours(2));
    expect(reports).toEqual(['delivery-1 waiting']);
    expect(world.clock.sleepers).toBe(0);
  });
});

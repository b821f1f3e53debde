import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BlockedDigests,
  createMemoryStore,
  createSqliteStore,
  type DeploymentReport,
  type Engine,
  type Store,
} from '@gopdater/core';
import { describe, expect, test } from 'vitest';
import { createWorld, deploy, planDeployment, pushed, rollback, type World } from './world.ts';

const web = (...lines: readonly string[]) =>
  `name: shop\nservices:\n  web:\n    image: acme/web\n${lines.map(line => `    ${line}\n`).join('')}`;
const running = ({ docker }: World) => docker.containers().filter(({ status }) => status === 'running');
const imageIds = (world: World) => running(world).map(({ imageId }) => imageId);

/** What a person does: pulls, and lets Compose replace. */
const moveByHand = async ({ clock, project, dependencies: { engine, compose } }: World) =>
  await clock.run(async () => {
    await engine.pullImage('acme/web:latest');
    await compose.up(project, ['web'], {});
  });

describe('a move that could not be undone', () => {
  test('is over when a person has mended it: the next bad version goes back to what that one left', async () => {
    await using world = await createWorld({ file: web('restart: unless-stopped') });
    world.registry.push('acme/web:latest', { version: 'v2', exitCode: 1 });
    const fault = world.docker.faults.next('tagImage', { status: 500 }, { skip: 2, times: 2 });
    expect((await deploy(pushed(), world.dependencies)).outcome).toBe('failed');
    expect(fault.reached).toBe(2);
    const { id: v3 } = world.registry.push('acme/web:latest', { version: 'v3' });
    await moveByHand(world);
    world.registry.push('acme/web:latest', { version: 'v4', exitCode: 1 });
    expect((await deploy(pushed(), world.dependencies)).outcome).toBe('rolled-back');
    expect(imageIds(world)).toEqual([v3]);
  });

  test('is none of the service’s when its image is another one now', async () => {
    const file = web('restart: unless-stopped').replace('acme/web', 'acme/api');
    await using world = await createWorld({ file });
    const before = imageIds(world);
    world.docker.pull('acme/web:latest');
    const other = await world.dependencies.engine.inspectImage('acme/web:latest');
    await world.dependencies.unfinished?.begin({
      project: 'shop',
      service: 'web',
      image: 'docker.io/acme/web:latest',
      digest: `sha256:${'1'.repeat(64)}`,
      oldImageId: other?.id ?? '',
      replicas: 1,
    });
    world.registry.push('acme/api:latest', { version: 'v2', exitCode: 1 });
    expect((await deploy(pushed('acme/api:latest'), world.dependencies)).outcome).toBe('rolled-back');
    expect(imageIds(world)).toEqual(before);
  });
});

test.each(['network_mode', 'pid', 'ipc'])('a guest that names the container in its %s is not cut off', async key => {
  const file = `name: shop
services:
  vpn: { image: acme/web, container_name: vpn }
  guest: { image: "postgres:17", ${key}: "container:vpn", depends_on: [vpn] }
`;
  await using world = await createWorld({ file });
  world.registry.push('acme/web:latest', { version: 'v2' });
  const plan = await planDeployment(pushed().image, world.dependencies);
  expect(plan.moves).toEqual([]);
  expect(plan.leftAlone).toMatchObject([{ service: 'vpn', reason: 'refused' }]);
});

describe('a plan warns of containers outside the project that use something of the one that is replaced:', () => {
  test.each([
    [{ NetworkMode: 'container:shop-web-1' }, 'uses the network of shop-web-1, which is replaced: it loses that'],
    [{ PidMode: 'container:shop-web-1' }, 'uses the process namespace of shop-web-1'],
    [{ IpcMode: 'container:shop-web-1' }, 'uses the IPC namespace of shop-web-1'],
    [{ VolumesFrom: ['shop-web-1:ro'] }, 'uses the volumes of shop-web-1, which is replaced: it keeps the old ones'],
  ])('%o', async (config, warning) => {
    await using world = await createWorld({ file: web() });
    world.docker.run('acme/api:latest', { name: 'debug', config: { HostConfig: config } });
    world.docker.run('acme/api:latest', { name: 'alone' });
    world.registry.push('acme/web:latest', { version: 'v2' });
    const { warnings, moves } = await planDeployment(pushed().image, world.dependencies);
    expect(warnings).toEqual([expect.stringContaining(`debug ${warning}`)]);
    expect(moves).toHaveLength(1);
  });
});

test('a service with rollback is put back although one with continue has failed before it', async () => {
  const file = `name: shop
services:
  a: { image: acme/web, labels: { gopdater.failure_action: continue } }
  b: { image: acme/web, labels: { gopdater.order: start-first } }
`;
  await using world = await createWorld({ file });
  const before = world.ids()['shop-b-1'];
  const { digest } = world.registry.push('acme/web:latest', { version: 'v2', exitCode: 1 });
  await deploy(pushed(), world.dependencies);
  expect(
    running(world)
      .filter(({ name }) => name.startsWith('shop-b'))
      .map(({ id }) => id),
  ).toEqual([before]);
  expect(await world.dependencies.blocked?.reasonFor('docker.io/acme/web:latest', digest)).toBeDefined();
});

describe('what was blocked stays blocked', () => {
  const stores: readonly (readonly [string, (directory: string) => Promise<Store>])[] = [
    ['in memory', async () => createMemoryStore()],
    ['in SQLite', async directory => await createSqliteStore(join(directory, 'store.db'))],
  ];
  test.each(stores)('when another version is rolled back by hand, %s', async (_, createStore) => {
    const directory = await mkdtemp(join(tmpdir(), 'adverse-'));
    const store = await createStore(directory);
    await using world = await createWorld({ file: web() });
    // A disk takes real time.
    const block: BlockedDigests['block'] = async one => await world.clock.busy(store.blocked.block(one));
    const blocked = { ...store.blocked, block };
    const dependencies = { ...world.dependencies, blocked, history: store.history };
    const go = async (): Promise<DeploymentReport['outcome']> => {
      const report = await deploy(pushed(), dependencies);
      await store.history.add({ at: new Date(world.clock.now()).toISOString(), report });
      return report.outcome;
    };
    world.registry.push('acme/web:latest', { version: 'v2' });
    expect(await go()).toBe('updated');
    world.registry.push('acme/web:latest', { version: 'v3', exitCode: 1 });
    expect([await go(), await go()]).toEqual(['rolled-back', 'refused']);
    expect((await rollback({ service: 'web' }, dependencies)).outcome).toBe('updated');
    expect(await go()).toBe('refused');
    await store.close();
    await rm(directory, { recursive: true });
  });
});

test.each(['rollback', 'pause', 'continue'])(
  'an engine that stays away leaves the move unfinished, whatever the failure action, e.g. %s; the next time ends it',
  async action => {
    const labels = `labels: { gopdater.order: start-first, gopdater.failure_action: ${action} }`;
    await using world = await createWorld({ file: web(labels) });
    const { id: v2 } = world.registry.push('acme/web:latest', { version: 'v2' });
    const { clock, docker, dependencies } = world;
    const report = await deploy(pushed(), {
      ...dependencies,
      onStep: ({ step, state }) => {
        if (step.kind === 'await-healthy' && state === 'started') void docker.goAway();
      },
    });
    expect(report).toMatchObject({ outcome: 'failed', error: { code: 'ENGINE_UNREACHABLE' } });
    // Nothing is asked of one that is not there.
    expect(report.seconds).toBeLessThan(70);
    expect(await dependencies.unfinished?.list()).toMatchObject([{ service: 'web' }]);
    await clock.run(async () => await docker.comeBack());
    expect(await deploy(pushed(), dependencies)).toMatchObject({ outcome: 'updated' });
    expect(imageIds(world)).toEqual([v2]);
  },
);

test.each(['stop-first', 'start-first'])(
  'an engine that has no room for the second batch is no fault of the version, though the first runs, %s',
  async order => {
    const config = `update_config: { parallelism: 1, order: ${order} }`;
    await using world = await createWorld({ file: web('deploy:', '  replicas: 2', `  ${config}`) });
    const before = imageIds(world);
    const { digest } = world.registry.push('acme/web:latest', { version: 'v2' });
    const full = { status: 500, message: 'no space left on device' };
    const fault = world.docker.faults.next('POST /containers/create', full, { skip: 1, times: 2 });
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({ outcome: 'rolled-back' });
    expect(fault.reached).toBe(2);
    expect(imageIds(world)).toEqual(before);
    expect(await world.dependencies.blocked?.reasonFor('docker.io/acme/web:latest', digest)).toBeUndefined();
  },
);

describe.each(['stop-first', 'start-first'])('a container that the engine could not start, %s,', order => {
  /** As the engine leaves it: created, with that exit code. */
  const withExitCode = (engine: Engine, exitCode: number): Engine => ({
    ...engine,
    inspectContainer: async (id, options) => {
      const found = await engine.inspectContainer(id, options);
      return found?.state === 'created' ? { ...found, exitCode } : found;
    },
  });
  test.each([
    ['is not where its command should be', 127, 1, true],
    ['may be what is wrong where none of it runs', 128, 1, true],
    ['is not what is wrong where another one of it runs', 128, 2, false],
    ['is not what is wrong where nobody came to start it', 0, 1, false],
  ])('as the version %s', async (_, exitCode, nth, isBlocked) => {
    const config = `update_config: { parallelism: 1, order: ${order} }`;
    await using world = await createWorld({ file: web('deploy:', `  replicas: ${nth}`, `  ${config}`) });
    const { digest } = world.registry.push('acme/web:latest', { version: 'v2' });
    const refusal = { status: 500, message: 'it cannot be started' };
    const fault = world.docker.faults.next('POST /containers/*/start', refusal, { skip: nth - 1, times: 2 });
    const engine = withExitCode(world.dependencies.engine, exitCode);
    expect(await deploy(pushed(), { ...world.dependencies, engine })).toMatchObject({ outcome: 'rolled-back' });
    expect(fault.reached).toBe(2);
    const reason = await world.dependencies.blocked?.reasonFor('docker.io/acme/web:latest', digest);
    expect(reason !== undefined).toBe(isBlocked);
  });
});

describe('a replica that crashed counts:', () => {
  test('after an update that was paused, the next version has all of them', async () => {
    const file = web('deploy:', '  replicas: 3', '  update_config: { parallelism: 1, failure_action: pause }');
    await using world = await createWorld({ file });
    world.registry.push('acme/web:latest', { version: 'v2', exitCode: 1 });
    await deploy(pushed(), world.dependencies);
    const { id: v3 } = world.registry.push('acme/web:latest', { version: 'v3' });
    expect((await deploy(pushed(), world.dependencies)).outcome).toBe('updated');
    expect(imageIds(world)).toEqual([v3, v3, v3]);
  });

  test('an update mends it', async () => {
    await using world = await createWorld({ file: web('deploy: { replicas: 2 }') });
    world.docker.containers()[0]?.exit(1);
    const { id: v2 } = world.registry.push('acme/web:latest', { version: 'v2' });
    expect((await deploy(pushed(), world.dependencies)).outcome).toBe('updated');
    expect(imageIds(world)).toEqual([v2, v2]);
  });
});

describe('a store that cannot be written any more', () => {
  const full = async () => {
    throw new Error('SQLITE_FULL: database or disk is full');
  };
  test('does not keep a bad version running', async () => {
    await using world = await createWorld({ file: web('restart: unless-stopped') });
    const before = imageIds(world);
    world.registry.push('acme/web:latest', { version: 'v2', exitCode: 1 });
    const begin = async (step: string) => (/^(wait until|tag sha)/.test(step) ? await full() : undefined);
    const journal = { ...createMemoryStore().journal, begin };
    expect((await deploy(pushed(), { ...world.dependencies, journal })).outcome).toBe('rolled-back');
    expect(imageIds(world)).toEqual(before);
  });

  test('does not hide what was done', async () => {
    await using world = await createWorld({ file: web() });
    const { id: v2 } = world.registry.push('acme/web:latest', { version: 'v2' });
    const unfinished = { ...createMemoryStore().unfinished, end: full };
    const report = await deploy(pushed(), { ...world.dependencies, unfinished });
    expect(report).toMatchObject({ outcome: 'updated', warnings: [expect.stringContaining('SQLITE_FULL')] });
    expect(imageIds(world)).toEqual([v2]);
  });
});

/** The engine, and somebody who stops and removes a container of the image as it is looked at for the nth time. */
function withIntruder(engine: Engine, image: string, nth: number): Engine {
  let looks = 0;
  return {
    ...engine,
    inspectContainer: async (id, options) => {
      const found = await engine.inspectContainer(id, options);
      looks += Number(found?.imageId === image);
      if (found?.imageId !== image || looks !== nth) return found;
      await engine.stopContainer(id);
      await engine.removeContainer(id);
      return undefined;
    },
  };
}

test.each([1, 2])(
  'a container that somebody removes at look %i passes no gate, and is no fault of its version',
  async nth => {
    await using world = await createWorld({ file: web('labels: { gopdater.order: start-first }') });
    const before = imageIds(world);
    const { id, digest } = world.registry.push('acme/web:latest', { version: 'v2' });
    const engine = withIntruder(world.dependencies.engine, id, nth);
    expect((await deploy(pushed(), { ...world.dependencies, engine })).outcome).toBe('rolled-back');
    expect(imageIds(world)).toEqual(before);
    expect(await world.dependencies.blocked?.reasonFor('docker.io/acme/web:latest', digest)).toBeUndefined();
  },
);

describe('a container that somebody ends while it is looked at is no fault of its version:', () => {
  /** The engine, and somebody who does that to a container of the image 2 s after it was looked at first. */
  const withSomebody = (world: World, image: string, act: (engine: Engine, id: string) => unknown): Engine => {
    const { engine, clock } = world.dependencies;
    let isThere = false;
    return {
      ...engine,
      inspectContainer: async (id, options) => {
        const found = await engine.inspectContainer(id, options);
        if (found?.imageId === image && !isThere) void clock.sleep(2_000).then(() => act(engine, id));
        isThere ||= found?.imageId === image;
        return found;
      },
    };
  };

  test.each<[string, (engine: Engine, id: string) => unknown, string]>([
    ['docker stop', async (engine, id) => await engine.stopContainer(id), 'shop-web-1 was stopped by somebody else'],
    ['docker kill', async (engine, id) => await engine.stopContainer(id, { graceMs: 0 }), 'stopped by somebody else'],
    ['docker rm', async (engine, id) => await engine.removeContainer(id, { force: true }), 'has 0 of 1 container'],
  ])('%s', async (_, act, detail) => {
    await using world = await createWorld({ file: web('restart: unless-stopped') });
    const before = imageIds(world);
    const { id, digest } = world.registry.push('acme/web:latest', { version: 'v2', stopAfterMs: 500 });
    const engine = withSomebody(world, id, act);
    const report = await deploy(pushed(), { ...world.dependencies, engine });
    expect(report).toMatchObject({ outcome: 'rolled-back', services: [{ detail: expect.stringContaining(detail) }] });
    expect(imageIds(world)).toEqual(before);
    expect(await world.dependencies.blocked?.reasonFor('docker.io/acme/web:latest', digest)).toBeUndefined();
  });

  test('but a crash is, although somebody had restarted it before', async () => {
    await using world = await createWorld({ file: web('restart: "no"') });
    const { id, digest } = world.registry.push('acme/web:latest', { version: 'v2' });
    const { compose, engine } = world.dependencies;
    const restarting: typeof compose = {
      ...compose,
      up: async (...args) => {
        const result = await compose.up(...args);
        const [container] = world.docker.containers();
        if (container?.imageId !== id) return result;
        await engine.stopContainer(container.id);
        await engine.startContainer(container.id);
        return result;
      },
    };
    const crashing = withSomebody(world, id, () => world.docker.container('shop-web-1').exit(1));
    await deploy(pushed(), { ...world.dependencies, compose: restarting, engine: crashing });
    expect(await world.dependencies.blocked?.reasonFor('docker.io/acme/web:latest', digest)).toContain('exit code 1');
  });
});

test('a tag that was moved although no answer came is put back', async () => {
  await using world = await createWorld({ file: web('labels: { gopdater.order: start-first }') });
  world.registry.push('acme/web:latest', { version: 'v2', exitCode: 1 });
  const fault = world.docker.faults.next('tagImage', { hang: true, when: 'after' }, { times: 2, skip: 1 });
  await deploy(pushed(), world.dependencies);
  expect(fault.reached).toBe(2);
  const ids = world.ids();
  await world.clock.run(async () => await world.dependencies.compose.up(world.project, []));
  expect(world.ids()).toEqual(ids);
});

test.each(['stop-first', 'start-first'])(
  'an engine that has no room for a container is no fault of the version, %s',
  async order => {
    await using world = await createWorld({ file: web(`labels: { gopdater.order: ${order} }`) });
    const before = imageIds(world);
    const { digest } = world.registry.push('acme/web:latest', { version: 'v2' });
    const full = { status: 500, message: 'no space left on device' };
    const fault = world.docker.faults.next('POST /containers/create', full, { times: 2 });
    const report = await deploy(pushed(), world.dependencies);
    expect(fault.reached).toBe(2);
    expect(report).toMatchObject({
      outcome: 'rolled-back',
      services: [{ detail: expect.stringContaining('no space') }],
    });
    expect(imageIds(world)).toEqual(before);
    expect(await world.dependencies.blocked?.reasonFor('docker.io/acme/web:latest', digest)).toBeUndefined();
  },
);

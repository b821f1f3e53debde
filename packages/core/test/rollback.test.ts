import { formatReport, formatStep, GopdaterError } from '@gopdater/core';
import { describe, expect, test } from 'vitest';
import { createWorld, deploy, planDeployment, pushed, type World } from './world.ts';

const twoServices = 'name: shop\nservices:\n  web:\n    image: acme/web\n  worker:\n    image: acme/web\n';

/** Moves one service to what the registry has, as a person would. */
async function moveByHand({ dependencies: { compose }, project }: World, service: string): Promise<void> {
  await compose.pull(project, [service]);
  await compose.up(project, [service], { noDeps: true });
}

const tagOf = async ({ dependencies }: World) => (await dependencies.engine.inspectImage('acme/web:latest'))?.id;

/** The container crashes when it is looked at for the first time. */
function withCrash({ docker, dependencies }: World, name: string): World['dependencies'] {
  let crash = () => docker.container(name).exit(1);
  const onStep: typeof dependencies.onStep = ({ step, state }) => {
    if (step.kind !== 'await-healthy' || state !== 'started') return;
    crash();
    crash = () => {};
  };
  return { ...dependencies, onStep };
}

/** The fake's container v1 ran in, again: the image, its name, and what Compose says of it. */
async function expectBackOnV1(world: World, v1: string | undefined): Promise<void> {
  const { engine, compose } = world.dependencies;
  expect(world.docker.container('shop-web-1')).toMatchObject({ status: 'running', imageId: v1 });
  expect((await engine.inspectImage('acme/web:latest'))?.id).toBe(v1);
  const { containers } = await compose.up(world.project, []);
  expect(new Set(containers.map(({ status }) => status))).toEqual(new Set(['Running']));
}

describe('a version that fails is rolled back, and the rollback sticks', () => {
  test.each([
    ['ends at once', { exitCode: 1 }, 'shop-web-1 ended with exit code 1.'],
    ['is unhealthy', { health: 'unhealthy' as const }, 'shop-web-1 is unhealthy.'],
  ])('when it %s', async (_, behaviour, detail) => {
    await using world = await createWorld();
    const { imageId } = world.docker.container('shop-web-1');
    const { digest } = world.registry.push('acme/web:latest', { version: 'v2', ...behaviour });
    const report = await deploy(pushed(), world.dependencies);
    expect(report).toMatchObject({
      outcome: 'rolled-back',
      digest,
      services: [{ service: 'web', outcome: 'rolled-back', detail, from: { version: 'v1' } }],
    });
    expect(formatReport(report)).toContain('shop/web was rolled back: ');
    await expectBackOnV1(world, imageId);
  });

  test('when it is never healthy', async () => {
    await using world = await createWorld();
    const { imageId } = world.docker.container('shop-web-1');
    world.registry.push('acme/web:latest', { version: 'v2', health: 'starting' });
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({
      outcome: 'rolled-back',
      services: [{ detail: 'shop/web was not healthy after 600 s.' }],
    });
    await expectBackOnV1(world, imageId);
  });

  test('when it ends while it is watched, with its last lines; and an event tells so at once', async () => {
    await using world = await createWorld();
    const { imageId } = world.docker.container('shop-web-1');
    world.registry.push('acme/web:latest', { version: 'v2', exitCode: 7, exitAfterMs: 1_250 });
    const startedAt = world.clock.now();
    let toldAt = 0;
    const report = await deploy(pushed(), {
      ...world.dependencies,
      onStep: ({ step, state }) => {
        if (step.kind === 'await-healthy' && state === 'started')
          world.docker.container('shop-web-1').log('no database');
        if (step.kind === 'await-healthy' && state === 'failed') toldAt = world.clock.now();
      },
    });
    expect(report).toMatchObject({
      outcome: 'rolled-back',
      services: [{ detail: 'shop-web-1 ended with exit code 7.\n    no database' }],
    });
    expect(toldAt - startedAt).toBe(1_250);
    await expectBackOnV1(world, imageId);
  });

  test('when it becomes healthy in time it is kept', async () => {
    await using world = await createWorld();
    const health = [
      { status: 'starting', afterMs: 0 },
      { status: 'healthy', afterMs: 30_000 },
    ] as const;
    world.registry.push('acme/web:latest', { version: 'v2', health });
    const report = await deploy(pushed(), world.dependencies);
    expect(report).toMatchObject({ outcome: 'updated', seconds: 30, services: [{ to: { version: 'v2' } }] });
  });

  test('when Compose fails, with its words', async () => {
    await using world = await createWorld();
    const { imageId } = world.docker.container('shop-web-1');
    world.registry.push('acme/web:latest', { version: 'v2' });
    world.docker.faults.next(
      'POST /containers/create',
      { status: 500, message: 'no space left on device' },
      { times: 2 },
    );
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({
      outcome: 'rolled-back',
      services: [{ outcome: 'rolled-back', detail: expect.stringContaining('no space left on device') }],
    });
    await expectBackOnV1(world, imageId);
  });

  test('and with it the services that were moved before; those after it are not begun', async () => {
    await using world = await createWorld({
      file: 'name: shop\nservices:\n  a:\n    image: acme/web\n  web:\n    image: acme/web\n  z:\n    image: acme/web\n',
    });
    const { imageId } = world.docker.container('shop-web-1');
    const before = world.ids();
    world.registry.push('acme/web:latest', { version: 'v2' });
    const { compose } = world.dependencies;
    const report = await deploy(pushed(), {
      ...world.dependencies,
      compose: {
        ...compose,
        up: async (project, services, options) => {
          const result = await compose.up(project, services, options);
          if (services[0] === 'web' && world.docker.container('shop-web-1').imageId !== imageId) {
            world.docker.container('shop-web-1').exit(1);
          }
          return result;
        },
      },
    });
    expect(report.services.map(({ service, outcome }) => `${service} ${outcome}`)).toEqual([
      'a rolled-back',
      'web rolled-back',
      'z not-run',
    ]);
    expect(world.docker.container('shop-a-1').imageId).toBe(imageId);
    expect(world.ids()['shop-z-1']).toBe(before['shop-z-1']);
    await expectBackOnV1(world, imageId);
  });

  test('and is not shipped again until the tag moves on', async () => {
    await using world = await createWorld();
    world.registry.push('acme/web:latest', { version: 'v2', exitCode: 1 });
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({ outcome: 'rolled-back' });
    const after = world.ids();
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({
      outcome: 'refused',
      services: [{ outcome: 'blocked', hint: expect.stringContaining('gopdater unblock docker.io/acme/web:latest') }],
    });
    expect(world.ids()).toEqual(after);
    world.registry.push('acme/web:latest', { version: 'v3' });
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({ outcome: 'updated' });
  });

  test('unless it was the engine that kept Compose waiting each time: then it is put back, and not held against it', async () => {
    await using world = await createWorld();
    const before = world.docker.container('shop-web-1').imageId;
    const { id, digest } = world.registry.push('acme/web:latest', { version: 'v2' });
    const { compose } = world.dependencies;
    const report = await deploy(pushed(), {
      ...world.dependencies,
      compose: {
        ...compose,
        up: async (project, services, options) => {
          const image = await world.dependencies.engine.inspectImage('acme/web:latest');
          if (image?.id !== id) return await compose.up(project, services, options);
          await world.clock.sleep(Number.POSITIVE_INFINITY, { signal: options?.signal });
          throw new GopdaterError('ABORTED', 'It was ended.');
        },
      },
    });
    expect(report).toMatchObject({ outcome: 'rolled-back' });
    expect(world.docker.container('shop-web-1').imageId).toBe(before);
    expect(await world.dependencies.blocked?.reasonFor('docker.io/acme/web:latest', digest)).toBeUndefined();
  });

  test('and is, when a person says so', async () => {
    await using world = await createWorld();
    world.registry.push('acme/web:latest', { version: 'v2' });
    expect(await deploy(pushed(), withCrash(world, 'shop-web-1'))).toMatchObject({ outcome: 'rolled-back' });
    expect(await world.dependencies.blocked?.unblock('docker.io/acme/web:latest')).toBe(true);
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({ outcome: 'updated' });
  });
});

describe('a rollback of one service where another runs the new image already', () => {
  test('warns beforehand, and the next hook names nothing again', async () => {
    await using world = await createWorld({ file: twoServices });
    const v1 = await tagOf(world);
    world.registry.push('acme/web:latest', { version: 'v2' });
    await moveByHand(world, 'web');
    const report = await deploy(pushed(), withCrash(world, 'shop-worker-1'));
    expect(report).toMatchObject({
      outcome: 'rolled-back',
      warnings: [expect.stringContaining('shop/web runs the new image')],
    });
    expect(await tagOf(world)).toBe(v1);
    expect((await planDeployment(pushed().image, world.dependencies)).steps).toEqual([]);
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({ outcome: 'refused' });
    expect(await tagOf(world)).toBe(v1);
  });
});

describe('a rollback of several services', () => {
  test('puts back those it can, and says which it cannot', async () => {
    await using world = await createWorld({ file: twoServices });
    const v1 = await tagOf(world);
    world.registry.push('acme/web:latest', { version: 'v2' });
    const { compose } = world.dependencies;
    const report = await deploy(pushed(), {
      ...world.dependencies,
      compose: {
        ...compose,
        up: async (project, services, options) => {
          if (services[0] === 'worker') throw Object.assign(new Error('no space left'), { code: 'COMPOSE_FAILED' });
          return await compose.up(project, services, options);
        },
      },
    });
    expect(report).toMatchObject({
      outcome: 'failed',
      services: [
        { service: 'web', outcome: 'rolled-back' },
        { service: 'worker', outcome: 'failed', detail: expect.stringContaining('could not be put back') },
      ],
    });
    expect(world.docker.container('shop-web-1').imageId).toBe(v1);
  });

  describe('that ran different images', () => {
    /** Services of acme/web, the first of which a person has moved to v1.5 since. */
    async function createMixed(...names: readonly string[]) {
      const file = `name: shop\nservices:\n${names.map(name => `  ${name}: { image: acme/web }\n`).join('')}`;
      const world = await createWorld({ file });
      const v1 = await tagOf(world);
      world.registry.push('acme/web:latest', { version: 'v1.5' });
      await moveByHand(world, names[0] ?? '');
      const v15 = await tagOf(world);
      const { id: v2, digest } = world.registry.push('acme/web:latest', { version: 'v2' });
      const imageOf = (name: string) => world.docker.container(`shop-${name}-1`).imageId;
      return { ...world, v1, v15, v2, digest, imageOf };
    }
    type Mixed = Awaited<ReturnType<typeof createMixed>>;

    /** The new container of that service crashes as soon as it is there. */
    const crashing = (name: string, { docker, v2, dependencies }: Mixed): typeof dependencies => ({
      ...dependencies,
      compose: {
        ...dependencies.compose,
        up: async (project, services, options) => {
          const result = await dependencies.compose.up(project, services, options);
          const container = docker.container(`shop-${services[0]}-1`);
          if (services[0] === name && container.imageId === v2) container.exit(1);
          return result;
        },
      },
    });

    test('gives each its own, and the tag the name that it had', async () => {
      await using world = await createMixed('web', 'worker');
      const { warnings, undo } = await planDeployment(pushed().image, world.dependencies);
      expect(warnings).toEqual([
        'shop/web and shop/worker run different images: a rollback gives each its own, and the tag the one of shop/web; “docker compose up” then moves shop/worker to it.',
      ]);
      expect(undo.map(formatStep)).toEqual([
        expect.stringMatching(/^tag .* for shop\/worker$/),
        'recreate shop/worker',
        expect.stringContaining('wait until shop/worker'),
        expect.stringMatching(/^tag .* for shop\/web$/),
        'recreate shop/web',
        expect.stringContaining('wait until shop/web'),
        expect.stringMatching(/^tag sha256:.* as docker\.io\/acme\/web:latest$/),
      ]);
      const report = await deploy(pushed(), crashing('worker', world));
      expect(report).toMatchObject({ outcome: 'rolled-back' });
      expect(['web', 'worker'].map(world.imageOf)).toEqual([world.v15, world.v1]);
      expect(await tagOf(world)).toBe(world.v15);
    });

    test('gives the tag the one that most of them run: that keeps most as they are', async () => {
      await using world = await createMixed('web', 'worker', 'x');
      expect(await deploy(pushed(), crashing('x', world))).toMatchObject({ outcome: 'rolled-back' });
      expect(['web', 'worker', 'x'].map(world.imageOf)).toEqual([world.v15, world.v1, world.v1]);
      expect(await tagOf(world)).toBe(world.v1);
    });

    test('gives the tag the one of the service that failed, if only that one goes back', async () => {
      await using world = await createMixed('web', 'worker');
      const report = await deploy(pushed(), { ...crashing('worker', world), rollbackScope: 'service' });
      expect(report).toMatchObject({
        outcome: 'rolled-back',
        services: [{ outcome: 'updated' }, { outcome: 'rolled-back' }],
        warnings: [expect.stringContaining('the one of the service that failed'), expect.stringContaining('shop/web')],
      });
      expect(['web', 'worker'].map(world.imageOf)).toEqual([world.v2, world.v1]);
      expect(await tagOf(world)).toBe(world.v1);
    });

    test('and could not be put back are put back by the next hook, each to its own; the version is not tried again', async () => {
      await using world = await createMixed('web', 'worker');
      const { compose, ...rest } = crashing('worker', world);
      const stuck: typeof compose = {
        ...compose,
        up: async (project, services, options) => {
          if ((await tagOf(world)) !== world.v2) throw new GopdaterError('COMPOSE_FAILED', 'no space left on device');
          return await compose.up(project, services, options);
        },
      };
      expect(await deploy(pushed(), { ...rest, compose: stuck })).toMatchObject({ outcome: 'failed' });
      expect(['web', 'worker'].map(world.imageOf)).toEqual([world.v2, world.v2]);
      expect(await world.dependencies.blocked?.reasonFor('docker.io/acme/web:latest', world.digest)).toBeDefined();

      const ran: string[] = [];
      const watching: typeof compose = {
        ...compose,
        up: async (project, services, options) => {
          ran.push((await tagOf(world)) ?? '');
          return await compose.up(project, services, options);
        },
      };
      expect(await deploy(pushed(), { ...rest, compose: watching })).toMatchObject({ outcome: 'updated' });
      expect(ran).toEqual([world.v15, world.v1]);
      expect(['web', 'worker'].map(world.imageOf)).toEqual([world.v15, world.v1]);
      expect(await world.dependencies.unfinished?.list()).toEqual([]);
      expect(await deploy(pushed(), world.dependencies)).toMatchObject({ outcome: 'refused' });
    });
  });
});

describe('what is not the version’s fault does not block it', () => {
  test('an engine that is away for a moment is waited for', async () => {
    await using world = await createWorld();
    world.registry.push('acme/web:latest', { version: 'v2' });
    world.docker.faults.next('inspectContainer', { drop: true }, { times: 3 });
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({ outcome: 'updated' });
  });

  test('somebody who moves the tag meanwhile', async () => {
    await using world = await createWorld();
    world.registry.push('acme/web:latest', { version: 'v2' });
    const { compose, engine } = world.dependencies;
    let isMoved = false;
    const report = await deploy(pushed(), {
      ...world.dependencies,
      compose: {
        ...compose,
        up: async (project, services, options) => {
          if (!isMoved) await engine.tagImage('acme/api:latest', 'acme/web:latest');
          isMoved = true;
          return await compose.up(project, services, options);
        },
      },
    });
    expect(report).toMatchObject({
      outcome: 'rolled-back',
      services: [{ detail: expect.stringContaining('another image') }],
    });
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({ outcome: 'updated' });
  });

  test('a container that crashed on the very digest: it has nothing to come back to', async () => {
    await using world = await createWorld();
    world.docker.container('shop-web-1').exit(1);
    const plan = await planDeployment(pushed().image, world.dependencies);
    expect(plan.steps.map(({ kind }) => kind)).toEqual(['recreate', 'await-healthy']);
    expect(plan.undo).toEqual([]);
    world.docker.faults.next('POST /containers/*/start', { status: 500, message: 'no such file' }, { times: 2 });
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({ outcome: 'failed' });
    expect(await world.dependencies.unfinished?.list()).toEqual([]);
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({ outcome: 'updated' });
  });
});

describe('the gate', () => {
  test('lets a job that failed before end with exit code 0', async () => {
    await using world = await createWorld();
    world.docker.container('shop-web-1').exit(1);
    world.registry.push('acme/web:latest', { version: 'v2', exitCode: 0 });
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({ outcome: 'updated' });
    expect(world.docker.container('shop-web-1')).toMatchObject({ status: 'exited', exitCode: 0 });
  });

  test('does not let a service that ran end, whatever its exit code', async () => {
    await using world = await createWorld();
    world.registry.push('acme/web:latest', { version: 'v2', exitCode: 0 });
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({
      outcome: 'rolled-back',
      services: [{ detail: 'shop-web-1 ended with exit code 0.' }],
    });
  });

  test('counts “monitor” from when it is healthy: what fails in that time is put back', async () => {
    const file = 'name: shop\nservices: { web: { image: acme/web, labels: { gopdater.monitor: 20s } } }\n';
    await using world = await createWorld({ file });
    const health = [{ status: 'healthy', afterMs: 30_000 }] as const;
    world.registry.push('acme/web:latest', { version: 'v2', health });
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({ outcome: 'updated', seconds: 50 });
    const late = [...health, { status: 'unhealthy', afterMs: 45_000 }] as const;
    world.registry.push('acme/web:latest', { version: 'v3', health: late });
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({ outcome: 'rolled-back' });
  });

  test('watches as long as “monitor” says, however long that is', async () => {
    const file =
      'name: shop\nservices:\n  web:\n    image: acme/web\n    deploy:\n      update_config:\n        monitor: 15m\n';
    await using world = await createWorld({ file });
    world.registry.push('acme/web:latest', { version: 'v2' });
    const report = await deploy(pushed(), world.dependencies);
    expect(report).toMatchObject({ outcome: 'updated' });
    expect(report.seconds).toBeGreaterThanOrEqual(900);
  });
});

test('a digest that cannot be blocked is in the report, which is true all the same', async () => {
  await using world = await createWorld();
  world.registry.push('acme/web:latest', { version: 'v2', exitCode: 1 });
  const blocked = {
    reasonFor: async () => undefined,
    block: async () => {
      throw new Error('disk full');
    },
    unblock: async () => false,
  };
  expect(await deploy(pushed(), { ...world.dependencies, blocked })).toMatchObject({
    outcome: 'rolled-back',
    warnings: [expect.stringContaining('disk full')],
  });
});

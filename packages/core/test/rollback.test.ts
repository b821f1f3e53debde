import { deploy, planDeployment } from '@gopdater/core';
import { describe, expect, test } from 'vitest';
import { createWorld, pushed, type World } from './world.ts';

const twoServices = 'name: shop\nservices:\n  web:\n    image: acme/web\n  worker:\n    image: acme/web\n';

/** Moves one service to what the registry has, as a person would. */
async function moveByHand({ dependencies: { compose }, project }: World, service: string): Promise<void> {
  await compose.pull(project, [service]);
  await compose.up(project, [service], { noDeps: true });
}

const tagOf = async ({ dependencies }: World) => (await dependencies.engine.inspectImage('acme/web:latest'))?.id;

describe('a rollback of one service where another runs the new image already', () => {
  test('warns beforehand, and the next hook names nothing again', async () => {
    await using world = await createWorld({ file: twoServices });
    const v1 = await tagOf(world);
    world.registry.push('acme/web:latest', { version: 'v2' });
    await moveByHand(world, 'web');
    world.docker.faults.next('POST /containers/*/start', { status: 500, message: 'no such file' });
    const report = await deploy(pushed(), world.dependencies);
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

  test('that ran different images gives them the first one’s, and says so beforehand', async () => {
    await using world = await createWorld({ file: twoServices });
    world.registry.push('acme/web:latest', { version: 'v1.5' });
    await moveByHand(world, 'web');
    world.registry.push('acme/web:latest', { version: 'v2' });
    const plan = await planDeployment(pushed().image, world.dependencies);
    expect(plan.warnings).toEqual([expect.stringContaining('a rollback gives them the one of shop/web')]);
    expect(plan.undo.flatMap(step => (step.kind === 'recreate' ? [step.to.version] : []))).toEqual(['v1.5', 'v1.5']);
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
    world.docker.faults.next('POST /containers/*/start', { status: 500, message: 'no such file' });
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({ outcome: 'failed' });
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

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as core from '@gopdater/core';
import {
  createMemoryStore,
  createOwnContainer,
  type DeployDependencies,
  type DeploymentReport,
  formatPlan,
  formatReport,
  type Store,
  startSelfUpdate,
} from '@gopdater/core';
import type { FakeProgram, PushOptions } from '@gopdater/testing';
import { describe, expect, test } from 'vitest';
import { createWorld, deploy, planDeployment, pushed, rollback, type World } from './world.ts';

const image = 'acme/gopdater:latest';
const ownFile = `
name: shop
services:
  agent:
    image: ${image}
  gopdater:
    image: ${image}
    environment:
      OWNER: acme
    volumes:
      - data:/data
volumes:
  data:
`;

interface SelfWorld extends World {
  /** Those of the gopdater that runs in the service's container now. */
  own(): DeployDependencies & Pick<Store, 'history'>;
  /** What the helper reported. */
  readonly helperReport: Promise<DeploymentReport>;
  readonly store: Store;
  pushImage(version: string, options?: PushOptions & { readonly name?: string }): void;
}

async function createSelfWorld({
  data = '/data',
  file = ownFile,
  env,
}: {
  readonly data?: string;
  readonly file?: string;
  readonly env?: string;
} = {}): Promise<SelfWorld> {
  const store = createMemoryStore();
  let tell: (report: DeploymentReport) => void = () => {};
  const helperReport = new Promise<DeploymentReport>(resolve => {
    tell = resolve;
  });
  const program: FakeProgram = async ({ words, containerId, signal }) => {
    const [command, service = '', wanted = '', deliveryId = '', to] = words;
    if (command !== 'self-update') {
      await new Promise(resolve => signal.addEventListener('abort', resolve));
      return 0;
    }
    const [project = '', name = ''] = service.split('/');
    const dependencies = { ...own(), ownContainerId: containerId, only: { project, service: name } };
    const report =
      to === undefined
        ? await core.deploy(pushed(wanted, deliveryId), dependencies)
        : await core.rollback({ service, to }, dependencies);
    await engine.removeContainer(containerId, { force: true });
    tell(report);
    return 0;
  };
  const world = await createWorld({
    file,
    ...(env !== undefined && { env }),
    push: ({ registry }) => {
      for (const name of [image, 'acme/gopdater:1.0.0']) {
        registry.push(name, { version: 'v1', command: ['serve'], program });
      }
    },
  });
  const { engine } = world.dependencies;
  const own = (): DeployDependencies & Pick<Store, 'history'> => {
    const { id: ownContainerId } = world.docker.container('shop-gopdater-1');
    const container = createOwnContainer(ownContainerId, { engine });
    return {
      ...world.dependencies,
      ...store,
      ownContainerId,
      selfUpdate: async ({ project, service, image: wanted, to }, { deliveryId = '' }) =>
        await startSelfUpdate({
          engine,
          own: container,
          service: `${project.name}/${service}`,
          command: ['self-update', `${project.name}/${service}`, wanted, deliveryId, ...(to === undefined ? [] : [to])],
          workingDirectory: '/',
          dataDirectory: data,
        }),
    };
  };
  return {
    ...world,
    own,
    store,
    helperReport,
    pushImage: (version, { name = image, ...options } = {}) => {
      world.registry.push(name, { version, command: ['serve'], program, ...options });
    },
    [Symbol.asyncDispose]: async () => await world[Symbol.asyncDispose](),
  };
}

const versionOf = async ({ docker, dependencies }: World, name: string) => {
  const found = await dependencies.engine.inspectImage(docker.container(name).imageId);
  return found?.labels['org.opencontainers.image.version'];
};
const names = ({ docker }: World) =>
  docker
    .containers()
    .map(({ name }) => name)
    .sort();

describe('a push of gopdater’s own image', () => {
  test('is planned: the others first, then itself, by a helper container', async () => {
    await using world = await createSelfWorld();
    world.pushImage('v2');
    const plan = await planDeployment(pushed(image).image, world.own());
    expect(plan.moves).toMatchObject([{ service: 'agent' }]);
    expect(plan.handOver).toMatchObject({ service: 'gopdater', from: { version: 'v1' } });
    expect(plan.steps.map(({ kind }) => kind)).toEqual([
      'pull',
      'keep',
      'tag',
      'recreate',
      'await-healthy',
      'self-update',
    ]);
    expect(plan.undo.every(step => !('service' in step) || step.service === 'agent')).toBe(true);
    expect(formatPlan(plan)).toContain(
      '6. hand shop/gopdater over to a helper container — gopdater itself runs in it.',
    );
  });

  test('moves the others, then a helper like it moves gopdater itself, and nothing is left of that one', async () => {
    await using world = await createSelfWorld();
    const before = names(world);
    world.pushImage('v2');
    const report = await deploy(pushed(image, 'delivery-7'), world.own());
    expect(report, formatReport(report)).toMatchObject({
      outcome: 'handed-over',
      services: [
        { service: 'agent', outcome: 'updated' },
        { service: 'gopdater', outcome: 'handed-over', from: { version: 'v1' } },
      ],
    });
    const helper = world.docker.containers().find(({ labels }) => 'gopdater.self-update' in labels);
    const details = await world.dependencies.engine.inspectContainer(helper?.id ?? '');
    const own = await world.dependencies.engine.inspectContainer(world.own().ownContainerId ?? '');
    expect(details).toMatchObject({
      imageId: own?.imageId,
      mounts: own?.mounts,
      network: { names: ['shop_default'] },
      rights: own?.rights,
      settings: { restart: 'unless-stopped', labels: { 'gopdater.self-update': 'shop/gopdater' } },
    });
    expect(details?.settings.environment).toContain('OWNER=acme');
    expect(Object.keys(details?.settings.labels ?? {}).join()).not.toContain('com.docker.compose');

    expect(await world.clock.run(async () => await world.helperReport)).toMatchObject({
      deliveryId: 'delivery-7',
      outcome: 'updated',
      services: [{ service: 'gopdater', outcome: 'updated', to: { version: 'v2' } }],
    });
    expect(await versionOf(world, 'shop-gopdater-1')).toBe('v2');
    expect(names(world)).toEqual(before);
    const { containers } = await world.dependencies.compose.up(world.project, []);
    expect(containers.map(({ status }) => status)).toEqual(['Running', 'Running']);
    expect(await world.store.unfinished.list()).toEqual([]);
  });

  test('that never gets well leaves the old gopdater, and is not tried again', async () => {
    await using world = await createSelfWorld();
    world.pushImage('v2', { exitCode: 1 });
    await deploy(pushed(image), { ...world.own(), only: { project: 'shop', service: 'gopdater' } });
    expect(await world.clock.run(async () => await world.helperReport)).toMatchObject({
      outcome: 'rolled-back',
      services: [{ service: 'gopdater', outcome: 'rolled-back' }],
    });
    expect(await versionOf(world, 'shop-gopdater-1')).toBe('v1');
    expect(world.docker.container('shop-gopdater-1').status).toBe('running');
    expect(await deploy(pushed(image), world.own())).toMatchObject({
      outcome: 'refused',
      services: [{ outcome: 'blocked' }, { outcome: 'blocked' }],
    });
  });

  test('under a range of versions sets its variable in the helper, which puts it back if need be', async () => {
    const labels = '    labels: { gopdater.tag: semver:^1, gopdater.tag-variable: OWN_TAG }';
    const file = ownFile.replace(
      `  gopdater:\n    image: ${image}`,
      `  gopdater:\n    image: acme/gopdater:\${OWN_TAG}\n${labels}`,
    );
    await using world = await createSelfWorld({ file, env: 'OWN_TAG=1.0.0\n' });
    const env = async () => await readFile(join(world.project.projectDirectory, '.env'), 'utf8');
    world.pushImage('v2', { name: 'acme/gopdater:1.1.0', exitCode: 1 });
    const report = await deploy(pushed('acme/gopdater:1.1.0'), world.own());
    expect(report, formatReport(report)).toMatchObject({ outcome: 'handed-over' });
    expect(await world.clock.run(async () => await world.helperReport)).toMatchObject({ outcome: 'rolled-back' });
    expect(await env()).toBe('OWN_TAG=1.0.0\n');
    expect(await versionOf(world, 'shop-gopdater-1')).toBe('v1');
    const { containers } = await world.dependencies.compose.up(world.project, []);
    expect(containers.map(({ status }) => status)).toEqual(['Running', 'Running']);

    await using other = await createSelfWorld({ file, env: 'OWN_TAG=1.0.0\n' });
    other.pushImage('v2', { name: 'acme/gopdater:1.1.0' });
    await deploy(pushed('acme/gopdater:1.1.0'), other.own());
    expect(await other.clock.run(async () => await other.helperReport)).toMatchObject({ outcome: 'updated' });
    expect(await readFile(join(other.project.projectDirectory, '.env'), 'utf8')).toBe('OWN_TAG=1.1.0\n');
    expect(await versionOf(other, 'shop-gopdater-1')).toBe('v2');
  });

  test('needs a variable of its own', async () => {
    const moving =
      'image: acme/gopdater:${OWN_TAG}\n    labels: { gopdater.tag: semver:^1, gopdater.tag-variable: OWN_TAG }';
    const file = ownFile.replaceAll(`image: ${image}`, moving);
    await using world = await createSelfWorld({ file, env: 'OWN_TAG=1.0.0\n' });
    world.pushImage('v2', { name: 'acme/gopdater:1.1.0' });
    const report = await deploy(pushed('acme/gopdater:1.1.0'), world.own());
    expect(report, formatReport(report)).toMatchObject({
      outcome: 'refused',
      services: [
        { service: 'agent', outcome: 'refused' },
        { service: 'gopdater', outcome: 'refused', hint: 'Give it a variable of its own.' },
      ],
    });
  });

  test('is up to date when it runs that already, and hands nothing over', async () => {
    await using world = await createSelfWorld();
    expect(await deploy(pushed(image), world.own())).toMatchObject({ outcome: 'up-to-date' });
  });

  test('fails, and the others go back, where what comes of it could not be kept', async () => {
    await using world = await createSelfWorld({ data: '/var/lib/gopdater' });
    const before = names(world);
    world.pushImage('v2');
    expect(await deploy(pushed(image), world.own())).toMatchObject({
      outcome: 'rolled-back',
      services: [
        { service: 'agent', outcome: 'rolled-back' },
        { service: 'gopdater', outcome: 'failed', hint: expect.stringContaining('“- gopdater:/var/lib/gopdater”') },
      ],
    });
    expect(names(world)).toEqual(before);
    expect(await versionOf(world, 'shop-agent-1')).toBe('v1');
  });

  test('of which no helper can be started leaves none behind', async () => {
    await using world = await createSelfWorld();
    const before = names(world);
    world.pushImage('v2');
    world.docker.faults.next('startContainer', { status: 500, message: 'no more processes' }, { times: 2 });
    const only = { project: 'shop', service: 'gopdater' };
    expect(await deploy(pushed(image), { ...world.own(), only })).toMatchObject({
      outcome: 'failed',
      services: [{ outcome: 'failed', detail: expect.stringContaining('no more processes') }],
    });
    expect(names(world)).toEqual(before);
  });

  test('is left alone where nobody can update it', async () => {
    await using world = await createSelfWorld();
    world.pushImage('v2');
    const { selfUpdate: _, ...own } = world.own();
    expect(await deploy(pushed(image), own)).toMatchObject({
      outcome: 'updated',
      services: [{ service: 'agent' }, { service: 'gopdater', outcome: 'own-container' }],
    });
  });
});

test('a rollback of gopdater by hand is handed over, too', async () => {
  await using world = await createSelfWorld();
  const old = await world.dependencies.registry.resolve(pushed(image).image);
  world.pushImage('v2');
  await world.dependencies.compose.pull(world.project, []);
  await world.dependencies.compose.up(world.project, []);
  expect(await versionOf(world, 'shop-gopdater-1')).toBe('v2');
  const only = { project: 'shop', service: 'gopdater' };
  const report = await rollback({ service: 'gopdater', to: old }, { ...world.own(), only });
  expect(report, formatReport(report)).toMatchObject({ outcome: 'handed-over' });
  expect(await world.clock.run(async () => await world.helperReport)).toMatchObject({
    outcome: 'updated',
    services: [{ to: { version: 'v1' } }],
  });
  expect(await versionOf(world, 'shop-gopdater-1')).toBe('v1');
});

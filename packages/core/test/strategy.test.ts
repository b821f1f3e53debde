import { formatReport, type Plan } from '@gopdater/core';
import { describe, expect, test } from 'vitest';
import { createWorld, deploy, planDeployment, pushed, type World } from './world.ts';

/** A compose file with one service, and these lines in it. */
const withWeb = (...lines: readonly string[]) =>
  `name: shop\nservices:\n  web:\n    image: acme/web\n${lines.map(line => `    ${line}\n`).join('')}`;
const updateConfig = (...lines: readonly string[]) =>
  withWeb('deploy:', '  update_config:', ...lines.map(line => `    ${line}`));
const startFirst = updateConfig('order: start-first');
const threeReplicas = (...lines: readonly string[]) =>
  withWeb('deploy:', '  replicas: 3', '  update_config:', ...lines.map(line => `    ${line}`));

const kindsOf = ({ steps }: Plan) =>
  steps.map(({ kind }) => kind).filter(kind => !['pull', 'keep', 'tag'].includes(kind));

const runningImages = ({ docker }: World) =>
  docker
    .containers()
    .filter(({ status }) => status === 'running')
    .map(({ imageId }) => imageId);

/** The user’s own command finds all as it should be. */
async function expectNoDrift({ dependencies, project, ids }: World): Promise<void> {
  const before = ids();
  const { containers } = await dependencies.compose.up(project, []);
  expect(new Set(containers.map(({ status }) => status))).toEqual(new Set(['Running']));
  expect(ids()).toEqual(before);
}

/** Of all that runs after each request to the engine, the smallest number and the largest. */
function countRunning(world: World): { readonly least: () => number; readonly most: () => number } {
  const counts: number[] = [];
  const { client } = world.docker;
  const send = client.send.bind(client);
  client.send = async (...args) => {
    const answer = await send(...args);
    counts.push(runningImages(world).length);
    return answer;
  };
  return { least: () => Math.min(...counts), most: () => Math.max(...counts) };
}

describe('start-first', () => {
  test('starts the new container beside the old one, and removes that when the new one is healthy', async () => {
    await using world = await createWorld({ file: startFirst });
    const { id } = world.registry.push('acme/web:latest', { version: 'v2' });
    const plan = await planDeployment(pushed().image, world.dependencies);
    expect(kindsOf(plan)).toEqual(['scale-up', 'await-healthy', 'remove']);
    expect(plan.moves).toMatchObject([
      { order: 'start-first', orderCause: 'deploy.update_config.order says so', gap: { kind: 'none' } },
    ]);
    const { least, most } = countRunning(world);
    const report = await deploy(pushed(), world.dependencies);
    expect(report, formatReport(report)).toMatchObject({ outcome: 'updated' });
    expect([least(), most()]).toEqual([1, 2]);
    expect(runningImages(world)).toEqual([id]);
    await expectNoDrift(world);
  });

  test('leaves the old container alone when the new one is never well, and removes the new one', async () => {
    await using world = await createWorld({ file: startFirst });
    const before = world.ids();
    world.registry.push('acme/web:latest', { version: 'v2', health: 'unhealthy' });
    const { least } = countRunning(world);
    const report = await deploy(pushed(), world.dependencies);
    expect(report).toMatchObject({ outcome: 'rolled-back', services: [{ detail: 'shop-web-2 is unhealthy.' }] });
    expect(least()).toBe(1);
    expect(world.ids()).toEqual(before);
    await expectNoDrift(world);
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({ outcome: 'refused' });
  });

  test('keeps as many replicas as there are by hand', async () => {
    await using world = await createWorld({ file: startFirst });
    await world.dependencies.compose.up(world.project, ['web'], { scale: { web: 2 } });
    const { id } = world.registry.push('acme/web:latest', { version: 'v2' });
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({ outcome: 'updated' });
    expect(runningImages(world)).toEqual([id, id]);
  });

  test.each([
    ['container_name', 'container_name: web', 'container_name is web'],
    ['a fixed host port', 'ports: ["8080:80"]', 'host port 8080 is published'],
    ['the network of the host', 'network_mode: host', 'network_mode is host'],
    ['a fixed MAC address', 'mac_address: 02:42:ac:11:65:43', 'mac_address is 02:42'],
    ['a fixed address', 'networks: { default: { ipv4_address: 172.20.0.5 } }', 'ipv4_address is 172.20.0.5'],
    ['hooks before its end', 'pre_stop: [{ command: [drain] }]', 'pre_stop is run by Compose only'],
    [
      'as many replicas as a node may have',
      'deploy: { placement: { max_replicas_per_node: 1 } }',
      'max_replicas_per_node',
    ],
  ])('cannot be had with %s: it falls back and says why, or refuses', async (_, line, reason) => {
    const labels = (...more: readonly string[]) => withWeb('labels:', '  gopdater.order: start-first', ...more, line);
    await using world = await createWorld({ file: labels() });
    world.registry.push('acme/web:latest', { version: 'v2' });
    const plan = await planDeployment(pushed().image, world.dependencies);
    expect(plan.moves).toMatchObject([{ order: 'stop-first', orderCause: expect.stringContaining(reason) }]);
    expect(plan.warnings).toEqual([expect.stringContaining(reason)]);
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({ outcome: 'updated' });

    await using strict = await createWorld({ file: labels('  gopdater.fallback: refuse') });
    const before = strict.ids();
    strict.registry.push('acme/web:latest', { version: 'v2' });
    expect(await deploy(pushed(), strict.dependencies)).toMatchObject({
      outcome: 'refused',
      services: [{ outcome: 'refused', detail: expect.stringContaining(reason), hint: expect.any(String) }],
    });
    expect(strict.ids()).toEqual(before);
  });

  test('can be had with a range of host ports that has one left', async () => {
    await using world = await createWorld({
      file: withWeb('labels: { gopdater.order: start-first }', 'ports: ["8080-8081:80"]'),
    });
    world.registry.push('acme/web:latest', { version: 'v2' });
    expect((await planDeployment(pushed().image, world.dependencies)).moves).toMatchObject([{ order: 'start-first' }]);
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({ outcome: 'updated' });
  });
});

describe('replicas', () => {
  test('whose hooks before their end would not be run in turn are told of', async () => {
    const file = `${threeReplicas('delay: 10s').trimEnd()}\n    pre_stop: [{ command: [drain] }]\n`;
    await using world = await createWorld({ file });
    world.registry.push('acme/web:latest', { version: 'v2' });
    const { warnings } = await planDeployment(pushed().image, world.dependencies);
    expect(warnings).toEqual([expect.stringContaining('pre_stop is not run')]);
    expect(warnings).toEqual([expect.stringContaining('parallelism: 0')]);
  });

  test('are moved one after the other, the old one first, so that the others serve', async () => {
    await using world = await createWorld({ file: threeReplicas('delay: 10s') });
    const { id } = world.registry.push('acme/web:latest', { version: 'v2' });
    const plan = await planDeployment(pushed().image, world.dependencies);
    const one = ['remove', 'scale-up', 'await-healthy'];
    expect(kindsOf(plan)).toEqual([...one, 'delay', ...one, 'delay', ...one]);
    expect(plan.moves).toMatchObject([{ gap: { kind: 'fewer-replicas' } }]);
    const { least, most } = countRunning(world);
    const report = await deploy(pushed(), world.dependencies);
    expect(report).toMatchObject({ outcome: 'updated' });
    expect(report.seconds).toBe(35);
    expect([least(), most()]).toEqual([2, 3]);
    expect(runningImages(world)).toEqual([id, id, id]);
    await expectNoDrift(world);
  });

  test('are moved two at a time, the new ones first', async () => {
    await using world = await createWorld({ file: threeReplicas('order: start-first', 'parallelism: 2') });
    const { id } = world.registry.push('acme/web:latest', { version: 'v2' });
    const { least, most } = countRunning(world);
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({ outcome: 'updated' });
    expect([least(), most()]).toEqual([3, 5]);
    expect(runningImages(world)).toEqual([id, id, id]);
    await expectNoDrift(world);
  });

  test('are moved all at once with parallelism 0', async () => {
    await using world = await createWorld({ file: threeReplicas('parallelism: 0') });
    world.registry.push('acme/web:latest', { version: 'v2' });
    expect(kindsOf(await planDeployment(pushed().image, world.dependencies))).toEqual(['recreate', 'await-healthy']);
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({ outcome: 'updated' });
    await expectNoDrift(world);
  });

  test.each(['stop-first', 'start-first'])('of which a later one fails all go back, %s', async order => {
    await using world = await createWorld({ file: threeReplicas(`order: ${order}`) });
    const [v1] = runningImages(world);
    const { id: v2 } = world.registry.push('acme/web:latest', { version: 'v2' });
    const { compose } = world.dependencies;
    let calls = 0;
    const { least } = countRunning(world);
    const report = await deploy(pushed(), {
      ...world.dependencies,
      compose: {
        ...compose,
        up: async (...args) => {
          const result = await compose.up(...args);
          calls += 1;
          if (calls === 2)
            world.docker
              .containers()
              .find(({ imageId, status }) => imageId === v2 && status === 'running')
              ?.exit(1);
          return result;
        },
      },
    });
    expect(report).toMatchObject({ outcome: 'rolled-back', services: [{ outcome: 'rolled-back' }] });
    expect(least()).toBeGreaterThanOrEqual(order === 'start-first' ? 2 : 0);
    expect(runningImages(world)).toEqual([v1, v1, v1]);
    expect(world.docker.containers()).toHaveLength(3);
    await expectNoDrift(world);
  });
});

describe('failure_action', () => {
  test('pause leaves all as it is, for a person to look at, and ships the digest no more', async () => {
    await using world = await createWorld({ file: updateConfig('order: start-first', 'failure_action: pause') });
    const [v1] = runningImages(world);
    const { id } = world.registry.push('acme/web:latest', { version: 'v2', health: 'unhealthy' });
    const report = await deploy(pushed(), world.dependencies);
    expect(report).toMatchObject({
      outcome: 'failed',
      services: [{ outcome: 'failed', detail: expect.stringContaining('failure_action is pause') }],
    });
    expect(runningImages(world).sort()).toEqual([v1, id].sort());
    expect(await world.dependencies.unfinished?.list()).toEqual([]);
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({ outcome: 'refused' });

    const next = world.registry.push('acme/web:latest', { version: 'v3' });
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({ outcome: 'updated' });
    expect(runningImages(world)).toEqual([next.id]);
  });

  test('continue goes on with the other replicas, and reports the failure', async () => {
    await using world = await createWorld({ file: threeReplicas('failure_action: continue') });
    const { id } = world.registry.push('acme/web:latest', { version: 'v2', health: 'unhealthy' });
    const report = await deploy(pushed(), world.dependencies);
    expect(report).toMatchObject({
      outcome: 'failed',
      services: [{ outcome: 'failed', detail: expect.stringContaining('failure_action is continue') }],
    });
    expect(runningImages(world)).toEqual([id, id, id]);
  });

  test('max_failure_ratio lets some replicas fail', async () => {
    await using world = await createWorld({ file: threeReplicas('parallelism: 0', 'max_failure_ratio: 0.4') });
    world.registry.push('acme/web:latest', { version: 'v2', health: 'healthy' });
    const { compose } = world.dependencies;
    const report = await deploy(pushed(), {
      ...world.dependencies,
      compose: {
        ...compose,
        up: async (...args) => {
          const result = await compose.up(...args);
          world.docker.container('shop-web-2').setHealth('unhealthy');
          return result;
        },
      },
    });
    expect(report).toMatchObject({ outcome: 'updated' });
  });
});

describe('rollback_config', () => {
  const failsOnV1 = (world: World, v1: string | undefined, service: string): World['dependencies'] => {
    const { compose } = world.dependencies;
    return {
      ...world.dependencies,
      compose: {
        ...compose,
        up: async (...args) => {
          const result = await compose.up(...args);
          const own = world.docker.containers().filter(({ name }) => name.startsWith(`shop-${service}-`));
          for (const one of own)
            if (one.imageId === v1 && one.status === 'running' && args[1][0] === service) one.exit(1);
          return result;
        },
      },
    };
  };

  test.each([
    ['pause', 'stops the undo where it is, for a person to look at', 'v2'],
    ['continue', 'puts back the other services', 'v1'],
  ])('failure_action %s %s', async (action, _, left) => {
    const deploy_ = `deploy: { rollback_config: { failure_action: ${action} } }`;
    await using world = await createWorld({
      file: `name: shop\nservices:\n  a: { image: acme/web }\n  b: { image: acme/web, ${deploy_} }\n`,
    });
    const { imageId: v1 } = world.docker.container('shop-a-1');
    const { id: v2, digest } = world.registry.push('acme/web:latest', { version: 'v2' });
    const failing = failsOnV1(world, v1, 'b');
    const report = await deploy(pushed(), {
      ...failing,
      compose: {
        ...failing.compose,
        up: async (...args) => {
          const result = await failing.compose.up(...args);
          const b = world.docker.container('shop-b-1');
          if (args[1][0] === 'b' && b.imageId === v2) b.exit(2);
          return result;
        },
      },
    });
    const because = 'It was not put back, as b failed to, whose rollback_config.failure_action is pause.';
    expect(report).toMatchObject({
      outcome: 'failed',
      services: [
        left === 'v1'
          ? { service: 'a', outcome: 'rolled-back' }
          : { service: 'a', outcome: 'failed', detail: expect.stringContaining(because) },
        {
          service: 'b',
          outcome: 'failed',
          detail: 'shop-b-1 ended with exit code 2. It could not be put back: shop-b-1 ended with exit code 1.',
        },
      ],
    });
    expect(world.docker.container('shop-a-1').imageId).toBe(left === 'v1' ? v1 : v2);
    // Left to a person, or to the next hook.
    const unfinished = await world.dependencies.unfinished?.list();
    expect(unfinished?.map(({ service }) => service)).toEqual(action === 'pause' ? [] : ['b']);
    expect(await world.dependencies.blocked?.reasonFor('docker.io/acme/web:latest', digest)).toBeDefined();
  });

  test.each([
    ['pause', 1],
    ['continue', 3],
  ])(
    'failure_action %s after the first replica that is not well leaves %i of three put back',
    async (action, count) => {
      const file = withWeb(
        'deploy:',
        '  replicas: 3',
        '  update_config: { parallelism: 0 }',
        `  rollback_config: { parallelism: 1, failure_action: ${action} }`,
      );
      await using world = await createWorld({ file });
      const [v1] = runningImages(world);
      world.registry.push('acme/web:latest', { version: 'v2', exitCode: 1 });
      expect(await deploy(pushed(), failsOnV1(world, v1, 'web'))).toMatchObject({ outcome: 'failed' });
      expect(world.docker.containers().filter(({ imageId }) => imageId === v1)).toHaveLength(count);
    },
  );

  test('knows no rollback of a rollback', async () => {
    const deploy_ = 'deploy: { rollback_config: { failure_action: rollback } }';
    await using world = await createWorld({ file: withWeb(deploy_, 'labels: { gopdater.rollback.delay: soon }') });
    world.registry.push('acme/web:latest', { version: 'v2' });
    expect((await planDeployment(pushed().image, world.dependencies)).warnings).toEqual([
      'shop/web: deploy.rollback_config.failure_action is “rollback”, which means nothing.',
      'shop/web: label gopdater.rollback.delay is “soon”, which means nothing.',
    ]);
  });
});

test.each([
  ['post_start', '10m', 9, 'updated'],
  ['post_start', '5m', 9, 'failed'],
  ['pre_stop', '10m', 9, 'updated'],
])(
  'a service whose %s hook is silent may take as long as its health may, %s',
  async (hook, limit, minutes, outcome) => {
    const labels = `labels: { gopdater.health_timeout: ${limit} }`;
    await using world = await createWorld({
      file: withWeb(labels, `${hook}: [{ command: /bin/warm-up }]`),
      isUp: false,
    });
    const { compose } = world.dependencies;
    const slow: typeof compose = {
      ...compose,
      up: async (project, services, options) => {
        await world.clock.sleep(services.length === 0 ? 0 : minutes * 60_000, { signal: options?.signal });
        options?.signal?.throwIfAborted();
        return await compose.up(project, services, options);
      },
    };
    await world.clock.run(async () => await compose.up(world.project, []));
    world.registry.push('acme/web:latest', { version: 'v2' });
    expect((await deploy(pushed(), { ...world.dependencies, compose: slow })).outcome).toBe(outcome);
  },
);

describe('one push', () => {
  test('moves services before those that depend on them, and puts them back in the opposite order', async () => {
    const file = `name: shop
services:
  web: { image: acme/web, depends_on: [between] }
  between: { image: postgres:17, depends_on: [api] }
  api: { image: acme/web }
`;
    await using world = await createWorld({ file });
    world.registry.push('acme/web:latest', { version: 'v2' });
    const { moves, undo } = await planDeployment(pushed().image, world.dependencies);
    expect(moves.map(({ service }) => service)).toEqual(['api', 'web']);
    expect(undo.flatMap(step => (step.kind === 'recreate' ? [step.service] : []))).toEqual(['web', 'api']);
  });

  test('puts back only the service that failed, when so configured', async () => {
    const file = `name: shop
services:
  api: { image: acme/web }
  web: { image: acme/web, depends_on: [api] }
`;
    await using world = await createWorld({ file });
    const { imageId: v1 } = world.docker.container('shop-web-1');
    const { id: v2 } = world.registry.push('acme/web:latest', { version: 'v2' });
    const { compose } = world.dependencies;
    const report = await deploy(pushed(), {
      ...world.dependencies,
      rollbackScope: 'service',
      compose: {
        ...compose,
        up: async (project, services, options) => {
          const result = await compose.up(project, services, options);
          const web = world.docker.container('shop-web-1');
          if (services[0] === 'web' && web.imageId === v2) web.exit(1);
          return result;
        },
      },
    });
    expect(report).toMatchObject({
      outcome: 'rolled-back',
      services: [
        { service: 'api', outcome: 'updated' },
        { service: 'web', outcome: 'rolled-back' },
      ],
      warnings: [expect.stringContaining('shop/api')],
    });
    expect(world.docker.container('shop-api-1').imageId).toBe(v2);
    expect(world.docker.container('shop-web-1').imageId).toBe(v1);
  });
});

describe('drift', () => {
  const changed = withWeb('environment: { LOG_LEVEL: debug }');

  async function createDrifted(): Promise<World> {
    const { writeFile } = await import('node:fs/promises');
    const world = await createWorld({ file: withWeb('environment: { LOG_LEVEL: info }') });
    await writeFile(world.project.files[0] ?? '', changed);
    world.registry.push('acme/web:latest', { version: 'v2' });
    return world;
  }

  test('between the files and what runs is refused, and what differs is named without its value', async () => {
    await using world = await createDrifted();
    const before = world.ids();
    const report = await deploy(pushed(), world.dependencies);
    expect(report).toMatchObject({
      outcome: 'refused',
      services: [{ outcome: 'refused', detail: expect.stringContaining('environment LOG_LEVEL') }],
    });
    expect(JSON.stringify(report)).not.toContain('debug');
    expect(world.ids()).toEqual(before);
  });

  test('is brought along when so configured, and said', async () => {
    await using world = await createDrifted();
    const report = await deploy(pushed(), { ...world.dependencies, defaults: { drift: 'proceed' } });
    expect(report).toMatchObject({
      outcome: 'updated',
      warnings: [expect.stringContaining('The update brings that along')],
    });
    await expectNoDrift(world);
  });

  test('of a network is refused, whatever is configured: Compose would cut off all that is in it', async () => {
    await using world = await createWorld({ file: withWeb() });
    world.registry.push('acme/web:latest', { version: 'v2' });
    const { compose } = world.dependencies;
    const report = await deploy(pushed(), {
      ...world.dependencies,
      defaults: { drift: 'proceed' },
      compose: { ...compose, networksToReplace: async () => ['shop_default'] },
    });
    expect(report).toMatchObject({
      outcome: 'refused',
      services: [{ detail: expect.stringContaining('network shop_default') }],
    });
  });

  test('that is another version of Compose only is a warning', async () => {
    await using world = await createDrifted();
    const { compose } = world.dependencies;
    const { writeFile } = await import('node:fs/promises');
    await writeFile(world.project.files[0] ?? '', withWeb('environment: { LOG_LEVEL: info }'));
    const report = await deploy(pushed(), {
      ...world.dependencies,
      compose: {
        ...compose,
        version: async () => '2.39.0',
        configHashes: async () => new Map([['web', '0'.repeat(64)]]),
      },
    });
    expect(report).toMatchObject({
      outcome: 'updated',
      warnings: [expect.stringContaining('was made by Compose 2.40.3, and 2.39.0 is here')],
    });
  });
});

describe('old images', () => {
  test('are kept under a name of their own, the last three of them', async () => {
    await using world = await createWorld({ file: withWeb() });
    const { engine } = world.dependencies;
    for (const version of ['v2', 'v3', 'v4', 'v5', 'v6']) {
      world.registry.push('acme/web:latest', { version });
      expect(await deploy(pushed(), world.dependencies)).toMatchObject({ outcome: 'updated' });
    }
    const kept = await engine.listImages('gopdater.kept/docker.io/acme/web');
    const versions = kept.map(({ labels }) => labels['org.opencontainers.image.version']);
    expect(versions.sort()).toEqual(['v3', 'v4', 'v5']);
    const all = world.docker.state.images.all().map(({ labels }) => labels['org.opencontainers.image.version']);
    expect(all).not.toContain('v2');
  });
});

describe('a plan that is looked at', () => {
  test('tells what differs in an image that is not pulled yet', async () => {
    await using world = await createWorld({ file: withWeb() });
    world.registry.push('acme/web:latest', { version: 'v2', exposedPorts: ['8080/tcp'] });
    const plan = await planDeployment(pushed().image, world.dependencies, { describesImage: true });
    expect(plan.moves).toMatchObject([{ from: { version: 'v1' }, to: { version: 'v2' } }]);
    expect(plan.changes).toEqual(
      expect.arrayContaining(['exposed ports: +8080/tcp.', 'environment: other values of VERSION.']),
    );
    expect(plan.steps[0]).toMatchObject({ kind: 'pull' });
  });

  test('says when the image is not made for this platform', async () => {
    await using world = await createWorld({ file: withWeb() });
    world.registry.push('acme/web:latest', { version: 'v2', platforms: ['linux/s390x', 'linux/arm64'] });
    const { engine } = world.dependencies;
    const [container] = world.docker.containers();
    const running = await engine.inspectImage(container?.imageId ?? '');
    expect(running?.config.platform).toBe('linux/amd64');
    const { warnings } = await planDeployment(pushed().image, world.dependencies, { describesImage: true });
    expect(warnings).toEqual([expect.stringContaining('is not made for linux/amd64')]);
  });
});

test('a container that only its probe can tell to be well is asked', async () => {
  await using world = await createWorld({ file: withWeb('labels: { gopdater.probe: "http://:8080/ready" }') });
  world.registry.push('acme/web:latest', { version: 'v2' });
  const asked: string[] = [];
  const report = await deploy(pushed(), {
    ...world.dependencies,
    probe: async (probe, address) => {
      asked.push(`${JSON.stringify(probe)} ${address}`);
      return { isOk: asked.length > 3, output: 'answers 503' };
    },
  });
  expect(report).toMatchObject({ outcome: 'updated' });
  expect(new Set(asked)).toEqual(new Set([expect.stringMatching(/"port":8080,"path":"\/ready"} 172\./)]));

  const { id: v3 } = world.registry.push('acme/web:latest', { version: 'v3' });
  const failed = await deploy(pushed(), {
    ...world.dependencies,
    probe: async () => ({ isOk: world.docker.container('shop-web-1').imageId !== v3, output: 'answers 503' }),
  });
  expect(failed).toMatchObject({
    outcome: 'rolled-back',
    services: [{ detail: expect.stringContaining('The last probe said: answers 503.') }],
  });
});

describe('a probe that nobody could answer is refused before anything is done:', () => {
  test.each([
    ['the service has no address of its own', 'network_mode: host', {}, 'it has no address of its own'],
    [
      'gopdater’s container shares no network with it',
      '',
      { HostConfig: { NetworkMode: 'none' } },
      'gopdater shares no network with it',
    ],
  ])('%s', async (_, line, config, reason) => {
    const file = withWeb('labels: { gopdater.probe: "tcp://:8080" }', ...[line].filter(Boolean));
    await using world = await createWorld({ file });
    const { id: ownContainerId } = world.docker.run('acme/api:latest', { name: 'gopdater', config });
    world.registry.push('acme/web:latest', { version: 'v2' });
    const before = world.ids();
    const report = await deploy(pushed(), { ...world.dependencies, ownContainerId });
    expect(report).toMatchObject({ outcome: 'refused', services: [{ detail: expect.stringContaining(reason) }] });
    expect(world.ids()).toEqual(before);
  });

  test('but not where both are in one network, of several', async () => {
    const file = withWeb('labels: { gopdater.probe: "tcp://:8080" }', 'networks: [front, back]');
    await using world = await createWorld({ file: `${file}networks:\n  front:\n  back:\n` });
    const config = { HostConfig: { NetworkMode: 'shop_back' } };
    const { id: ownContainerId } = world.docker.run('acme/api:latest', { name: 'gopdater', config });
    const web = world.docker.container('shop-web-1');
    expect(web.networks.length).toBe(2);
    world.registry.push('acme/web:latest', { version: 'v2' });
    const report = await deploy(pushed(), {
      ...world.dependencies,
      ownContainerId,
      // It is reached in one of them only.
      probe: async (_, address) => ({ isOk: address.endsWith('.2') && address.startsWith('172.18'), output: '' }),
    });
    expect(report.outcome).toBe('updated');
  });
});

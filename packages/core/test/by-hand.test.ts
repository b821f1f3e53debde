import { createMemoryStore, type RollbackDependencies } from '@gopdater/core';
import { describe, expect, test } from 'vitest';
import { createWorld, deploy, planRollback, pushed, rollback, type World } from './world.ts';

/** A world in which these versions were deployed, one after the other. */
async function createHistory(
  ...versions: readonly string[]
): Promise<World & { readonly byHand: RollbackDependencies }> {
  const world = await createWorld();
  const store = createMemoryStore();
  const byHand = { ...world.dependencies, ...store };
  for (const version of versions) {
    world.registry.push('acme/web:latest', { version });
    const report = await deploy(pushed(), byHand);
    expect(report.outcome).toBe('updated');
    await store.history.add({ at: '2026-01-01T00:00:00.000Z', report });
  }
  return { ...world, byHand };
}

const versionOf = async ({ docker, dependencies }: World) => {
  const image = await dependencies.engine.inspectImage(docker.container('shop-web-1').imageId);
  return image?.labels['org.opencontainers.image.version'];
};

describe('a rollback by hand', () => {
  test('brings back what ran before, and the next hook does not undo it', async () => {
    await using world = await createHistory('v2', 'v3');
    const { digest } = world.registry.push('acme/web:next', { version: 'v3' });
    expect((await planRollback({ service: 'web' }, world.byHand)).moves).toMatchObject([
      { from: { version: 'v3' }, to: { version: 'v2' } },
    ]);
    const report = await rollback({ service: 'web' }, world.byHand);
    expect(report).toMatchObject({
      outcome: 'updated',
      services: [{ from: { version: 'v3' }, to: { version: 'v2' } }],
    });
    expect(await versionOf(world)).toBe('v2');
    const { containers } = await world.dependencies.compose.up(world.project, []);
    expect(containers.map(({ status }) => status)).toEqual(['Running', 'Running', 'Running']);
    expect(await deploy(pushed(), world.byHand)).toMatchObject({ outcome: 'refused' });
    expect(await versionOf(world)).toBe('v2');
    expect(digest).toBeDefined();
    world.registry.push('acme/web:latest', { version: 'v4' });
    expect(await deploy(pushed(), world.byHand)).toMatchObject({ outcome: 'updated' });
  });

  test('twice goes back two versions, and says then that there is nothing older', async () => {
    await using world = await createHistory('v2', 'v3');
    const back = async () => {
      const report = await rollback({ service: 'web' }, world.byHand);
      await world.byHand.history.add({ at: '2026-01-02T00:00:00.000Z', report });
      return await versionOf(world);
    };
    expect(await back()).toBe('v2');
    // Whoever lets it be shipped again does not want to have it at the next rollback.
    await world.byHand.blocked?.unblock('docker.io/acme/web:latest');
    expect(await back()).toBe('v1');
    await expect(back()).rejects.toMatchObject({ code: 'NOTHING_TO_ROLL_BACK_TO' });
    world.registry.push('acme/web:latest', { version: 'v4' });
    const report = await deploy(pushed(), world.byHand);
    await world.byHand.history.add({ at: '2026-01-03T00:00:00.000Z', report });
    expect(await back()).toBe('v1');
  });

  test('passes over a version that was rolled back by itself', async () => {
    await using world = await createHistory('v2', 'v3');
    const [, entry] = await world.byHand.history.list({ limit: 2 });
    await world.byHand.blocked?.block({
      image: 'docker.io/acme/web:latest',
      digest: entry?.report.digest ?? '',
      reason: '',
    });
    await rollback({ service: 'web' }, world.byHand);
    expect(await versionOf(world)).toBe('v1');
  });

  test('blocks each digest that its own repository has for the image', async () => {
    await using world = await createHistory('v2');
    const { engine, blocked } = world.byHand;
    const running = world.docker.container('shop-web-1').imageId;
    const other = `sha256:${'0'.repeat(64)}`;
    const second = `sha256:${'1'.repeat(64)}`;
    const withMore: typeof engine = {
      ...engine,
      inspectImage: async (reference, options) => {
        const image = await engine.inspectImage(reference, options);
        if (image?.id !== running) return image;
        const { digests, repositoryDigests: own } = image;
        const more = [`mirror.example/acme/web@${other}`, ...own, `acme/web@${second}`];
        return { ...image, digests: [other, ...digests, second], repositoryDigests: more };
      },
    };
    const [entry] = await world.byHand.history.list({ limit: 1 });
    const report = await rollback({ service: 'web' }, { ...world.byHand, engine: withMore });
    expect(report).toMatchObject({ services: [{ from: { digest: entry?.report.digest } }] });
    const reasons = [other, entry?.report.digest ?? '', second].map(
      async digest => await blocked?.reasonFor('docker.io/acme/web:latest', digest),
    );
    const byHand = 'it was rolled back by hand.';
    expect(await Promise.all(reasons)).toEqual([undefined, byHand, byHand]);
    expect((await deploy(pushed(), world.byHand)).outcome).toBe('refused');
  });

  test('of a service that is left alone blocks nothing', async () => {
    await using world = await createHistory('v2');
    const { engine, blocked, history } = world.byHand;
    await engine.stopContainer(world.docker.container('shop-web-1').id);
    expect((await rollback({ service: 'web' }, world.byHand)).outcome).toBe('left-alone');
    const [entry] = await history.list({ limit: 1 });
    expect(await blocked?.reasonFor('docker.io/acme/web:latest', entry?.report.digest ?? '')).toBeUndefined();
  });

  test('needs no registry for a version that was kept', async () => {
    await using world = await createHistory('v2', 'v3');
    const { history } = world.byHand;
    const [entry] = await history.list({ limit: 2 });
    const service = entry?.report.services[0];
    const digest = service?.outcome === 'updated' ? service.from.digest : undefined;
    const ask = async () => await Promise.reject(new Error('asked the registry'));
    const unreachable = { ...world.byHand, registry: { resolve: ask, describe: ask, signatures: ask, tags: ask } };
    const report = await rollback({ service: 'shop/web', to: digest?.slice(7, 19) }, unreachable);
    expect(report).toMatchObject({ outcome: 'updated', services: [{ to: { version: 'v2', digest } }] });
  });

  test('that fails brings the newer version back, and lets it be', async () => {
    await using world = await createHistory('v2');
    world.docker.faults.next('POST /containers/*/start', { status: 500, message: 'no space left' }, { times: 2 });
    expect(await rollback({ service: 'web' }, world.byHand)).toMatchObject({ outcome: 'rolled-back' });
    expect(await versionOf(world)).toBe('v2');
    expect(await deploy(pushed(), world.byHand)).toMatchObject({ outcome: 'up-to-date' });
  });

  test('that was cut off is finished by the next hook', async () => {
    await using world = await createHistory('v2', 'v3');
    const { client } = world.docker;
    const send = client.send.bind(client);
    client.send = async (call, ...rest) => {
      if (call.path === '/containers/create') throw new Error('killed');
      return await send(call, ...rest);
    };
    const stop = new AbortController();
    await rollback(
      { service: 'web' },
      { ...world.byHand, signal: stop.signal, onStep: ({ state }) => state === 'failed' && stop.abort() },
    );
    client.send = send;
    expect(await world.byHand.unfinished?.list()).toHaveLength(1);
    await deploy(pushed(), world.byHand);
    expect(await versionOf(world)).toBe('v2');
    expect(await world.byHand.unfinished?.list()).toEqual([]);
  });

  test.each([
    ['nope', undefined, 'No watched project has a service nope'],
    ['other/web', undefined, 'No watched project has a service other/web'],
    ['api', undefined, 'The history has no version of shop/api before this one'],
    ['web', 'abc', 'has no digest that begins with abc'],
  ])('of %s to %s says what is wrong', async (service, to, message) => {
    await using world = await createHistory('v2');
    await expect(rollback({ service, to }, world.byHand)).rejects.toMatchObject({
      message: expect.stringContaining(message),
      hint: expect.any(String),
    });
  });
});

import {
  createUpdater,
  type DeployDependencies,
  formatReference,
  GopdaterError,
  type ImageReference,
  pollTags,
  watchedTags,
} from '@gopdater/core';
import { describe, expect, test } from 'vitest';
import { createWorld, type World } from './world.ts';

const file = `
name: shop
services:
  web:
    image: acme/web:latest
    labels: { gopdater.poll: 10m }
  worker:
    image: acme/web:latest
  api:
    image: acme/api:latest
    labels: { gopdater.poll: "off" }
  db:
    image: postgres:17@sha256:${'0'.repeat(64)}
`;

const withoutPinned = file.slice(0, file.indexOf('  db:'));

/** A poll of this world, in the middle of its jitter; what it asked and what became of it, with the minute. */
function poll(world: World, { registry = world.dependencies.registry, ...options }: Partial<DeployDependencies> = {}) {
  const seen: string[] = [];
  const note = (what: string) => seen.push(`${Math.round((world.clock.now() - begun) / 60_000)} ${what}`);
  const begun = world.clock.now();
  const stop = new AbortController();
  const dependencies = { ...world.dependencies, ...options, registry };
  const updater = createUpdater({ ...dependencies, merging: { quietMs: 0, maxMs: 0 } });
  const running = pollTags({
    ...dependencies,
    registry: {
      resolve: async (image, asked) => {
        note(`HEAD ${image.repository}`);
        return await registry.resolve(image, asked);
      },
      tags: async (image, asked) => {
        note(`tags of ${image.repository}`);
        return await registry.tags(image, asked);
      },
    },
    submit: async (image: ImageReference) => {
      const report = await updater.submit({ deliveryId: 'poll', image });
      note(report.outcome);
      return report;
    },
    onTrouble: ({ code }) => note(code),
    random: () => 0.5,
    signal: stop.signal,
  });
  return {
    seen,
    end: async () => {
      stop.abort();
      await running;
    },
  };
}

test('each tag is watched once, by its shortest interval; what is pinned is not', async () => {
  await using world = await createWorld({ file, isUp: false });
  const intervals = async (pollMs?: number) =>
    [...(await watchedTags({ ...world.dependencies, defaults: { pollMs } })).values()].map(
      ({ image, pollMs: ms }) => `${formatReference(image)} ${ms}`,
    );
  expect(await intervals()).toEqual(['docker.io/acme/web:latest 600000', 'docker.io/acme/api:latest undefined']);
  expect(await intervals(1)).toEqual(['docker.io/acme/web:latest 10000', 'docker.io/acme/api:latest undefined']);
});

describe('a tag that is polled', () => {
  test('is asked for once in each interval, whatever number of services follow it, and rolled out when it moves', async () => {
    await using world = await createWorld({ file: withoutPinned });
    const { seen, end } = poll(world);
    await world.clock.advance(20 * 60_000);
    expect(seen).toEqual(['5 HEAD acme/web', '5 up-to-date', '15 HEAD acme/web']);
    world.registry.push('acme/web:latest', { version: 'v2' });
    await world.clock.advance(20 * 60_000);
    expect(seen.slice(3)).toEqual(['25 HEAD acme/web', '25 updated', '35 HEAD acme/web']);
    await end();
  });

  test('is asked for ever less often while its registry fails, and not before it may be', async () => {
    await using world = await createWorld({ file: withoutPinned });
    let answers = 0;
    const registry = {
      ...world.dependencies.registry,
      resolve: async () => {
        answers += 1;
        throw new GopdaterError('REGISTRY_FAILED', 'no', { retryAfterMs: answers === 1 ? 90 * 60_000 : undefined });
      },
    };
    const { seen, end } = poll(world, { registry });
    await world.clock.advance(300 * 60_000);
    expect(seen.filter(one => one.includes('HEAD'))).toEqual([
      '5 HEAD acme/web',
      '95 HEAD acme/web',
      '135 HEAD acme/web',
      '215 HEAD acme/web',
    ]);
    await end();
  });

  test('whose rollout failed is rolled out again at the next turn', async () => {
    await using world = await createWorld({ file: withoutPinned });
    world.registry.push('acme/web:latest', { version: 'v2' });
    let answers = 0;
    const registry: DeployDependencies['registry'] = {
      ...world.dependencies.registry,
      resolve: async (...asked) => {
        answers += 1;
        // The poll is answered, and the rollout that it begins is not.
        if (answers === 2) throw new GopdaterError('REGISTRY_FAILED', 'no');
        return await world.dependencies.registry.resolve(...asked);
      },
    };
    const { seen, end } = poll(world, { registry });
    await world.clock.advance(20 * 60_000);
    expect(seen).toEqual(['5 HEAD acme/web', '5 failed', '15 HEAD acme/web', '15 updated']);
    await end();
  });

  test('of a range of versions is left when the registry has a higher one, for the highest', async () => {
    const labels = '{ gopdater.poll: 10m, gopdater.tag: semver:^1, gopdater.tag-variable: WEB_TAG }';
    await using world = await createWorld({
      file: `name: shop\nservices:\n  web:\n    image: acme/web:\${WEB_TAG}\n    labels: ${labels}\n`,
      env: 'WEB_TAG=1.0.0\n',
      push: ({ registry }) => void registry.push('acme/web:1.0.0', { version: 'v1' }),
    });
    const { seen, end } = poll(world);
    await world.clock.advance(10 * 60_000);
    expect(seen).toEqual(['5 HEAD acme/web', '5 tags of acme/web', '5 up-to-date']);
    world.registry.push('acme/web:1.1.0', { version: 'v2' });
    world.registry.push('acme/web:1.2.0', { version: 'v3' });
    await world.clock.advance(10 * 60_000);
    expect(seen.slice(3)).toEqual(['15 HEAD acme/web', '15 tags of acme/web', '15 left-alone']);
    await expect.poll(() => world.docker.container('shop-web-1').status).toBe('running');
    const made = world.docker.state.containers.get(world.docker.container('shop-web-1').id);
    expect(made?.spec.image).toBe('acme/web:1.2.0');
    await end();
  });
});

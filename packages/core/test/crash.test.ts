import { deploy } from '@gopdater/core';
import { describe, expect, test } from 'vitest';
import { createWorld, pushed, type World } from './world.ts';

type When = 'before' | 'after';

/** Lets the process die at the nth request to the engine, those of Compose included: nothing gets through any more. */
function killAt(world: World, n: number, when: When): { readonly requests: () => number; readonly revive: () => void } {
  const { client } = world.docker;
  const send = client.send.bind(client);
  let count = 0;
  let isDead = false;
  client.send = async (...args) => {
    count += 1;
    if (count === n && when === 'before') isDead = true;
    if (isDead) throw new Error('killed');
    const answer = await send(...args);
    if (count === n) isDead = true;
    if (isDead) throw new Error('killed');
    return answer;
  };
  return {
    requests: () => count,
    revive: () => {
      client.send = send;
      isDead = false;
    },
  };
}

const versions = {
  good: { version: 'v2' },
  'never well': { version: 'v2', exitCode: 1 },
} as const;

/** Dies at that request, starts again, and takes the delivery up. */
async function dieAndReturn(behaviour: keyof typeof versions, n: number, when: When): Promise<void> {
  await using world = await createWorld();
  const before = world.ids();
  const v1 = world.docker.container('shop-web-1').imageId;
  const v2 = world.registry.push('acme/web:latest', versions[behaviour]).id;
  const { revive } = killAt(world, n, when);
  await deploy(pushed(), world.dependencies).catch(() => undefined);
  revive();

  await deploy(pushed(), world.dependencies);

  const wanted = behaviour === 'good' ? v2 : v1;
  expect(world.docker.container('shop-web-1')).toMatchObject({ status: 'running', imageId: wanted });
  expect((await world.dependencies.engine.inspectImage('acme/web:latest'))?.id).toBe(wanted);
  expect(await world.dependencies.unfinished?.list()).toEqual([]);
  const after = world.ids();
  expect(after).toEqual({ ...before, 'shop-web-1': after['shop-web-1'] });
  const { containers } = await world.dependencies.compose.up(world.project, []);
  expect(containers.map(({ status }) => status)).toEqual(['Running', 'Running', 'Running']);
  expect(world.ids()).toEqual(after);
}

describe.each(['good', 'never well'] as const)('killed on the way to a version that is %s', behaviour => {
  test('at any request, the delivery taken up again ends it', async () => {
    await using world = await createWorld();
    world.registry.push('acme/web:latest', versions[behaviour]);
    const { requests } = killAt(world, Number.POSITIVE_INFINITY, 'before');
    await deploy(pushed(), world.dependencies);
    const count = requests();
    expect(count).toBeGreaterThan(20);
    for (let n = 1; n <= count; n += 1) {
      for (const when of ['before', 'after'] as const) {
        await dieAndReturn(behaviour, n, when).catch((cause: unknown) => {
          throw new Error(
            `killed ${when} request ${n} of ${count}: ${cause instanceof Error ? cause.message : cause}`,
            { cause },
          );
        });
      }
    }
    console.log(`${behaviour}: killed at ${count * 2} points, 0 violations`);
  });
});

import { describe, expect, test } from 'vitest';
import { createWorld, deploy, pushed, type World } from './world.ts';

type When = 'before' | 'after';

/** Lets the process die at the nth request to the engine, those of Compose included: nothing gets through any more. */
function killAt(world: World, n: number, when: When) {
  const { client } = world.docker;
  const send = client.send.bind(client);
  let count = 0;
  let isDead = false;
  // Whoever is dead waits for nothing.
  const death = new AbortController();
  client.send = async (...args) => {
    count += 1;
    if (count === n && when === 'before') isDead = true;
    if (isDead) death.abort();
    if (isDead) throw new Error('killed');
    const answer = await send(...args);
    if (count === n) isDead = true;
    if (isDead) death.abort();
    if (isDead) throw new Error('killed');
    return answer;
  };
  return {
    requests: () => count,
    signal: death.signal,
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

const withWeb = (...deploy: readonly string[]) =>
  `name: shop\nservices:\n  web:\n    image: acme/web\n    deploy:\n${deploy.map(line => `      ${line}\n`).join('')}  db:\n    image: postgres:17\n`;

const strategies = {
  'stop-first': withWeb('replicas: 1'),
  'start-first': withWeb('update_config: { order: start-first }'),
  'stop-first, one of three at a time': withWeb('replicas: 3', 'update_config: { parallelism: 1 }'),
  'start-first, two of three at a time': withWeb(
    'replicas: 3',
    'update_config: { parallelism: 2, order: start-first }',
  ),
};

/** Dies at that request, starts again, and takes the delivery up. */
async function dieAndReturn(file: string, behaviour: keyof typeof versions, n: number, when: When): Promise<void> {
  await using world = await createWorld({ file });
  const webs = () => world.docker.containers().filter(({ name }) => name.includes('web'));
  const { length: replicas, 0: first } = webs();
  const v1 = first?.imageId;
  const db = world.docker.container('shop-db-1').id;
  const v2 = world.registry.push('acme/web:latest', versions[behaviour]).id;
  const { revive, signal } = killAt(world, n, when);
  await deploy(pushed(), { ...world.dependencies, signal }).catch(() => undefined);
  revive();

  await deploy(pushed(), world.dependencies);

  const wanted = behaviour === 'good' ? v2 : v1;
  const running = webs().map(({ status, imageId }) => `${status} ${imageId}`);
  expect(running).toEqual(Array.from({ length: replicas }, () => `running ${wanted}`));
  expect((await world.dependencies.engine.inspectImage('acme/web:latest'))?.id).toBe(wanted);
  expect(await world.dependencies.unfinished?.list()).toEqual([]);
  expect(world.docker.container('shop-db-1').id).toBe(db);
  const after = world.ids();
  const { containers } = await world.dependencies.compose.up(world.project, []);
  expect(new Set(containers.map(({ status }) => status))).toEqual(new Set(['Running']));
  expect(world.ids()).toEqual(after);
}

describe.each(Object.entries(strategies))('killed on the way, %s,', (strategy, file) => {
  test.each(['good', 'never well'] as const)(
    'to a version that is %s, at any request, the delivery taken up again ends it',
    async behaviour => {
      await using world = await createWorld({ file });
      world.registry.push('acme/web:latest', versions[behaviour]);
      const { requests } = killAt(world, Number.POSITIVE_INFINITY, 'before');
      await deploy(pushed(), world.dependencies);
      const count = requests();
      expect(count).toBeGreaterThan(20);
      const violations: string[] = [];
      for (let n = 1; n <= count; n += 1) {
        for (const when of ['before', 'after'] as const) {
          await dieAndReturn(file, behaviour, n, when).catch((error: unknown) => {
            violations.push(
              `killed ${when} request ${n} of ${count}: ${error instanceof Error ? error.message : error}`,
            );
          });
        }
      }
      console.log(`${strategy}, ${behaviour}: killed at ${count * 2} points, ${violations.length} violations`);
      expect(violations).toEqual([]);
    },
    // Hundreds of runs, on a machine that may have other work.
    120_000,
  );
});

import { describe, expect, test } from 'vitest';
import { combinations, createRoll, type Roll, type StrategyName, type VersionName } from './sweep.ts';

interface Death {
  /** At the nth request to the engine, those of Compose included. */
  readonly at: number;
  /** `after`: the engine has acted, and the answer is lost. */
  readonly when: 'before' | 'after';
}

const never: Death = { at: Number.POSITIVE_INFINITY, when: 'before' };

/**
 * Rolls, and lets the process die there: nothing gets through any more, and whoever is dead waits for nothing.
 *
 * @returns how many requests it made
 */
async function rollUntil({ at, when }: Death, { world, deploy }: Roll): Promise<number> {
  const { client } = world.docker;
  const send = client.send.bind(client);
  const death = new AbortController();
  let count = 0;
  const dieIf = (isTime: boolean) => {
    if (isTime) death.abort();
    if (death.signal.aborted) throw new Error('killed');
  };
  client.send = async (...args) => {
    count += 1;
    dieIf(count === at && when === 'before');
    const answer = await send(...args);
    dieIf(count === at);
    return answer;
  };
  await deploy(death.signal).catch(() => undefined);
  client.send = send;
  return count;
}

/** Dies, once or more often, is started again each time, and takes the delivery up. */
async function dieAndReturn(strategy: StrategyName, version: VersionName, deaths: readonly Death[]): Promise<void> {
  await using roll = await createRoll(strategy, version);
  for (const death of deaths) await rollUntil(death, roll);
  await roll.deploy();
  await roll.expectSettled();
  if (strategy.startsWith('start-first')) expect(roll.fewestServing()).toBeGreaterThanOrEqual(roll.replicas);
}

async function violationsOf(strategy: StrategyName, version: VersionName, runs: readonly (readonly Death[])[]) {
  const violations: string[] = [];
  for (const deaths of runs) {
    await dieAndReturn(strategy, version, deaths).catch((error: unknown) => {
      const points = deaths.map(({ at, when }) => `${when} request ${at}`).join(' and ');
      violations.push(`killed ${points}: ${error instanceof Error ? error.message : error}`);
    });
  }
  return violations;
}

/** The same numbers each time: less than one, and spread evenly. */
const spread = (n: number, ratio: number) => (n * ratio) % 1;

describe.each(combinations)('killed on the way, %s, to a version that is %s,', (strategy, version) => {
  // Hundreds of runs, on a machine that may have other work.
  const timeout = 240_000;

  test(
    'at any request, the delivery taken up again ends it',
    async () => {
      await using whole = await createRoll(strategy, version);
      const count = await rollUntil(never, whole);
      expect(count).toBeGreaterThan(20);
      const points = Array.from({ length: count }, (_, n) => n + 1);
      const once = points.flatMap(at => [[{ at, when: 'before' }], [{ at, when: 'after' }]] as const);
      const violations = await violationsOf(strategy, version, once);
      console.log(`${strategy}, ${version}: killed at ${once.length} points, ${violations.length} violations`);
      expect(violations).toEqual([]);
    },
    timeout,
  );

  test(
    'and once more as it is taken up, the next time ends it',
    async () => {
      await using whole = await createRoll(strategy, version);
      const count = await rollUntil(never, whole);
      const twice = Array.from({ length: 24 }, (_, n): readonly Death[] => [
        { at: 1 + Math.floor(spread(n + 1, 0.618) * count), when: n % 2 === 0 ? 'before' : 'after' },
        { at: 1 + Math.floor(spread(n + 1, 0.414) * count), when: n % 4 < 2 ? 'before' : 'after' },
      ]);
      const violations = await violationsOf(strategy, version, twice);
      console.log(`${strategy}, ${version}: killed twice in ${twice.length} runs, ${violations.length} violations`);
      expect(violations).toEqual([]);
    },
    timeout,
  );
});

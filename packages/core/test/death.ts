import { expect } from 'vitest';
import { createRoll, type Roll, type StrategyName, type VersionName } from './sweep.ts';

/** Where a process dies. */
export interface Death {
  /** At the nth request to the engine, those of Compose included. */
  readonly at: number;
  /** `after`: the engine has acted, and the answer is lost. */
  readonly when: 'before' | 'after';
}

export const never: Death = { at: Number.POSITIVE_INFINITY, when: 'before' };

/**
 * Rolls, and lets the process die there: nothing gets through any more, and whoever is dead waits for nothing.
 *
 * @returns how many requests it made
 */
export async function rollUntil({ at, when }: Death, { world, deploy }: Roll): Promise<number> {
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

/** What was not as it has to be, after these deaths. */
export async function violationsOf(strategy: StrategyName, version: VersionName, runs: readonly (readonly Death[])[]) {
  const violations: string[] = [];
  for (const deaths of runs) {
    await dieAndReturn(strategy, version, deaths).catch((error: unknown) => {
      const points = deaths.map(({ at, when }) => `${when} request ${at}`).join(' and ');
      violations.push(`killed ${points}: ${error instanceof Error ? error.message : error}`);
    });
  }
  return violations;
}

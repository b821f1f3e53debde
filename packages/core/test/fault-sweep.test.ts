import { GopdaterError } from '@gopdater/core';
import type { Fault, FaultMoment } from '@gopdater/testing';
import { describe, expect, test } from 'vitest';
import { combinations, createRoll, type StrategyName, type VersionName } from './sweep.ts';

const moments: readonly FaultMoment[] = ['before', 'after'];

/** What one request of a roll meets; the request before it and the one after it are answered as usual. */
const faults: Readonly<Record<string, Fault>> = {
  error: { status: 500 },
  slow: { slowMs: 20_000 },
  ...Object.fromEntries(
    moments.flatMap(when => [
      [`drop, ${when}`, { drop: true, when }],
      [`hang, ${when}`, { hang: true, when }],
      [`daemon restart, ${when}`, { restart: { awayMs: 5_000 }, when }],
      [`daemon restart with live-restore, ${when}`, { restart: { awayMs: 5_000, liveRestore: true }, when }],
    ]),
  ),
};

const stopsContainers = (fault: Fault) => 'restart' in fault && fault.restart.liveRestore !== true;

/** @returns whether the delivery had to be taken up again */
async function meetFault(strategy: StrategyName, version: VersionName, fault: Fault, n: number): Promise<boolean> {
  await using roll = await createRoll(strategy, version);
  const planned = roll.world.docker.faults.next('* **', fault, { skip: n });
  const outcome = await roll.deploy().then(
    report => report.outcome,
    // What keeps a plan from being made; anything else is not meant to be thrown.
    error => (error instanceof GopdaterError ? 'failed' : Promise.reject(error)),
  );
  expect(planned.reached).toBe(1);
  if (outcome === 'failed') await roll.deploy();
  else expect(outcome).toBe(version === 'good' ? 'updated' : 'rolled-back');
  await roll.expectSettled();
  if (strategy.startsWith('start-first') && !stopsContainers(fault)) {
    expect(roll.fewestServing()).toBeGreaterThanOrEqual(roll.replicas);
  }
  return outcome === 'failed';
}

describe.each(combinations)('%s to a version that is %s', (strategy, version) => {
  test('keeps what it promises, whatever fault any one of its requests meets', async () => {
    await using whole = await createRoll(strategy, version);
    const before = whole.world.docker.calls.sequence().length;
    await whole.deploy();
    const count = whole.world.docker.calls.sequence().length - before;
    await whole.expectSettled();
    const violations: string[] = [];
    for (const [name, fault] of Object.entries(faults)) {
      let again = 0;
      for (let n = 0; n < count; n += 1) {
        try {
          if (await meetFault(strategy, version, fault, n)) again += 1;
        } catch (error) {
          violations.push(`${name} at request ${n + 1} of ${count}: ${error instanceof Error ? error.message : error}`);
        }
      }
      console.log(`${strategy}, ${version}, ${name}: ${count} requests, ${again} failed and settled by the next delivery`);
    }
    const combinations = count * Object.keys(faults).length;
    console.log(`${strategy}, ${version}: ${combinations} combinations, ${violations.length} violations`);
    expect(violations).toEqual([]);
  }, 600_000);
});

import { type DeploymentReport, GopdaterError } from '@gopdater/core';
import type { Fault, FaultMoment } from '@gopdater/testing';
import { describe, expect, test } from 'vitest';
import { combinations, createRoll, type StrategyName, type VersionName } from './sweep.ts';

const moments: readonly FaultMoment[] = ['before', 'after'];

/** What one request of a roll meets; all others are answered as usual. */
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

/** Lets each request of a roll, those of Compose included, meet each fault: a test for each version. */
export function sweepFaults(order: 'stop-first' | 'start-first'): void {
  const own = combinations.filter(([strategy]) => strategy.startsWith(order));
  describe.each(own)('%s, to a version that is %s', (strategy, version) => {
    test('keeps what it promises, whatever fault any one of its requests meets', async () => {
      const count = await countRequests(strategy, version);
      const violations: string[] = [];
      let again = 0;
      let longestGapMs = 0;
      for (const [name, fault] of Object.entries(faults)) {
        for (let n = 0; n < count; n += 1) {
          try {
            const { wasTakenUpAgain, gapMs } = await meetFault(strategy, version, fault, n);
            again += Number(wasTakenUpAgain);
            longestGapMs = Math.max(longestGapMs, gapMs);
          } catch (error) {
            const what = error instanceof Error ? error.message : error;
            violations.push(`${name}, at request ${n + 1} of ${count}: ${what}`);
          }
        }
      }
      console.log(
        `${strategy}, ${version}: ${count} requests x ${Object.keys(faults).length} faults, ${violations.length} violations;`,
        `${again} taken up again, longest gap ${longestGapMs / 1000} s`,
      );
      expect(violations).toEqual([]);
      // Hundreds of runs, on a machine that may have other work.
    }, 600_000);
  });
}

async function countRequests(strategy: StrategyName, version: VersionName): Promise<number> {
  await using roll = await createRoll(strategy, version);
  const { calls } = roll.world.docker;
  const before = calls.sequence().length;
  await roll.deploy();
  const count = calls.sequence().length - before;
  await roll.expectSettled();
  expect(count).toBeGreaterThan(20);
  return count;
}

async function meetFault(strategy: StrategyName, version: VersionName, fault: Fault, n: number) {
  await using roll = await createRoll(strategy, version);
  const planned = roll.world.docker.faults.next('* **', fault, { skip: n });
  const report = await roll.deploy().catch((error: unknown) => {
    // What keeps a plan from being made; nothing else is meant to be thrown.
    if (error instanceof GopdaterError) return undefined;
    throw error;
  });
  expect(planned.reached).toBe(1);
  if ('restart' in fault) await roll.world.clock.advance(fault.restart.awayMs);
  const gapMs = roll.gapMs();
  const wasTakenUpAgain = report === undefined || report.outcome === 'failed';
  if (wasTakenUpAgain) await roll.deploy();
  else expect(report.outcome).toBe(version === 'good' ? 'updated' : 'rolled-back');
  await roll.expectSettled();
  if (stopsContainers(fault)) return { wasTakenUpAgain, gapMs };
  // The report says what was, where it was seen.
  expect([undefined, gapMs]).toContain(gapIn(report));
  if (strategy.startsWith('start-first')) expect(roll.fewestServing()).toBeGreaterThanOrEqual(roll.replicas);
  return { wasTakenUpAgain, gapMs };
}

function gapIn(report: DeploymentReport | undefined): number | undefined {
  const web = report?.services.find(({ service }) => service === 'web');
  return web !== undefined && 'gapMs' in web ? web.gapMs : undefined;
}

function stopsContainers(fault: Fault): boolean {
  return 'restart' in fault && fault.restart.liveRestore !== true;
}

import { describe, expect, test } from 'vitest';
import { type Death, never, rollUntil, violationsOf } from './death.ts';
import { type Combination, createRoll } from './sweep.ts';

/** The same numbers each time: less than one, and spread evenly. */
const spread = (n: number, ratio: number) => (n * ratio) % 1;

/** Defines the tests of crashes at any request, one block for each strategy and version. */
export function describeCrashes(combinations: readonly Combination[]): void {
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
}

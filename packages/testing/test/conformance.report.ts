import { it } from 'vitest';
import {
  type Comparison,
  compareFakeWithRecording,
  conformanceProfiles,
  formatDifference,
  isConformanceProfile,
  scenarios,
  scoreOf,
} from '../src/conformance.ts';

const profileNames = Object.keys(conformanceProfiles).filter(isConformanceProfile);

// npm run conformance: of each scenario and profile, how many leaves are equal, how many are not, and which.
it('reports', async () => {
  const lines: string[] = [];
  for (const profile of profileNames) {
    const sum = { equal: 0, unequal: 0 };
    for (const scenario of scenarios) {
      const outcome = await compareFakeWithRecording(scenario, profile).catch((error: unknown) => String(error));
      if (typeof outcome === 'string') {
        lines.push(`${profile}  ${scenario.name}: cannot be played. ${outcome}`);
      } else {
        lines.push(`${profile}  ${scenario.name}: ${countsOf(outcome)}`, ...outcome.differences.map(shown));
        sum.equal += outcome.equal;
        sum.unequal += outcome.unequal;
      }
    }
    lines.push(`${profile}  all that can be played: ${countsOf(sum)}`);
  }
  process.stdout.write(`\n${lines.join('\n')}\n`);
});

function countsOf(counts: Pick<Comparison, 'equal' | 'unequal'>): string {
  const { equal, unequal } = counts;
  return `${equal} equal, ${unequal} unequal, ${equal + unequal} in all (${scoreOf(counts)} %)`;
}

function shown(difference: Comparison['differences'][number]): string {
  return `    ${formatDifference(difference).slice(0, 300)}`;
}

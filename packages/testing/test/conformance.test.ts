import { describe, expect, it } from 'vitest';
import {
  type ConformanceProfile,
  compareFakeWithRecording,
  conformanceProfiles,
  formatDifference,
  isConformanceProfile,
  scenarios,
  scoreOf,
} from '../src/conformance.ts';
import { notYetConforming } from './not-yet-conforming.ts';

const profileNames = Object.keys(conformanceProfiles).filter(isConformanceProfile);

/** Of the leaves of a transcript, in percent. */
const enough = 99;

const isListed = (profile: ConformanceProfile, scenario: string): boolean => {
  const listed = notYetConforming[scenario];
  return typeof listed === 'object' ? profile in listed : listed !== undefined;
};

describe.each(profileNames)('the fake does what was recorded of %s', profile => {
  it.for(scenarios.filter(({ name }) => !isListed(profile, name)))('$name', async scenario => {
    const comparison = await compareFakeWithRecording(scenario, profile);
    const report = comparison.differences.map(formatDifference).join('\n');
    expect(scoreOf(comparison), report).toBeGreaterThanOrEqual(enough);
  });

  it.for(scenarios.filter(({ name }) => isListed(profile, name)))('but for $name', async scenario => {
    // What cannot even be played to its end does not conform.
    const score = await compareFakeWithRecording(scenario, profile).then(scoreOf, () => 0);
    expect(score, 'It conforms: it is no longer to be listed.').toBeLessThan(enough);
  });
});

describe('the list of what does not conform', () => {
  it('names scenarios that there are', () => {
    const names = scenarios.map(({ name }) => name);
    expect(Object.keys(notYetConforming).filter(name => !names.includes(name))).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { formatDifference, scoreOf } from '../src/conformance/compare.ts';
import { scenarios } from '../src/scenario/scenarios.ts';
import { notYetConforming } from './not-yet-conforming.ts';
import { compareWithGolden, type ProfileName, profileNames } from './profiles.ts';

/** Of the leaves of a transcript, in percent. */
const enough = 99;

const isListed = (profile: ProfileName, scenario: string): boolean => {
  const listed = notYetConforming[scenario];
  return typeof listed === 'object' ? profile in listed : listed !== undefined;
};

describe.each(profileNames)('the fake does what was recorded of %s', profile => {
  it.for(scenarios.filter(({ name }) => !isListed(profile, name)))('$name', async scenario => {
    const comparison = await compareWithGolden(profile, scenario);
    const report = comparison.differences.map(formatDifference).join('\n');
    expect(scoreOf(comparison), report).toBeGreaterThanOrEqual(enough);
  });

  it.for(scenarios.filter(({ name }) => isListed(profile, name)))('but for $name', async scenario => {
    // What cannot even be played to its end does not conform.
    const score = await compareWithGolden(profile, scenario).then(scoreOf, () => 0);
    expect(score, 'It conforms: it is no longer to be listed.').toBeLessThan(enough);
  });
});

describe('the list of what does not conform', () => {
  it('names scenarios that there are', () => {
    const names = scenarios.map(({ name }) => name);
    expect(Object.keys(notYetConforming).filter(name => !names.includes(name))).toEqual([]);
  });
});

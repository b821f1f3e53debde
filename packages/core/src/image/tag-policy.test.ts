import { describe, expect, test } from 'vitest';
import { higherVersions, isVersion, type MovingTag, parseTagPolicy } from './tag-policy.ts';

function moving(text: string): MovingTag {
  const policy = parseTagPolicy(text);
  if (policy.kind === 'exact') throw new Error(`${text} is exact`);
  return policy;
}

describe('a tag policy', () => {
  test.each([
    ['semver:^1.2', ['1.2.0', 'v1.9.3', '1.10.0'], ['1.1.9', '2.0.0', '1.3.0-rc.1', '1.3', 'latest', '1.2.0-alpine']],
    ['semver:>=1.2.0-0 <1.2.1', ['1.2.0-rc.1', '1.2.0'], ['1.2.1', '1.1.0']],
    ['semver:1.x || 3.x', ['1.0.0', '3.4.5'], ['2.0.0']],
    [
      'glob:1.*-alpine',
      ['1.2-alpine', '1.-alpine', '1.2.3-alpine'],
      ['1.2', 'x1.2-alpine', '1.2-alpine3', '12-alpine'],
    ],
    ['glob:v?.[0-9]', ['v1.2'], ['v11.2', 'v1.x', 'v1.22']],
    ['glob:[!v]*', ['1', 'main'], ['v1']],
    ['glob:main-*', ['main-', 'main-9f86'], ['main', 'xmain-1']],
    [String.raw`regex:^v\d+$`, ['v1', 'v20260101'], ['v1.2', 'xv1', 'v']],
    ['regex:alpine', ['1-alpine3', 'alpine'], ['Alpine']],
  ])('%s accepts what fits, and nothing else', (text, fits, others) => {
    const { accepts } = moving(text);
    expect(fits.filter(tag => !accepts(tag))).toEqual([]);
    expect(others.filter(accepts)).toEqual([]);
  });

  test.each([
    '',
    'semver',
    'semver:',
    'semver:^a',
    'glob:',
    'glob:{a,b}',
    'glob:[',
    'glob:a b',
    'regex:',
    'regex:(',
    String.raw`regex:(a)\1`,
    'regex:(?=a)',
    'newest',
    'exact:1',
    'Semver:^1',
  ])('“%s” is none, and says so', text => {
    expect(() => parseTagPolicy(text)).toThrow(
      expect.objectContaining({ code: 'COMPOSE_FILE_INVALID', message: expect.stringContaining(`“${text}”`) }),
    );
  });

  test('is exact when it says so', () => {
    expect(parseTagPolicy('exact')).toEqual({ kind: 'exact', text: 'exact' });
  });

  // A matcher that goes back would need 2 to the power of 126 steps, or 127 to that of 30, and never come to the end.
  test.each(['regex:^(a+)+$', 'regex:^(a|aa)+$', 'regex:(.*a){12}$', `glob:${'*a'.repeat(30)}b`])(
    'does not go back: %s has its answer for the longest tag',
    text => {
      expect(moving(text).accepts(`${'a'.repeat(127)}.`)).toBe(false);
    },
  );
});

describe('the higher versions', () => {
  const of = (text: string, tags: readonly string[], current: string) => higherVersions(moving(text), tags, current);

  test('are in their own order, and none is as low as the current one', () => {
    const tags = ['1.9.0', 'latest', '1.10.0', '1.2.0', '1.1.0', '2.0.0', '1.10.0-rc.1'];
    expect(of('semver:^1', tags, '1.2.0')).toEqual(['1.10.0', '1.9.0']);
    expect(of('semver:^1', tags, '1.10.0')).toEqual([]);
    expect(of('semver:^1', tags, '2.0.0')).toEqual([]);
  });

  test('leave a pre-release for its version', () => {
    expect(of('semver:^1.2.0-0', ['1.2.0-rc.2', '1.2.0'], '1.2.0-rc.1')).toEqual(['1.2.0', '1.2.0-rc.2']);
  });

  test('are written like the current one, where there are two names', () => {
    expect(of('semver:^1', ['v1.3.0', '1.3.0'], '1.2.0')).toEqual(['1.3.0', 'v1.3.0']);
    expect(of('semver:^1', ['1.3.0', 'v1.3.0'], 'v1.2.0')).toEqual(['v1.3.0', '1.3.0']);
    expect(of('semver:^1', ['v1.2.0', '1.2.0'], '1.2.0')).toEqual([]);
  });

  test('need a version to be compared with', () => {
    expect(['1.2.0', 'v1.2.0', '1.2.0-rc.1'].filter(tag => !isVersion(tag))).toEqual([]);
    expect(['latest', '1.2', '1', '01.2.0', '20260101'].filter(isVersion)).toEqual([]);
  });
});

import { expect, test } from 'vitest';
import { type Node, scalar } from './node.ts';
import { activeProfiles, isEnabled } from './profiles.ts';
import { parseYaml } from './yaml.ts';

function service(text: string): Node {
  return parseYaml(text, 'f.yaml')[0] ?? scalar(null, { source: { file: '', text: '' }, offset: 0 });
}

test('prefers the profiles that were asked for to the variable', () => {
  const lookup = (name: string): string | undefined => (name === 'COMPOSE_PROFILES' ? ' a , b\u0085,' : undefined);
  expect(activeProfiles(['c'], lookup)).toEqual(['c']);
  expect(activeProfiles([], lookup)).toEqual(['a', 'b']);
  expect(activeProfiles([], () => undefined)).toEqual([]);
});

test('enables a service without profiles, with an active one, or when all are active', () => {
  expect(isEnabled(service('image: a'), [])).toBe(true);
  expect(isEnabled(service('profiles: []'), [])).toBe(true);
  expect(isEnabled(service('profiles: [p, q]'), ['q'])).toBe(true);
  expect(isEnabled(service('profiles: [p]'), ['*'])).toBe(true);
  expect(isEnabled(service('profiles: [p]'), ['q'])).toBe(false);
});

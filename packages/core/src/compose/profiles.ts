import type { Node } from './node.ts';
import type { Lookup } from './template.ts';
import { entryOf, stringsOf } from './tree.ts';
import { trimEnd, trimStart } from './white-space.ts';

/** The profiles that were asked for; without any, those of `COMPOSE_PROFILES`. */
export function activeProfiles(asked: readonly string[], lookup: Lookup): readonly string[] {
  if (asked.length > 0) return asked;
  const listed = lookup('COMPOSE_PROFILES') ?? '';
  return listed
    .split(',')
    .map(profile => trimStart(trimEnd(profile)))
    .filter(profile => profile !== '');
}

/** A service without profiles is always enabled, `*` enables every service. */
export function isEnabled(service: Node, active: readonly string[]): boolean {
  const profiles = stringsOf(entryOf(service, 'profiles'));
  return (
    profiles.length === 0 ||
    active.includes('*') ||
    profiles.some(profile => active.includes(profile)) ||
    // Without any, an empty name is the active one.
    (active.length === 0 && profiles.includes(''))
  );
}

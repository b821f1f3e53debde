import { GopdaterError } from '@gopdater/core';
import type { Entrance } from '../receivers/entrances.ts';

/** @throws GopdaterError `RECEIVER_NOT_FOUND` */
export function findEntrance(entrances: readonly Entrance[], name: string): Entrance {
  const found = entrances.find(entrance => entrance.name === name);
  if (found !== undefined) return found;
  const names = entrances.map(entrance => entrance.name).join(', ');
  throw new GopdaterError('RECEIVER_NOT_FOUND', `There is no receiver “${name.slice(0, 80)}”.`, {
    hint:
      names === ''
        ? 'None is configured here: set HOOK_SECRET or GOPDATER_RECEIVERS as for the server, or run this in its container.'
        : `It is one of ${names}.`,
  });
}

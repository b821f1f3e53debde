import type { Stamped } from '../swarm/swarm-record.ts';
import { formatTime } from './time.ts';

/** The engine lists what is in a swarm by id. */
export function byId(a: Stamped, b: Stamped): number {
  return a.id < b.id ? -1 : 1;
}

/** What every object of a swarm begins with. */
export function stampView({ id, version, createdMs, updatedMs }: Stamped): Record<string, unknown> {
  return { ID: id, Version: { Index: version }, CreatedAt: formatTime(createdMs), UpdatedAt: formatTime(updatedMs) };
}

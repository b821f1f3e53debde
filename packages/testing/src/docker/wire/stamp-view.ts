import type { Stamped } from '../swarm/swarm-record.ts';
import { formatTime } from './time.ts';

/** What every object of a swarm begins with. */
export function stampView({ id, version, createdMs, updatedMs }: Stamped): Record<string, unknown> {
  return { ID: id, Version: { Index: version }, CreatedAt: formatTime(createdMs), UpdatedAt: formatTime(updatedMs) };
}

import type { EngineState } from '../state/engine-state.ts';
import type { Ids } from '../state/ids.ts';
import type { Stamped, Swarm } from './swarm-record.ts';

/** What a new object begins with. */
export function stamp(swarm: Swarm, kind: string): Stamped {
  const now = swarm.engine.clock.now();
  swarm.lastVersion += 1;
  return { id: swarmId(swarm.engine.ids, kind), createdMs: now, updatedMs: now, version: swarm.lastVersion };
}

/** An object has changed; whoever waits for that is told. */
export function touch(swarm: Swarm, object: Stamped): void {
  swarm.lastVersion += 1;
  object.version = swarm.lastVersion;
  object.updatedMs = swarm.engine.clock.now();
  swarm.changes.tell();
}

/** 25 digits and lower-case letters, as everything in a swarm has. */
export function swarmId(ids: Ids, kind: string): string {
  return BigInt(`0x${ids.next(kind)}`)
    .toString(36)
    .padStart(50, '0')
    .slice(-25);
}

export function emitSwarm(
  engine: EngineState,
  type: 'node' | 'service' | 'network' | 'secret' | 'config',
  action: 'create' | 'update' | 'remove',
  id: string,
  attributes: Readonly<Record<string, string>>,
): void {
  engine.events.emit({ type, action, id, attributes, timeMs: engine.clock.now(), scope: 'swarm' });
}

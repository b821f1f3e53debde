import type { ServiceRecord } from './service-record.ts';
import { emitSwarm } from './stamp.ts';
import type { Swarm } from './swarm-record.ts';

/** Tells what of image, replicas and state of the update has changed. @see moby, `logServiceEvent` */
export function emitServiceUpdate(swarm: Swarm, before: ServiceRecord, after: ServiceRecord): void {
  const state = after.updateStatus && {
    ...(before.updateStatus && { old: before.updateStatus.state }),
    new: after.updateStatus.state,
  };
  emitSwarm(swarm.engine, 'service', 'update', after.id, {
    name: after.spec.name,
    ...changed('image', before.spec.task.image, after.spec.task.image),
    ...changed('replicas', before.spec.replicas, after.spec.replicas),
    ...(state && state.old !== state.new && prefixed('updatestate', state)),
  });
}

function changed(
  name: string,
  before: string | number | undefined,
  after: string | number | undefined,
): Record<string, string> {
  return before === after ? {} : prefixed(name, { old: String(before), new: String(after) });
}

function prefixed(name: string, values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`${name}.${key}`, value]));
}

import { emitServiceUpdate } from './service-events.ts';
import type { ServiceRecord, UpdateStatus } from './service-record.ts';
import { touch } from './stamp.ts';
import type { Swarm } from './swarm-record.ts';

/** How its update stands. Without one before, it begins now. */
export function changeUpdateStatus(
  swarm: Swarm,
  service: ServiceRecord,
  change: Pick<UpdateStatus, 'state' | 'message'> & { readonly completedMs?: number },
): void {
  const before = { ...service };
  const startedMs = service.updateStatus?.startedMs ?? swarm.engine.clock.now();
  service.updateStatus = { startedMs, completedMs: undefined, ...change };
  touch(swarm, service);
  emitServiceUpdate(swarm, before, service);
}

/** The update has failed: the spec before it counts again, and there is none before that. */
export function rollBackSpec(swarm: Swarm, service: ServiceRecord, message: string): void {
  const { previous, updateStatus } = service;
  if (!previous || !updateStatus) return;
  const before = { ...service };
  service.spec = previous.spec;
  service.specVersion = previous.version;
  service.previous = undefined;
  service.updateStatus = { ...updateStatus, state: 'rollback_started', message };
  touch(swarm, service);
  emitServiceUpdate(swarm, before, service);
}

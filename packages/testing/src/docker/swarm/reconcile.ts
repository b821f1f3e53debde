import { takes } from './placement.ts';
import { deleteTask } from './reap-tasks.ts';
import { superviseRollOut } from './roll-out.ts';
import type { ServiceRecord } from './service-record.ts';
import { type Slot, slotsOf } from './slots.ts';
import { touch } from './stamp.ts';
import type { Swarm } from './swarm-record.ts';
import { isWanted } from './task-record.ts';
import { createTask } from './tasks.ts';

/**
 * Brings a service nearer to what its spec asks for: more tasks, fewer, or others.
 *
 * @see swarmkit, `orchestrator/replicated` and `orchestrator/global`
 */
export function reconcile(swarm: Swarm, service: ServiceRecord): void {
  if (swarm.services.get(service.id) !== service) return;
  const { live, dead } = slotsOf(swarm, service);
  const wanted = wantedSlots(swarm, service);
  const sorted = [...live].sort((a, b) => Number(hasRunning(b)) - Number(hasRunning(a)));
  superviseRollOut(swarm, service, sorted.slice(0, wanted), () => reconcile(swarm, service));
  for (const { tasks } of sorted.slice(wanted)) {
    for (const task of tasks.filter(isWanted)) {
      task.desired = 'remove';
      touch(swarm, task);
    }
  }
  const added = freeNumbers(live, wanted - live.length);
  for (const number of added) createTask(swarm, service, number, 'running');
  for (const { tasks } of dead.filter(({ number }) => !added.includes(number))) {
    for (const task of tasks) deleteTask(swarm, task);
  }
}

/** A global service has one task on the only node, if that takes any. */
function wantedSlots({ node }: Swarm, { spec }: ServiceRecord): number {
  return spec.replicas ?? (takes(node, spec.task) ? 1 : 0);
}

function hasRunning({ tasks }: Slot): boolean {
  return tasks.some(({ status }) => status.state === 'running');
}

function freeNumbers(live: readonly Slot[], count: number): number[] {
  const taken = new Set(live.map(({ number }) => number));
  const free: number[] = [];
  for (let number = 1; free.length < count; number += 1) if (!taken.has(number)) free.push(number);
  return free;
}

import { isDeepStrictEqual } from 'node:util';
import type { ServiceRecord } from './service-record.ts';
import type { Swarm } from './swarm-record.ts';
import { isWanted, type TaskRecord, tasksOf } from './task-record.ts';
import { shouldRestart } from './task-restarts.ts';

/** The tasks of one replica: the one that serves, the one that takes its place, those that were. */
export interface Slot {
  readonly number: number;
  readonly tasks: readonly TaskRecord[];
}

/**
 * The slots of a service that are to run, by number, with only the tasks that count; and those that are not.
 *
 * A slot whose last task has ended for good counts, so that an update starts it again, except while a rollback goes on.
 *
 * @see swarmkit, `UpdatableTasksInSlot`
 */
export function slotsOf(
  swarm: Swarm,
  service: ServiceRecord,
): { readonly live: readonly Slot[]; readonly dead: readonly Slot[] } {
  const all = tasksOf(swarm, service.id);
  const numbers = [...new Set(all.map(({ slot }) => slot))].sort((a, b) => a - b);
  const live: Slot[] = [];
  const dead: Slot[] = [];
  for (const number of numbers) {
    const tasks = all.filter(({ slot }) => slot === number);
    const counting = countingTasks(swarm, service, tasks);
    if (counting.length > 0) live.push({ number, tasks: counting });
    else dead.push({ number, tasks });
  }
  return { live, dead };
}

function countingTasks(swarm: Swarm, service: ServiceRecord, tasks: readonly TaskRecord[]): readonly TaskRecord[] {
  const wanted = tasks.filter(isWanted);
  const last = tasks.at(-1);
  if (wanted.length > 0 || last === undefined) return wanted;
  if (service.updateStatus?.state === 'rollback_started' || last.desired === 'remove') return [];
  return shouldRestart(service, last, swarm.engine.clock.now()) ? [] : [last];
}

/** It is not what its service asks for. */
export function isDirty({ spec, specVersion }: ServiceRecord, task: TaskRecord): boolean {
  if (task.specVersion === specVersion) return false;
  return (
    !isDeepStrictEqual(spec.task.raw, task.spec.raw) || !isDeepStrictEqual(spec.endpoint.raw, task.endpointSpec.raw)
  );
}

export function isSlotDirty(service: ServiceRecord, { tasks }: Slot): boolean {
  return tasks.length > 1 || tasks.some(task => isDirty(service, task));
}

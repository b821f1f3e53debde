import { removeContainer } from '../state/remove-container.ts';
import { detachTask, releaseOverlays } from './overlays.ts';
import type { Swarm } from './swarm-record.ts';
import { hasEnded, type TaskRecord, tasksOf } from './task-record.ts';

/**
 * Forgets tasks that were to be removed and have ended, and of those that were in a slot the oldest, if there are too
 * many.
 *
 * @see swarmkit, `taskreaper`
 */
export function reapTasks(swarm: Swarm, { serviceId, slot }: TaskRecord): void {
  const tasks = tasksOf(swarm, serviceId).filter(task => task.slot === slot);
  const removed = tasks.filter(task => task.desired === 'remove' && hasEnded(task));
  const kept = tasks.filter(task => !removed.includes(task));
  const old = kept.filter(task => hasEnded(task) && task.desired === 'shutdown');
  for (const task of [...removed, ...old.slice(0, tooMany(swarm, kept))]) deleteTask(swarm, task);
  releaseOverlays(swarm);
}

/** With its container. */
export function deleteTask(swarm: Swarm, task: TaskRecord): void {
  swarm.tasks.delete(task.id);
  detachTask(swarm, task);
  if (task.containerId !== undefined && swarm.engine.containers.has(task.containerId)) {
    removeContainer(swarm.engine, task.containerId, { force: true });
  }
  releaseOverlays(swarm);
  swarm.changes.tell();
}

/** A slot whose restarts are counted keeps them all. */
function tooMany({ taskHistoryLimit }: Swarm, tasks: readonly TaskRecord[]): number {
  const maxAttempts = tasks.at(-1)?.spec.restart.maxAttempts ?? 0;
  const limit = maxAttempts > 0 ? Math.max(taskHistoryLimit, maxAttempts + 1) : taskHistoryLimit;
  return Math.max(0, tasks.length - limit);
}

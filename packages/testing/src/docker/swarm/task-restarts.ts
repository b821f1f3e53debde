import type { ServiceRecord } from './service-record.ts';
import type { TaskRecord } from './task-record.ts';

/** Whether another task is to take the place of one that has ended. @see swarmkit, `restart.Supervisor` */
export function shouldRestart({ restarts }: ServiceRecord, task: TaskRecord, nowMs: number): boolean {
  const { condition, maxAttempts, windowMs } = task.spec.restart;
  if (condition === 'none') return false;
  if (condition === 'on-failure' && task.status.state === 'complete') return false;
  if (maxAttempts === 0) return true;
  const earliestMs = windowMs === 0 ? Number.NEGATIVE_INFINITY : nowMs - windowMs;
  const counted = restarts.filter(
    ({ slot, specVersion, atMs }) => slot === task.slot && specVersion === task.specVersion && atMs >= earliestMs,
  );
  return counted.length < maxAttempts;
}

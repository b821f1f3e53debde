import { touch } from './stamp.ts';
import type { Swarm } from './swarm-record.ts';
import { hasEnded, type TaskRecord } from './task-record.ts';

/** No old task is waited for any longer than this. */
const longestWaitMs = 60_000;

/** Lets a task that is ready start, after a time and once the one before it, if there is one, has ended. */
export function delayStart(
  swarm: Swarm,
  old: TaskRecord | undefined,
  task: TaskRecord,
  delayMs: number,
): Promise<void> {
  const started = start(swarm, old, task, delayMs).then(() => {
    if (task.startDelay === started) task.startDelay = undefined;
  });
  task.startDelay = started;
  return started;
}

async function start(swarm: Swarm, old: TaskRecord | undefined, task: TaskRecord, delayMs: number): Promise<void> {
  const signal = swarm.life;
  const { clock } = swarm.engine;
  const latestMs = clock.now() + longestWaitMs;
  if (delayMs > 0) await clock.sleep(delayMs, { signal });
  if (old && !hasEnded(old)) {
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    const ended = swarm.changes.until(() => hasEnded(old) || !swarm.tasks.has(old.id), either);
    await Promise.race([ended, clock.sleep(Math.max(0, latestMs - clock.now()), { signal: either })]);
    over.abort();
  }
  if (signal.aborted || task.desired !== 'ready') return;
  task.desired = 'running';
  touch(swarm, task);
}

import { delayStart } from './delay-start.ts';
import { reapTasks } from './reap-tasks.ts';
import { runTask, stepMs } from './run-task.ts';
import type { ServiceRecord } from './service-record.ts';
import { stamp, touch } from './stamp.ts';
import type { Swarm } from './swarm-record.ts';
import { hasEnded, isWanted, type TaskRecord } from './task-record.ts';
import { shouldRestart } from './task-restarts.ts';

/** A new task of a service, which goes its way from now on. */
export function createTask(
  swarm: Swarm,
  service: ServiceRecord,
  slot: number,
  desired: 'ready' | 'running',
): TaskRecord {
  const stamped = stamp(swarm, 'task');
  const isGlobal = service.spec.replicas === undefined;
  const task: TaskRecord = {
    ...stamped,
    serviceId: service.id,
    serviceName: service.spec.name,
    slot: isGlobal ? 0 : slot,
    spec: service.spec.task,
    specVersion: service.specVersion,
    endpointSpec: service.spec.endpoint,
    nodeId: isGlobal ? swarm.node.id : '',
    status: { state: 'new', message: 'created', error: undefined, timestampMs: stamped.createdMs, exitCode: 0 },
    desired,
    attachments: [],
    containerId: undefined,
    startDelay: undefined,
  };
  swarm.tasks.set(task.id, task);
  driveTask(swarm, task);
  return task;
}

/** Lets a task go on from where it is, and cares for what comes after it. */
export function driveTask(swarm: Swarm, task: TaskRecord): void {
  void drive(swarm, task);
}

/** Whoever updates its service hears of its end first. In swarmkit, it is one or the other. */
async function drive(swarm: Swarm, task: TaskRecord): Promise<void> {
  const { life } = swarm;
  await runTask(swarm, task);
  await swarm.engine.clock.sleep(stepMs, { signal: life });
  if (life.aborted) return;
  restartTask(swarm, task);
  reapTasks(swarm, task);
}

/**
 * Another task takes the place of one that has ended or must not be where it is, if the restart policy says so.
 *
 * @see swarmkit, `restart.Supervisor`
 */
export function restartTask(swarm: Swarm, task: TaskRecord): void {
  const service = swarm.services.get(task.serviceId);
  if (service === undefined || !isWanted(task)) return;
  if (task.startDelay !== undefined) {
    // One that failed before it was to start: the next one is not to come any sooner.
    void task.startDelay.then(() => {
      if (!swarm.life.aborted) restartTask(swarm, task);
    });
    return;
  }
  const now = swarm.engine.clock.now();
  const isRestarted = shouldRestart(service, task, now);
  task.desired = 'shutdown';
  touch(swarm, task);
  if (!isRestarted) return;
  const next = createTask(swarm, service, task.slot, 'ready');
  service.restarts = [...service.restarts, { slot: next.slot, specVersion: next.specVersion, atMs: now }];
  const delayMs = swarm.node.availability === 'drain' ? 0 : task.spec.restart.delayMs;
  void delayStart(swarm, hasEnded(task) ? undefined : task, next, delayMs);
}

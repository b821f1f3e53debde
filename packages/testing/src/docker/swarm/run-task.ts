import { EngineError } from '../../errors.ts';
import { parseImageName } from '../../image/name.ts';
import { type ContainerRecord, hasProcess } from '../state/container-record.ts';
import { hasHealthcheck } from '../state/health.ts';
import { pullImage } from '../state/pull-image.ts';
import { startContainer } from '../state/start-container.ts';
import { stopContainer } from '../state/stop-container.ts';
import { attachTask, detachTask } from './overlays.ts';
import { whyPending } from './placement.ts';
import { touch } from './stamp.ts';
import type { Swarm } from './swarm-record.ts';
import { createTaskContainer } from './task-container.ts';
import { hasEnded, isAtLeast, isWanted, type TaskRecord, type TaskState } from './task-record.ts';

/** From one state to the next, where nothing else takes time: allocator, scheduler, dispatcher and agent. */
export const stepMs = 20;

/**
 * Takes a task from the state it is in to its end: through its container's life, or to where it is no longer wanted.
 *
 * @see swarmkit, `agent/exec/controller.go`; moby, `daemon/cluster/executor/container/controller.go`
 */
export async function runTask(swarm: Swarm, task: TaskRecord): Promise<void> {
  const signal = swarm.life;
  while (!signal.aborted && !hasEnded(task)) {
    try {
      if (isWanted(task)) await step(swarm, task);
      else await shutDown(swarm, task);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (!signal.aborted) fail(swarm, task, error);
    }
  }
}

async function step(swarm: Swarm, task: TaskRecord): Promise<void> {
  switch (task.status.state) {
    case 'new':
      return await next(swarm, task, 'pending', 'pending task scheduling', attachTask);
    case 'pending':
      return await schedule(swarm, task);
    case 'assigned':
      return await next(swarm, task, 'accepted', 'accepted');
    case 'accepted':
      return await next(swarm, task, 'preparing', 'preparing');
    case 'preparing':
      return await next(swarm, task, 'ready', 'prepared', prepare);
    case 'ready':
      return await waitForStart(swarm, task);
    case 'starting':
      return await start(swarm, task);
    case 'running':
      return await untilEnded(swarm, task);
  }
}

async function next(
  swarm: Swarm,
  task: TaskRecord,
  state: TaskState,
  message: string,
  act: (swarm: Swarm, task: TaskRecord) => void = () => {},
): Promise<void> {
  await pause(swarm);
  if (swarm.life.aborted || !isWanted(task)) return;
  act(swarm, task);
  change(swarm, task, { state, message });
}

/** Until the node takes it. */
async function schedule(swarm: Swarm, task: TaskRecord): Promise<void> {
  await pause(swarm);
  const error = whyPending(swarm, task);
  if (error !== undefined && isWanted(task)) {
    change(swarm, task, { state: 'pending', error });
    await swarm.changes.until(() => whyPending(swarm, task) === undefined || !isWanted(task), swarm.life);
  }
  if (swarm.life.aborted || !isWanted(task)) return;
  task.nodeId = swarm.node.id;
  change(swarm, task, { state: 'assigned', message: 'scheduler assigned task to node' });
}

/** A pull that fails does not matter if the image is there. */
function prepare(swarm: Swarm, task: TaskRecord): void {
  const { engine } = swarm;
  const name = parseImageName(task.spec.image);
  if (name.digest === undefined || !engine.images.find(task.spec.image)) {
    try {
      for (const _ of pullImage(engine, name, task.spec.credentials));
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
    }
  }
  task.containerId = createTaskContainer(swarm, task).id;
}

async function waitForStart(swarm: Swarm, task: TaskRecord): Promise<void> {
  await swarm.changes.until(() => task.desired !== 'ready', swarm.life);
  if (swarm.life.aborted || !isWanted(task)) return;
  await next(swarm, task, 'starting', 'starting');
}

/**
 * With a health check it runs once that says so; one that is unhealthy is stopped. What has ended by then is not seen to
 * run, as the manager hears of it only every now and then.
 */
async function start(swarm: Swarm, task: TaskRecord): Promise<void> {
  const container = containerOf(swarm, task);
  await pause(swarm);
  if (!isWanted(task)) return;
  if (container.state.status === 'created') startNow(swarm, container);
  const isOver = (): boolean => !hasProcess(container) || !isWanted(task);
  if (hasHealthcheck(container)) await swarm.changes.until(() => isOver() || isJudged(container), swarm.life);
  if (swarm.life.aborted || !isWanted(task)) return;
  if (hasProcess(container) && container.health !== 'unhealthy')
    change(swarm, task, { state: 'running', message: 'started' });
  else await end(swarm, task, container);
}

function startNow({ engine }: Swarm, { id }: ContainerRecord): void {
  try {
    startContainer(engine, id);
  } catch (cause) {
    throw new Error(`starting container failed: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

async function untilEnded(swarm: Swarm, task: TaskRecord): Promise<void> {
  const container = containerOf(swarm, task);
  const isOver = (): boolean => !hasProcess(container) || container.health === 'unhealthy' || !isWanted(task);
  await swarm.changes.until(isOver, swarm.life);
  if (!swarm.life.aborted && isWanted(task)) await end(swarm, task, container);
}

/** Its container has ended, or must because it is unhealthy. */
async function end(swarm: Swarm, task: TaskRecord, container: ContainerRecord): Promise<void> {
  const isUnhealthy = hasProcess(container);
  if (isUnhealthy) await stop(swarm, task, container);
  if (swarm.life.aborted || !isWanted(task)) return;
  const { exitCode } = container.state;
  if (exitCode === 0) {
    change(swarm, task, { state: 'complete', message: 'finished' });
    return;
  }
  const cause = isUnhealthy ? ': dockerexec: unhealthy container' : '';
  change(swarm, task, { state: 'failed', message: 'started', error: `task: non-zero exit (${exitCode})${cause}` });
}

async function shutDown(swarm: Swarm, task: TaskRecord): Promise<void> {
  await pause(swarm);
  const container = swarm.engine.containers.get(task.containerId ?? '');
  if (container && hasProcess(container)) await stop(swarm, task, container);
  if (swarm.life.aborted) return;
  change(swarm, task, { state: 'shutdown', message: 'shutdown' });
}

/** What has not come to start is rejected, what has is failed. */
function fail(swarm: Swarm, task: TaskRecord, error: Error): void {
  const state = isAtLeast(task.status.state, 'starting') ? 'failed' : 'rejected';
  change(swarm, task, { state, error: error.message });
}

function change(
  swarm: Swarm,
  task: TaskRecord,
  status: { readonly state: TaskState; readonly message?: string; readonly error?: string },
): void {
  const exitCode = swarm.engine.containers.get(task.containerId ?? '')?.state.exitCode ?? 0;
  task.status = {
    message: task.status.message,
    error: undefined,
    ...status,
    timestampMs: swarm.engine.clock.now(),
    exitCode,
  };
  if (hasEnded(task)) detachTask(swarm, task);
  touch(swarm, task);
}

async function pause(swarm: Swarm): Promise<void> {
  await swarm.engine.clock.sleep(stepMs, { signal: swarm.life });
}

async function stop({ engine }: Swarm, { spec }: TaskRecord, { id }: ContainerRecord): Promise<void> {
  await stopContainer(engine, id, { timeoutMs: spec.stopGracePeriodMs });
}

function containerOf({ engine }: Swarm, task: TaskRecord): ContainerRecord {
  const container = engine.containers.get(task.containerId ?? '');
  if (!container) throw new EngineError(404, `No such container: ${task.containerId}`);
  return container;
}

function isJudged({ health }: ContainerRecord): boolean {
  return health === 'healthy' || health === 'unhealthy';
}

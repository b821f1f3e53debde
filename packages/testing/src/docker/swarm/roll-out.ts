import { delayStart } from './delay-start.ts';
import type { Rollout, ServiceRecord, UpdatePolicy } from './service-record.ts';
import { isDirty, isSlotDirty, type Slot } from './slots.ts';
import { touch } from './stamp.ts';
import type { Swarm } from './swarm-record.ts';
import { hasEnded, isAtLeast, isWanted, type TaskRecord, tasksOf } from './task-record.ts';
import { createTask } from './tasks.ts';
import { changeUpdateStatus, rollBackSpec } from './update-status.ts';

/**
 * Begins an update of these slots, unless the one that goes on is the same; another one ends.
 *
 * @param onDone  called when it has completed, or given up
 */
export function superviseRollOut(
  swarm: Swarm,
  service: ServiceRecord,
  slots: readonly Slot[],
  onDone: () => void,
): void {
  const { rollout, spec, updateStatus } = service;
  if (rollout && rollout.spec === spec && rollout.status === updateStatus) return;
  rollout?.stop.abort();
  const next: Rollout = { spec, status: updateStatus, stop: new AbortController() };
  service.rollout = next;
  void rollOut(swarm, service, slots, next).then(isDone => {
    if (service.rollout === next) service.rollout = undefined;
    if (isDone) onDone();
  });
}

/**
 * The rolling update, and the rollback alike.
 *
 * @see swarmkit, `update.Updater`
 */
async function rollOut(
  swarm: Swarm,
  service: ServiceRecord,
  slots: readonly Slot[],
  rollout: Rollout,
): Promise<boolean> {
  const signal = AbortSignal.any([rollout.stop.signal, swarm.life]);
  const state = service.updateStatus?.state;
  if (state === 'paused' || state === 'rollback_paused') return false;
  const dirty = slots.filter(slot => isSlotDirty(service, slot));
  if (dirty.length === 0) {
    if (state === 'updating' || state === 'rollback_started') complete(swarm, service);
    return false;
  }
  if (service.updateStatus === undefined) {
    changeUpdateStatus(swarm, service, { state: 'updating', message: 'update in progress' });
    rollout.status = service.updateStatus;
  }
  const policy = state === 'rollback_started' ? service.spec.rollback : service.spec.update;
  const run = new Run(swarm, service, policy, dirty, signal);
  await run.done();
  if (signal.aborted) return false;
  if (run.failed === undefined) complete(swarm, service);
  else giveUp(swarm, service, policy, run.failed);
  return true;
}

function complete(swarm: Swarm, service: ServiceRecord): void {
  const isRollback = service.updateStatus?.state === 'rollback_started';
  changeUpdateStatus(swarm, service, {
    state: isRollback ? 'rollback_completed' : 'completed',
    message: isRollback ? 'rollback completed' : 'update completed',
    completedMs: swarm.engine.clock.now(),
  });
}

function giveUp(swarm: Swarm, service: ServiceRecord, { failureAction }: UpdatePolicy, failed: TaskRecord): void {
  const reason = `due to failure or early termination of task ${failed.id}`;
  const isRollback = service.updateStatus?.state === 'rollback_started';
  if (failureAction === 'rollback' && !isRollback) {
    rollBackSpec(swarm, service, `update rolled back ${reason}`);
  } else {
    // A rollback is never rolled back.
    const what = failureAction === 'rollback' ? 'rollback' : 'update';
    const message = `${what} paused ${reason}`;
    changeUpdateStatus(swarm, service, { state: isRollback ? 'rollback_paused' : 'paused', message });
  }
}

/** One way through the slots of an update. */
class Run {
  /** The task that failed, if that was one too many. */
  failed: TaskRecord | undefined;
  readonly #swarm: Swarm;
  readonly #service: ServiceRecord;
  readonly #policy: UpdatePolicy;
  readonly #slots: readonly Slot[];
  readonly #signal: AbortSignal;
  readonly #over = new AbortController();
  /** Its tasks, and when they began to run. */
  readonly #updated = new Map<TaskRecord, number | undefined>();
  readonly #failures = new Set<TaskRecord>();

  constructor(swarm: Swarm, service: ServiceRecord, policy: UpdatePolicy, slots: readonly Slot[], signal: AbortSignal) {
    this.#swarm = swarm;
    this.#service = service;
    this.#policy = policy;
    this.#slots = slots;
    this.#signal = AbortSignal.any([signal, this.#over.signal]);
  }

  /** Resolves when all slots are updated and have proved themselves, or one too many has failed. */
  async done(): Promise<void> {
    await Promise.race([this.#update(), this.#fail()]);
    this.#over.abort();
  }

  async #update(): Promise<void> {
    const queue = [...this.#slots];
    const workers = Math.min(this.#policy.parallelism || queue.length, queue.length);
    await Promise.all(Array.from({ length: workers }, () => this.#work(queue)));
    await this.#sleep(this.#policy.monitorMs);
  }

  async #fail(): Promise<void> {
    const isOneTooMany = this.#policy.failureAction === 'continue' ? () => false : () => this.#isOneTooMany();
    await this.#swarm.changes.until(isOneTooMany, this.#signal);
  }

  #isOneTooMany(): boolean {
    for (const [task, startedMs] of this.#updated) {
      if (!hasEnded(task) || this.#failures.has(task)) continue;
      const isEarly = startedMs === undefined || this.#now() - startedMs <= this.#policy.monitorMs;
      if (!isEarly) continue;
      this.#failures.add(task);
      if (this.#failures.size / this.#slots.length > this.#policy.maxFailureRatio) {
        this.failed = task;
        return true;
      }
    }
    return false;
  }

  async #work(queue: Slot[]): Promise<void> {
    for (let slot = queue.shift(); slot && !this.#isOver; slot = queue.shift()) {
      await this.#updateSlot(slot);
      await this.#sleep(this.#policy.delayMs);
    }
  }

  get #isOver(): boolean {
    return this.#signal.aborted || this.failed !== undefined;
  }

  async #updateSlot({ number }: Slot): Promise<void> {
    // While the slot waited for its turn, a task of it may have ended and been restarted.
    const tasks = tasksOf(this.#swarm, this.#service.id).filter(task => task.slot === number && isWanted(task));
    const clean = tasks.filter(task => !isDirty(this.#service, task));
    const existing = clean.find(({ desired }) => desired === 'running') ?? clean.at(-1);
    if (existing) await this.#useTask(existing, tasks);
    else await this.#replace(number, tasks);
  }

  /** What the slot needs is there already. */
  async #useTask(existing: TaskRecord, tasks: readonly TaskRecord[]): Promise<void> {
    const old = this.#shutDown(tasks.filter(task => task !== existing));
    if (existing.desired === 'ready') await this.#start(old, existing);
  }

  async #replace(number: number, tasks: readonly TaskRecord[]): Promise<void> {
    const isStartFirst = this.#policy.order === 'start-first';
    const task = createTask(this.#swarm, this.#service, number, isStartFirst ? 'running' : 'ready');
    this.#updated.set(task, undefined);
    if (!isStartFirst) await this.#start(this.#shutDown(tasks), task);
    await this.#swarm.changes.until(() => isAtLeast(task.status.state, 'running'), this.#signal);
    if (this.#signal.aborted) return;
    this.#updated.set(task, this.#now());
    if (isStartFirst && task.status.state === 'running') this.#shutDown(tasks);
  }

  /** It starts even if this run ends meanwhile. */
  async #start(old: TaskRecord | undefined, task: TaskRecord): Promise<void> {
    void delayStart(this.#swarm, old, task, 0);
    await this.#swarm.changes.until(() => task.desired !== 'ready', this.#signal);
  }

  /** @returns the first of those that were to run */
  #shutDown(tasks: readonly TaskRecord[]): TaskRecord | undefined {
    const wanted = tasks.filter(isWanted);
    for (const task of wanted) {
      task.desired = 'shutdown';
      touch(this.#swarm, task);
    }
    return wanted[0];
  }

  async #sleep(ms: number): Promise<void> {
    if (ms > 0) await this.#swarm.engine.clock.sleep(ms, { signal: this.#signal });
  }

  #now(): number {
    return this.#swarm.engine.clock.now();
  }
}

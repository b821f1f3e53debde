import { EngineError } from '../../errors.ts';
import { type ContainerRecord, hasProcess } from './container-record.ts';
import { acquireResources, releaseResources } from './container-resources.ts';
import { emitContainer } from './containers.ts';
import type { EngineState } from './engine-state.ts';
import { hasHealthcheck, setHealth } from './health.ts';
import { restartDelayMs } from './restart-policy.ts';
import { runProgram } from './run-program.ts';

/** Its process runs from now on, and does what its image says. Throws if it cannot have its resources. */
export function startProcess(state: EngineState, container: ContainerRecord): void {
  acquireResources(state, container);
  container.state = { ...container.state, status: 'running', exitCode: 0, error: '', startedMs: state.clock.now() };
  container.health = hasHealthcheck(container) ? 'starting' : undefined;
  container.healthOutput = '';
  forgetFuture(container);
  emitContainer(state, container, 'start');
  const { health, exit, program } = container.behaviour;
  if (container.health !== undefined) {
    for (const { status, afterMs, output } of health) {
      later(state, container, afterMs, () => setHealth(state, container, status, output));
    }
  }
  if (exit) later(state, container, exit.afterMs, () => endProcess(state, container, exit.code));
  else if (program)
    void runProgram(container, program).then(code => code === undefined || endProcess(state, container, code));
}

/**
 * Its process has ended; the engine starts it again if its restart policy says so, unless it may not.
 *
 * @throws EngineError if there is none
 */
export function endProcess(
  state: EngineState,
  container: ContainerRecord,
  exitCode: number,
  { mayRestart = true }: { readonly mayRestart?: boolean } = {},
): void {
  if (!hasProcess(container)) throw new EngineError(409, `container ${container.id} is not running`);
  forgetFuture(container);
  releaseResources(state, container);
  const finishedMs = state.clock.now();
  const ranMs = finishedMs - (container.state.startedMs ?? finishedMs);
  const delayMs = mayRestart && !state.isDown ? nextRestartMs(container, { exitCode, ranMs }) : undefined;
  const status = delayMs === undefined ? 'exited' : 'restarting';
  container.state = { ...container.state, status, exitCode, finishedMs };
  if (container.health) container.health = 'unhealthy';
  container.log.wake();
  for (let stops = container.pendingStops; stops > 0; stops -= 1) emitContainer(state, container, 'stop');
  const execDuration = String(Math.floor(ranMs / 1000));
  emitContainer(state, container, 'die', { execDuration, exitCode: String(exitCode) });
  if (delayMs !== undefined) {
    container.restarts = { ...container.restarts, count: container.restarts.count + 1, delayMs };
    later(state, container, delayMs, () => startAgain(state, container));
  }
  if (!container.spec.autoRemove || container.isBeingRestarted) return;
  state.containers.delete(container.id);
  emitContainer(state, container, 'destroy');
}

/** The engine no longer waits to start it again. */
export function giveUpRestart(container: ContainerRecord): void {
  forgetFuture(container);
  container.state = { ...container.state, status: 'exited' };
}

/** What was to happen to it by itself does not happen any more. */
export function forgetFuture(container: ContainerRecord): void {
  // With a reason of its own it costs no DOMException and its stack.
  container.future.abort('over');
  container.future = new AbortController();
}

/** At once without a delay; never if the delay has no end, or if it starts, ends or is removed before. */
export function later(state: EngineState, container: ContainerRecord, delayMs: number, act: () => void): void {
  if (delayMs === 0) {
    act();
    return;
  }
  if (delayMs === Number.POSITIVE_INFINITY) return;
  const { signal } = container.future;
  void state.clock.sleep(delayMs, { signal }).then(() => {
    if (!signal.aborted) act();
  });
}

function startAgain(state: EngineState, container: ContainerRecord): void {
  try {
    startProcess(state, container);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    giveUpRestart(container);
  }
}

function nextRestartMs(
  { spec, restarts }: ContainerRecord,
  end: { readonly exitCode: number; readonly ranMs: number },
): number | undefined {
  if (restarts.isStopped) return undefined;
  return restartDelayMs(spec.restartPolicy, { ...end, restartCount: restarts.count, lastDelayMs: restarts.delayMs });
}

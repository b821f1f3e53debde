import { EngineError } from '../../errors.ts';
import { stringOf } from '../wire/json.ts';
import { checkUser } from './check-user.ts';
import { forgetFuture, later } from './container-future.ts';
import { type ContainerRecord, hasProcess } from './container-record.ts';
import { acquireResources, releaseResources, removeAnonymousVolumes, tellOfNetworks } from './container-resources.ts';
import { closeStreams } from './container-streams.ts';
import { emitContainer } from './containers.ts';
import type { EngineState } from './engine-state.ts';
import { startHealthcheck } from './healthcheck.ts';
import { chooseMain, failureCode, type MainProgram, startApplet } from './main-process.ts';
import { restartDelayMs } from './restart-policy.ts';
import { runProgram } from './run-program.ts';

/**
 * How long the engine needs to see that a program has ended. Real ones need more; without it `docker compose up`, which
 * listens for the end of what it has started, would come too late.
 */
const settleMs = 100;

/**
 * Its process runs from now on, and does what its image or its command says.
 *
 * @throws EngineError if it cannot have its resources, or its command cannot be run
 */
export function startProcess(state: EngineState, container: ContainerRecord): void {
  acquireResources(state, container);
  const main = choose(state, container);
  if (state.profile.isSince28) tellOfNetworks(state, container);
  container.state = {
    ...container.state,
    ...{ status: 'running', exitCode: 0, error: '', isOutOfMemory: false, startedMs: state.clock.now() },
  };
  forgetFuture(container);
  emitContainer(state, container, 'start');
  startHealthcheck(state, container);
  run(state, container, main);
}

/** What cannot be started leaves the container as it was, with the reason. */
function choose(state: EngineState, container: ContainerRecord): MainProgram {
  try {
    const { config } = container.spec;
    checkUser(state, container, { user: stringOf(config.User) ?? container.image.config.User ?? '', status: 500 });
    return chooseMain(state, container);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    releaseResources(state, container);
    container.state = { ...container.state, exitCode: failureCode(error), error: error.message };
    closeStreams(container);
    if (container.spec.autoRemove) discard(state, container);
    throw error;
  }
}

function run(state: EngineState, container: ContainerRecord, main: MainProgram): void {
  const end = (code: number): void => endProcess(state, container, code);
  switch (main.kind) {
    case 'service':
      return;
    case 'exit':
      later(state, container, main.afterMs, () => end(main.code));
      return;
    case 'program':
      void runProgram(container, main.program).then(code => code === undefined || end(code));
      return;
    case 'applet': {
      const { process, exitCode } = startApplet(state, container, main.found);
      container.main = process;
      void exitCode.then(code => {
        if (container.main === process) later(state, container, settleMs, () => end(code));
      });
    }
  }
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
  {
    mayRestart = true,
    isOutOfMemory = false,
  }: { readonly mayRestart?: boolean; readonly isOutOfMemory?: boolean } = {},
): void {
  if (!hasProcess(container)) throw new EngineError(409, `container ${container.id} is not running`);
  if (isOutOfMemory) emitContainer(state, container, 'oom');
  forgetFuture(container);
  container.monitor.abort('over');
  releaseResources(state, container);
  const finishedMs = state.clock.now();
  const ranMs = finishedMs - (container.state.startedMs ?? finishedMs);
  const delayMs = mayRestart && !state.isDown ? nextRestartMs(container, { exitCode, ranMs }) : undefined;
  const status = delayMs === undefined ? 'exited' : 'restarting';
  container.state = { ...container.state, status, exitCode, isOutOfMemory, finishedMs };
  if (container.health) container.health = 'unhealthy';
  container.main = undefined;
  container.processes.killAll();
  closeStreams(container);
  for (let stops = container.pendingStops; stops > 0; stops -= 1) emitContainer(state, container, 'stop');
  const execDuration = String(Math.floor(ranMs / 1000));
  emitContainer(state, container, 'die', { execDuration, exitCode: String(exitCode) });
  if (delayMs !== undefined) {
    container.restarts = { ...container.restarts, count: container.restarts.count + 1, delayMs };
    later(state, container, delayMs, () => startAgain(state, container));
  }
  if (container.spec.autoRemove && !container.isBeingRestarted) discard(state, container);
}

/** As `--rm` asks: with the volumes that nobody named. */
function discard(state: EngineState, container: ContainerRecord): void {
  state.containers.delete(container.id);
  removeAnonymousVolumes(state, container);
  emitContainer(state, container, 'destroy');
}

/** The engine no longer waits to start it again. */
export function giveUpRestart(container: ContainerRecord): void {
  forgetFuture(container);
  container.state = { ...container.state, status: 'exited' };
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

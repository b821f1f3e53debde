import { EngineError } from '../../errors.ts';
import { parseSignal, sigkill } from '../../process/signals.ts';
import { later } from './container-future.ts';
import { endProcess, giveUpRestart } from './container-process.ts';
import { type ContainerRecord, hasProcess, isRunning } from './container-record.ts';
import { emitContainer, findContainer } from './containers.ts';
import type { EngineState } from './engine-state.ts';
import { unpauseContainer } from './pause-container.ts';

/** What ends a process that does not care for the signal in another way. */
const endingSignals = [2, 3, 15];

const defaultStopTimeoutMs = 10_000;

/**
 * Sends the stop signal, and kills what has not ended when the time is over. Its process ends with code 0 unless it is
 * killed. Goes on whoever has asked for it.
 *
 * @param options.timeoutMs  default: the container's own, else 10_000
 * @returns false if it does not run
 */
export async function stopContainer(
  state: EngineState,
  nameOrId: string,
  { timeoutMs, signalText }: StopOptions = {},
): Promise<boolean> {
  const container = findContainer(state, nameOrId);
  const signal = signalText === undefined ? stopSignalOf(container) : parseSignal(signalText);
  if (signal === undefined) throw new EngineError(400, `invalid signal: ${signalText}`);
  if (!isRunning(container)) return false;
  container.restarts = { ...container.restarts, isStopped: true };
  if (!hasProcess(container)) {
    giveUpRestart(container);
    emitContainer(state, container, 'stop');
    return true;
  }
  container.pendingStops += 1;
  try {
    sendSignal(state, container, signal, 0);
    if (container.state.status === 'paused') unpauseContainer(state, container.id);
    if (!hasProcess(container)) return true;
    const { life } = state;
    await untilEnded(state, container, timeoutMs ?? stopTimeoutMs(container));
    if (hasProcess(container) && !life.signal.aborted) sendSignal(state, container, sigkill, undefined);
    return true;
  } finally {
    container.pendingStops -= 1;
  }
}

export interface StopOptions {
  readonly timeoutMs?: number | undefined;
  /** By name or number; default its stop signal. */
  readonly signalText?: string | undefined;
}

/** What the daemon does to a container when it ends itself, in no time: it will not be started again before the daemon is. */
export function stopWithDaemon(state: EngineState, container: ContainerRecord): void {
  const isObeyed = container.main
    ? container.main.handles(stopSignalOf(container))
    : container.behaviour.stopAfterMs <= stopTimeoutMs(container);
  emitKill(state, container, stopSignalOf(container));
  if (!isObeyed) emitKill(state, container, sigkill);
  container.pendingStops += 1;
  endProcess(state, container, isObeyed ? 0 : 128 + sigkill, { mayRestart: false });
  container.pendingStops -= 1;
}

/** `KILL` ends it with 137, `TERM`, `INT` and `QUIT` with 128 + n; what else is sent, it ignores. */
export function killContainer(state: EngineState, nameOrId: string, signalText = 'KILL'): void {
  const container = findToKill(state, nameOrId);
  const signal = parseSignal(signalText);
  if (signal === undefined) {
    throw new EngineError(400, `cannot kill container: ${nameOrId}: invalid signal: ${signalText}`);
  }
  if (!isRunning(container)) {
    throw new EngineError(409, `cannot kill container: ${nameOrId}: container ${container.id} is not running`);
  }
  const isForGood = signal === sigkill || signal === stopSignalOf(container);
  if (isForGood) container.restarts = { ...container.restarts, isStopped: true };
  if (!hasProcess(container)) {
    if (isForGood) giveUpRestart(container);
    return;
  }
  sendSignal(state, container, signal, endingSignals.includes(signal) ? 128 + signal : undefined);
}

function findToKill(state: EngineState, nameOrId: string): ContainerRecord {
  try {
    return findContainer(state, nameOrId);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new EngineError(error.status, `cannot kill container: ${nameOrId}: ${error.message}`);
  }
}

/** @param exitCode  what its process ends with; `undefined` if it ignores the signal, which it cannot with `KILL` */
function sendSignal(
  state: EngineState,
  container: ContainerRecord,
  signal: number,
  exitCode: number | undefined,
): void {
  emitKill(state, container, signal);
  if (signal === sigkill) endProcess(state, container, 128 + sigkill);
  else if (container.main) container.main.deliver(signal);
  else if (exitCode !== undefined) {
    later(state, container, container.behaviour.stopAfterMs, () => endProcess(state, container, exitCode));
  }
}

function emitKill(state: EngineState, container: ContainerRecord, signal: number): void {
  emitContainer(state, container, 'kill', { signal: String(signal) });
}

/** How long it has between its stop signal and the kill. */
function stopTimeoutMs({ spec }: ContainerRecord): number {
  return spec.stopTimeoutMs ?? defaultStopTimeoutMs;
}

function stopSignalOf({ spec }: ContainerRecord): number {
  return signalOf(spec.stopSignal ?? 'SIGTERM');
}

/** Until its process has ended, the time is over, or the daemon ends. */
async function untilEnded(state: EngineState, container: ContainerRecord, timeoutMs: number): Promise<void> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, state.life.signal]);
  const ended = state.events.until(() => !hasProcess(container), signal);
  // Whoever wins ends the other.
  await Promise.race([ended.catch(() => undefined), state.clock.sleep(timeoutMs, { signal })]);
  over.abort('over');
}

function signalOf(text: string): number {
  const signal = parseSignal(text);
  if (signal === undefined) throw new EngineError(400, `invalid signal: ${text}`);
  return signal;
}

import { EngineError } from '../../errors.ts';
import { type ContainerRecord, isRunning } from './container-record.ts';
import { emitContainer, findContainer } from './containers.ts';
import { deactivateEndpoint } from './endpoints.ts';
import type { EngineState } from './engine-state.ts';
import { emitVolume } from './volumes.ts';

/** Signal numbers that events carry. */
const signals: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  KILL: 9,
  USR1: 10,
  USR2: 12,
  TERM: 15,
  WINCH: 28,
};

/**
 * Its process obeys the stop signal at once and ends with code 0.
 *
 * @returns false if it does not run
 */
export function stopContainer(state: EngineState, nameOrId: string): boolean {
  const container = findContainer(state, nameOrId);
  if (!isRunning(container)) return false;
  const signal = parseSignal(container.spec.stopSignal ?? 'SIGTERM');
  emitContainer(state, container, 'kill', { signal: String(signal) });
  release(state, container);
  emitContainer(state, container, 'stop');
  die(state, container, 0);
  return true;
}

/** `KILL` ends it with 137, `TERM`, `INT` and `QUIT` with 128 + n; what else is sent, it ignores. */
export function killContainer(state: EngineState, nameOrId: string, signalText = 'KILL'): void {
  const container = findContainer(state, nameOrId);
  const signal = parseSignal(signalText);
  if (!isRunning(container)) {
    throw new EngineError(409, `cannot kill container: ${nameOrId}: container ${container.id} is not running`);
  }
  emitContainer(state, container, 'kill', { signal: String(signal) });
  if ([2, 3, 9, 15].includes(signal)) exitContainer(state, container, 128 + signal);
}

/** Its process ends by itself. */
export function exitContainer(state: EngineState, container: ContainerRecord, exitCode: number): void {
  if (!isRunning(container)) throw new EngineError(409, `container ${container.id} is not running`);
  release(state, container);
  die(state, container, exitCode);
}

function release(state: EngineState, container: ContainerRecord): void {
  for (const name of container.endpoints.keys()) deactivateEndpoint(state, container, name);
  container.ports = [];
  for (const { name } of container.mounts) {
    const volume = state.volumes.get(name);
    if (volume) emitVolume(state, volume, 'unmount', container);
  }
}

function die(state: EngineState, container: ContainerRecord, exitCode: number): void {
  const finishedMs = state.clock.now();
  const seconds = Math.floor((finishedMs - (container.state.startedMs ?? finishedMs)) / 1000);
  container.state = { ...container.state, status: 'exited', exitCode, finishedMs };
  if (container.health) container.health = 'unhealthy';
  emitContainer(state, container, 'die', { execDuration: String(seconds), exitCode: String(exitCode) });
  if (!container.spec.autoRemove) return;
  state.containers.delete(container.id);
  emitContainer(state, container, 'destroy');
}

function parseSignal(text: string): number {
  const signal = /^\d+$/.test(text) ? Number(text) : signals[text.toUpperCase().replace(/^SIG/, '')];
  if (signal === undefined) throw new EngineError(400, `invalid signal: ${text}`);
  return signal;
}

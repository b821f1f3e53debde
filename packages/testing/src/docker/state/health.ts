import { EngineError } from '../../errors.ts';
import { commandNames } from '../../process/command-names.ts';
import type { HealthStatus } from '../../registry/behaviour.ts';
import { findInContainer } from './container-machine.ts';
import { type ContainerRecord, hasProcess } from './container-record.ts';
import { emitContainer } from './containers.ts';
import type { EngineState } from './engine-state.ts';

/** What its health check says from now on; it is not run any more. */
export function setHealth(state: EngineState, container: ContainerRecord, status: HealthStatus, output = ''): void {
  if (!hasProcess(container) || container.health === undefined) {
    throw new EngineError(409, `container ${container.name} does not run or has no health check`);
  }
  container.monitor.abort('over');
  const now = state.clock.now();
  const isBad = status === 'unhealthy';
  container.failingStreak = isBad ? 3 : 0;
  container.probes = [{ startMs: now, endMs: now, exitCode: isBad ? 1 : 0, output }];
  if (container.health === status) return;
  if (status === 'starting') throw new EngineError(409, `the health of container ${container.name} is known by now`);
  // It is looked at again after the pause.
  if (container.state.status === 'paused') return;
  container.health = status;
  emitContainer(state, container, `health_status: ${status}`);
}

export function hasHealthcheck({ spec }: ContainerRecord): boolean {
  const [kind] = spec.healthcheck?.test ?? [];
  return kind !== undefined && kind !== 'NONE';
}

/** The words that its health check runs. */
export function probeWords({ spec: { healthcheck, config } }: ContainerRecord): readonly string[] {
  const [kind, ...words] = healthcheck?.test ?? [];
  if (kind !== 'CMD-SHELL') return words;
  const shell = Array.isArray(config.Shell) && config.Shell.length > 0 ? config.Shell.map(String) : ['/bin/sh', '-c'];
  return [...shell, words.join(' ')];
}

/**
 * True if its health check is run: nobody has said what it finds, and it can be run here. One that asks for programs
 * which an image without known files may have or not (`curl`) is not, and finds all well.
 */
export function isProbed(state: EngineState, container: ContainerRecord): boolean {
  const { health, hasFiles } = container.behaviour;
  if (health !== undefined) return false;
  if (hasFiles) return true;
  const words = probeWords(container);
  const [, , script] = words;
  const isScript = container.spec.healthcheck?.test[0] === 'CMD-SHELL' && script !== undefined;
  const names = isScript ? commandNames(script) : words.slice(0, 1);
  return names.every(
    name => findInContainer(state, container, { words: [name], hasTerminal: false }).kind === 'applet',
  );
}

import { EngineError } from '../../errors.ts';
import type { HealthStatus } from '../../registry/behaviour.ts';
import { type ContainerRecord, hasProcess } from './container-record.ts';
import { emitContainer } from './containers.ts';
import type { EngineState } from './engine-state.ts';

/** What its health check says from now on. */
export function setHealth(state: EngineState, container: ContainerRecord, status: HealthStatus, output = ''): void {
  if (!hasProcess(container) || container.health === undefined) {
    throw new EngineError(409, `container ${container.name} does not run or has no health check`);
  }
  container.healthOutput = output;
  if (container.health === status) return;
  if (status === 'starting') throw new EngineError(409, `the health of container ${container.name} is known by now`);
  container.health = status;
  emitContainer(state, container, `health_status: ${status}`);
}

export function hasHealthcheck({ spec }: ContainerRecord): boolean {
  const [kind] = spec.healthcheck?.test ?? [];
  return kind !== undefined && kind !== 'NONE';
}

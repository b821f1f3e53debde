import { EngineError } from '../../errors.ts';
import { emitContainer, findContainer } from './containers.ts';
import type { EngineState } from './engine-state.ts';
import { resumeHealthcheck } from './healthcheck.ts';

export function pauseContainer(state: EngineState, nameOrId: string): void {
  const container = findContainer(state, nameOrId);
  if (container.state.status === 'paused') {
    throw new EngineError(409, `Container ${container.id} is already paused`);
  }
  if (container.state.status === 'restarting') {
    throw new EngineError(409, `Container ${container.id} is restarting, wait until the container is running`);
  }
  if (container.state.status !== 'running') throw new EngineError(409, `container ${container.id} is not running`);
  container.state = { ...container.state, status: 'paused' };
  // As nobody looks after it any more. Nobody is told. @see moby, `CloseMonitorChannel`
  if (container.health !== undefined) container.health = 'unhealthy';
  emitContainer(state, container, 'pause');
}

export function unpauseContainer(state: EngineState, nameOrId: string): void {
  const container = findContainer(state, nameOrId);
  if (container.state.status !== 'paused') throw new EngineError(500, `Container ${container.id} is not paused`);
  container.state = { ...container.state, status: 'running' };
  resumeHealthcheck(state, container);
  emitContainer(state, container, 'unpause');
}

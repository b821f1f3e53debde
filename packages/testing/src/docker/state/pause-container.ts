import { EngineError } from '../../errors.ts';
import { emitContainer, findContainer } from './containers.ts';
import type { EngineState } from './engine-state.ts';

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
  emitContainer(state, container, 'pause');
}

export function unpauseContainer(state: EngineState, nameOrId: string): void {
  const container = findContainer(state, nameOrId);
  if (container.state.status !== 'paused') throw new EngineError(500, `Container ${container.id} is not paused`);
  container.state = { ...container.state, status: 'running' };
  emitContainer(state, container, 'unpause');
}

import { EngineError } from '../../errors.ts';
import { isRunning } from './container-record.ts';
import { emitContainer, findContainer } from './containers.ts';
import type { EngineState } from './engine-state.ts';
import { killContainer } from './stop-container.ts';

const reasonToKeep: Readonly<Record<string, string>> = {
  paused: 'container is paused and must be unpaused first',
  running: 'container is running: stop the container before removing or force remove',
};

/** Force kills a running one first. */
export function removeContainer(state: EngineState, nameOrId: string, { force }: { force: boolean }): void {
  const container = findContainer(state, nameOrId);
  if (isRunning(container)) {
    if (!force) {
      throw new EngineError(409, `cannot remove container "${nameOrId}": ${reasonToKeep[container.state.status]}`);
    }
    killContainer(state, container.id);
  }
  if (state.containers.delete(container.id)) emitContainer(state, container, 'destroy');
}

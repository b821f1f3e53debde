import { EngineError } from '../../errors.ts';
import { forgetFuture } from './container-future.ts';
import { hasProcess, isRunning } from './container-record.ts';
import { removeAnonymousVolumes } from './container-resources.ts';
import { closeStreams } from './container-streams.ts';
import { emitContainer, findContainer } from './containers.ts';
import type { EngineState } from './engine-state.ts';
import { killContainer } from './stop-container.ts';

const reasonToKeep: Readonly<Record<string, string>> = {
  paused: 'container is paused and must be unpaused first',
  restarting: 'container is restarting: stop the container before removing or force remove',
  running: 'container is running: stop the container before removing or force remove',
};

/** Force kills a running one first. */
export function removeContainer(
  state: EngineState,
  nameOrId: string,
  { force, volumes = false }: { force: boolean; volumes?: boolean },
): void {
  const container = findContainer(state, nameOrId);
  if (isRunning(container) && !force) {
    const shown = state.profile.isSince28 ? nameOrId : `/${container.name}`;
    throw new EngineError(409, `cannot remove container "${shown}": ${reasonToKeep[container.state.status]}`);
  }
  if (hasProcess(container)) killContainer(state, container.id);
  forgetFuture(container);
  if (!state.containers.delete(container.id)) return;
  closeStreams(container);
  if (volumes) removeAnonymousVolumes(state, container);
  emitContainer(state, container, 'destroy');
}

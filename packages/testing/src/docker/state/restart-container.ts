import { isRunning } from './container-record.ts';
import { emitContainer, findContainer } from './containers.ts';
import type { EngineState } from './engine-state.ts';
import { startContainer } from './start-container.ts';
import { stopContainer } from './stop-container.ts';

/** Starts a stopped one, too. */
export async function restartContainer(
  state: EngineState,
  nameOrId: string,
  options: { readonly timeoutMs?: number | undefined } = {},
): Promise<void> {
  const container = findContainer(state, nameOrId);
  if (isRunning(container)) {
    container.isBeingRestarted = true;
    try {
      await stopContainer(state, container.id, options);
    } finally {
      container.isBeingRestarted = false;
    }
  }
  startContainer(state, container.id);
  emitContainer(state, container, 'restart');
}

import { EngineError } from '../../errors.ts';
import { isRunning } from './container-record.ts';
import { findContainer } from './containers.ts';
import type { EngineState } from './engine-state.ts';

/** Throws at once for an unknown container or condition; the promise resolves to the exit code. */
export function waitContainer(
  state: EngineState,
  nameOrId: string,
  condition: string,
  signal?: AbortSignal,
): Promise<number> {
  const container = findContainer(state, nameOrId);
  let hasExited = false;
  const end = state.events.subscribe(event => {
    if (event.id === container.id && event.action === 'die') hasExited = true;
  });
  const isReached = {
    'not-running': () => hasExited || !isRunning(container),
    'next-exit': () => hasExited || !state.containers.has(container.id),
    removed: () => !state.containers.has(container.id),
  }[condition];
  if (!isReached) {
    end();
    throw new EngineError(400, `invalid condition: "${condition}"`);
  }
  return state.events
    .until(isReached, signal)
    .then(() => container.state.exitCode)
    .finally(end);
}

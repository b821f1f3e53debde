import { EngineError } from '../../errors.ts';
import { startProcess } from './container-process.ts';
import { noRestarts } from './container-record.ts';
import { findContainer } from './containers.ts';
import type { EngineState } from './engine-state.ts';

/** @returns false if it runs already, or waits to be started again */
export function startContainer(state: EngineState, nameOrId: string): boolean {
  const container = findContainer(state, nameOrId);
  const { status } = container.state;
  if (status === 'running' || status === 'restarting') return false;
  if (status === 'paused') throw new EngineError(409, 'cannot start a paused container, try unpause instead');
  container.restarts = noRestarts;
  startProcess(state, container);
  return true;
}

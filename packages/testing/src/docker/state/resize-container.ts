import { EngineError } from '../../errors.ts';
import { isRunning } from './container-record.ts';
import { emitContainer, findContainer } from './containers.ts';
import type { EngineState } from './engine-state.ts';

export interface TerminalSize {
  readonly height: number;
  readonly width: number;
}

/** Nothing of the fake looks at the size of its terminal. */
export function resizeContainer(state: EngineState, nameOrId: string, { height, width }: TerminalSize): void {
  const container = findContainer(state, nameOrId);
  if (!isRunning(container)) throw new EngineError(409, `container ${container.id} is not running`);
  emitContainer(state, container, 'resize', { height: String(height), width: String(width) });
}

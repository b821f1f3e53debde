import type { EngineState } from './engine-state.ts';
import type { EngineEvent } from './event-bus.ts';

/** About no object: its id is empty. */
export function emitPrune(state: EngineState, type: EngineEvent['type'], reclaimedBytes: number): void {
  const attributes = { reclaimed: String(reclaimedBytes) };
  state.events.emit({ type, action: 'prune', id: '', attributes, timeMs: state.clock.now() });
}

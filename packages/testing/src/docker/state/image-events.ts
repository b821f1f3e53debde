import type { EngineState } from './engine-state.ts';
import type { ImageRecord } from './image-store.ts';

/** @param name  what it is called in the event */
export function emitImage(
  state: EngineState,
  action: 'create' | 'tag' | 'untag' | 'delete' | 'save' | 'load' | 'import',
  { id, labels }: Pick<ImageRecord, 'id' | 'labels'>,
  name: string,
): void {
  emit(state, action, id, { ...labels, name });
}

/** It is about a reference, not about an id. */
export function emitTransfer(
  state: EngineState,
  action: 'pull' | 'push',
  reference: string,
  { labels }: Pick<ImageRecord, 'labels'>,
  repository: string,
): void {
  emit(state, action, reference, { ...labels, name: repository });
}

function emit(state: EngineState, action: string, id: string, attributes: Readonly<Record<string, string>>): void {
  state.events.emit({ type: 'image', action, id, attributes, timeMs: state.clock.now() });
}

import type { EngineState } from './engine-state.ts';

/** `pull` and `push` are about a reference, the others about an id. */
export function emitImage(
  state: EngineState,
  action: 'create' | 'pull' | 'push' | 'tag' | 'untag' | 'delete' | 'save' | 'load' | 'import',
  actorId: string,
  image: { readonly id: string; readonly name: string },
): void {
  const labels = state.images.find(image.id)?.labels ?? {};
  const attributes = { ...labels, name: image.name };
  state.events.emit({ type: 'image', action, id: actorId, attributes, timeMs: state.clock.now() });
}

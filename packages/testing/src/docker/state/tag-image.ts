import { canonicalReference, familiarReference, parseImageName } from '../../image/name.ts';
import type { EngineState } from './engine-state.ts';
import { emitImage } from './image-events.ts';

/** Gives an image another name; a tag that named another image moves. */
export function tagImage(state: EngineState, source: string, target: string): void {
  const { id } = state.images.get(source);
  const name = parseImageName(target);
  state.images.name(canonicalReference(name), id);
  emitImage(state, 'tag', id, { id, name: familiarReference(name) });
}

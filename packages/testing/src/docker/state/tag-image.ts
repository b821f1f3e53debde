import { canonicalReference, familiarReference, parseImageName } from '../../image/name.ts';
import type { EngineState } from './engine-state.ts';
import { emitImage } from './image-events.ts';

/** Gives an image another name; a tag that named another image moves. */
export function tagImage(state: EngineState, source: string, target: string): void {
  const image = state.images.get(source);
  const name = parseImageName(target);
  state.images.name(canonicalReference(name), image.id);
  emitImage(state, 'tag', image, familiarReference(name));
}

import type { EngineState } from '../state/engine-state.ts';
import type { ImageRecord } from '../state/image-store.ts';
import { objectOf, objectsOf, stringOf } from './json.ts';

/** `GET /images/{name}/history`, newest first. Only the image itself has an id: what it was built from is not kept. */
export function historyView({ images }: EngineState, image: ImageRecord): readonly Record<string, unknown>[] {
  const steps = objectsOf(objectOf(JSON.parse(image.content.config.bytes.toString())).history);
  let layer = 0;
  const shown = steps.map(step => ({
    Comment: stringOf(step.comment) ?? '',
    Created: Math.floor(Date.parse(stringOf(step.created) ?? image.created) / 1000),
    CreatedBy: stringOf(step.created_by) ?? '',
    Id: '<missing>',
    Size: step.empty_layer === true ? 0 : (image.content.layers[layer++]?.bytes.length ?? 0),
    Tags: null,
  }));
  const tags = images.tagsOf(image.id);
  const last = { Id: image.id, Tags: tags.length > 0 ? tags : null };
  return shown.map((step, index) => (index === shown.length - 1 ? { ...step, ...last } : step)).reverse();
}

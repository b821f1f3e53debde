import { EngineError } from '../../errors.ts';
import { canonicalReference, familiarReference, parseImageName } from '../../image/name.ts';
import { type ContainerRecord, isRunning } from './container-record.ts';
import type { EngineState } from './engine-state.ts';
import { emitImage } from './image-events.ts';
import type { ImageRecord } from './image-store.ts';

export type RemovedImage = { readonly Untagged: string } | { readonly Deleted: string };

/** Takes a name away, and the image too if that was its last. */
export function removeImage(state: EngineState, reference: string, { force }: { force: boolean }): RemovedImage[] {
  const image = state.images.get(reference);
  const isById = image.id.replace('sha256:', '').startsWith(reference.replace('sha256:', ''));
  return isById ? removeById(state, image, force) : removeByName(state, image, reference, force);
}

function removeByName(state: EngineState, image: ImageRecord, reference: string, force: boolean): RemovedImage[] {
  const name = canonicalReference(parseImageName(reference));
  const repository = name.replace(/(:[^:/]+|@sha256:.*)$/, '');
  const others = state.images.namesOf(image.id).filter(other => other !== name);
  const siblings = others.filter(other => other.startsWith(`${repository}:`));
  const digests = name.includes('@') ? [] : others.filter(other => other.startsWith(`${repository}@`));
  const leaving = [name, ...(siblings.length === 0 ? digests : [])];
  const isLast = others.every(other => leaving.includes(other));
  const user = isLast ? userOf(state, image, force) : undefined;
  if (user) {
    const shown = familiarReference(parseImageName(reference));
    throw new EngineError(
      409,
      `conflict: unable to remove repository reference "${shown}" (must force) - container ${user.id.slice(0, 12)} is using its referenced image ${short(image)}`,
    );
  }
  const untagged = untag(state, image, leaving);
  return isLast ? [...untagged, ...deleteImage(state, image)] : untagged;
}

function removeById(state: EngineState, image: ImageRecord, force: boolean): RemovedImage[] {
  const names = state.images.namesOf(image.id);
  const tags = names.filter(name => !name.includes('@'));
  const user = userOf(state, image, force);
  if (user) {
    const [how, what] = isRunning(user) ? ['cannot be forced', 'running'] : ['must be forced', 'stopped'];
    throw new EngineError(
      409,
      `conflict: unable to delete ${short(image)} (${how}) - image is being used by ${what} container ${user.id.slice(0, 12)}`,
    );
  }
  if (tags.length > 1 && !force) {
    throw new EngineError(
      409,
      `conflict: unable to delete ${short(image)} (must be forced) - image is referenced in multiple repositories`,
    );
  }
  return [...untag(state, image, names), ...deleteImage(state, image)];
}

/** Force takes it from stopped containers, never from running ones. */
function userOf(state: EngineState, image: ImageRecord, force: boolean): ContainerRecord | undefined {
  const users = [...state.containers.values()].filter(({ imageId }) => imageId === image.id);
  return users.find(isRunning) ?? (force ? undefined : users[0]);
}

function untag(state: EngineState, image: ImageRecord, names: readonly string[]): RemovedImage[] {
  return names.map(name => {
    state.images.unname(name);
    emitImage(state, 'untag', image.id, { id: image.id, name: image.id });
    return { Untagged: familiarReference(parseImageName(name)) };
  });
}

function deleteImage(state: EngineState, image: ImageRecord): RemovedImage[] {
  emitImage(state, 'delete', image.id, { id: image.id, name: image.id });
  state.images.delete(image.id);
  return [{ Deleted: image.id }];
}

function short({ id }: ImageRecord): string {
  return id.slice('sha256:'.length, 'sha256:'.length + 12);
}

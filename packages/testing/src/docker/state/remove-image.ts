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
  const others = state.images.namesOf(image.id).filter(other => other !== name);
  const leaving = [name, ...(name.includes('@') ? [] : digestsThatLeave(name, others))];
  const isLast = others.every(other => leaving.includes(other));
  const user = userOf(state, image);
  if (isLast && user && !force) {
    const shown = familiarReference(parseImageName(reference));
    const what =
      state.imageStore === 'classic'
        ? `unable to remove repository reference "${shown}" (must force)`
        : `unable to delete ${shown} (must be forced)`;
    const why = `container ${user.id.slice(0, 12)} is using its referenced image ${short(image)}`;
    throw new EngineError(409, `conflict: ${what} - ${why}`);
  }
  // One that a container runs from stays, without a name.
  const isKept = !isLast || (user !== undefined && isRunning(user));
  const untagged = untag(state, image, leaving, { events: 1 });
  return isKept ? untagged : [...untagged, ...deleteImage(state, image)];
}

/** With the last tag of a repository go its digests. */
function digestsThatLeave(name: string, others: readonly string[]): readonly string[] {
  const repository = name.replace(/:[^:/]+$/, '');
  if (others.some(other => other.startsWith(`${repository}:`))) return [];
  return others.filter(other => other.startsWith(`${repository}@`));
}

function removeById(state: EngineState, image: ImageRecord, force: boolean): RemovedImage[] {
  const names = [...state.images.namesOf(image.id)].sort();
  const tags = names.filter(name => !name.includes('@'));
  const user = userOf(state, image);
  if (user && (!force || isRunning(user))) {
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
  return [...untag(state, image, names, { events: names.length }), ...deleteImage(state, image)];
}

/** What no container is made from goes, with all its names. */
export function deleteUnused(state: EngineState, image: ImageRecord): RemovedImage[] {
  const names = [...state.images.namesOf(image.id)].sort();
  if (state.imageStore === 'classic') {
    return [...untag(state, image, names, { events: 1 }), ...deleteImage(state, image)];
  }
  const shown = names.length === 0 ? [image.id] : names.map(name => familiarReference(parseImageName(name)));
  for (const name of shown) emitImage(state, 'untag', { ...image, labels: {} }, name);
  state.images.delete(image.id);
  emitImage(state, 'delete', { ...image, labels: {} }, shown.at(-1) ?? image.id);
  return [...shown.map(name => ({ Untagged: name })), { Deleted: image.id }];
}

/** A running one if there is one. */
function userOf(state: EngineState, image: ImageRecord): ContainerRecord | undefined {
  const users = [...state.containers.values()].filter(({ imageId }) => imageId === image.id);
  return users.find(isRunning) ?? users[0];
}

/** @param options.events  how many of them are told of */
function untag(
  state: EngineState,
  image: ImageRecord,
  names: readonly string[],
  { events }: { readonly events: number },
): RemovedImage[] {
  return names.map((name, index) => {
    const shown = familiarReference(parseImageName(name));
    if (index < events) {
      if (state.imageStore === 'classic') emitImage(state, 'untag', image, image.id);
      else emitImage(state, 'untag', { ...image, labels: {} }, shown);
    }
    state.images.unname(name);
    return { Untagged: shown };
  });
}

/** Its layers go, too, if no other image and no container stands on them. */
function deleteImage(state: EngineState, image: ImageRecord): RemovedImage[] {
  state.images.delete(image.id);
  emitImage(state, 'delete', { ...image, labels: {} }, image.id);
  const isStoodOn =
    userOf(state, image) !== undefined ||
    state.images.all().some(({ diffIds }) => diffIds.some(layer => image.diffIds.includes(layer)));
  const layers = state.imageStore === 'containerd' || isStoodOn ? [] : image.diffIds;
  return [image.id, ...layers].map(id => ({ Deleted: id }));
}

function short({ id }: ImageRecord): string {
  return id.slice('sha256:'.length, 'sha256:'.length + 12);
}

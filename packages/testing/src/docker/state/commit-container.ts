import { layerOf } from '../../files/layers.ts';
import { writeTar } from '../../files/tar.ts';
import { familiarReference, parseImageName } from '../../image/name.ts';
import { jsonContent, layerContent, mediaTypes, sha256, withManifest } from '../../registry/image-bytes.ts';
import { objectOf } from '../wire/json.ts';
import { filesOf } from './container-files.ts';
import type { ContainerRecord } from './container-record.ts';
import { emitContainer } from './containers.ts';
import type { EngineState } from './engine-state.ts';
import { addImage } from './image-archive.ts';
import { emitImage } from './image-events.ts';
import { tagImage } from './tag-image.ts';

export interface CommitOptions {
  /** Empty: the image has no name. */
  readonly reference: string;
  readonly author: string;
  readonly comment: string;
  /** Fields of an image's `config` that are not the container's. */
  readonly changes: Readonly<Record<string, unknown>>;
}

/** Makes an image of what a container has become. @returns its id */
export function commitContainer(
  state: EngineState,
  container: ContainerRecord,
  { reference, author, comment, changes }: CommitOptions,
): string {
  const { image, spec } = container;
  const before = objectOf(JSON.parse(image.content.config.bytes.toString()));
  const changed = layerOf(state.images.rootOf(image), filesOf(state, container).root);
  const tar = writeTar(changed);
  const created = new Date(state.clock.now()).toISOString();
  const history = Array.isArray(before.history) ? before.history : [];
  const config = jsonContent(mediaTypes.config, {
    ...before,
    created,
    author,
    comment,
    config: {
      ...objectOf(before.config),
      Env: spec.env,
      Cmd: spec.command,
      ...(spec.entrypoint.length > 0 && { Entrypoint: spec.entrypoint }),
      Labels: spec.labels,
      ...changes,
    },
    rootfs: { type: 'layers', diff_ids: [...image.diffIds, sha256(tar)] },
    history: [...history, { created, author, comment, created_by: [...spec.entrypoint, ...spec.command].join(' ') }],
  });
  const layers = [...image.content.layers, layerContent(tar)];
  const { id } = addImage(state, withManifest(config, layers));
  if (state.profile.tellsOfNewImages) emitImage(state, 'create', state.images.get(id), id);
  const name = reference === '' ? undefined : parseImageName(reference);
  if (name) tagImage(state, id, reference);
  const shown = name ? { imageRef: familiarReference(name) } : {};
  emitContainer(state, container, 'commit', { comment, imageID: id, ...shown });
  return id;
}

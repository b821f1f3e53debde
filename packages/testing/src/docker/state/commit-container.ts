import { layerOf } from '../../files/layers.ts';
import { writeTar } from '../../files/tar.ts';
import { familiarReference, parseImageName } from '../../image/name.ts';
import { jsonContent, layerContent, mediaTypes, sha256, withManifest } from '../../registry/image-bytes.ts';
import { objectOf } from '../wire/json.ts';
import { filesOf, hostnameOf } from './container-files.ts';
import type { ContainerRecord } from './container-record.ts';
import { emitContainer } from './containers.ts';
import type { EngineState } from './engine-state.ts';
import { addImage } from './image-archive.ts';
import type { ImageChanges } from './image-changes.ts';
import { emitImage } from './image-events.ts';
import { tagImage } from './tag-image.ts';

export interface CommitOptions {
  /** Empty: the image has no name. */
  readonly reference: string;
  readonly author: string;
  readonly comment: string;
  /** What goes before the container's own configuration. */
  readonly changes: ImageChanges;
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
    config: merge(changes, {
      ...objectOf(before.config),
      ...(!state.profile.isSince28 && { Hostname: hostnameOf(container), Image: spec.image }),
      ...(spec.exposedPorts.length > 0 && {
        ExposedPorts: Object.fromEntries(spec.exposedPorts.map(one => [one, {}])),
      }),
      Env: spec.env,
      Cmd: spec.command,
      ...(spec.entrypoint.length > 0 && { Entrypoint: spec.entrypoint }),
      Labels: spec.labels,
    }),
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

/** Lists and maps have both; of a variable the change counts. An entrypoint of one's own has no command of the other's. */
function merge(changes: ImageChanges, own: ImageChanges): ImageChanges {
  const { Env = [], Labels, ExposedPorts, Volumes } = changes;
  const variables = (list: unknown): [string, string][] =>
    (list as string[]).map(one => [one.split('=', 1)[0] ?? '', one]);
  const both = (name: string, map: unknown): ImageChanges =>
    map || own[name] ? { [name]: { ...objectOf(own[name]), ...objectOf(map) } } : {};
  return {
    ...own,
    ...(changes.Entrypoint !== undefined && { Cmd: null }),
    ...changes,
    Env: [...new Map([...variables(own.Env), ...variables(Env)]).values()],
    ...both('Labels', Labels),
    ...both('ExposedPorts', ExposedPorts),
    ...both('Volumes', Volumes),
  };
}

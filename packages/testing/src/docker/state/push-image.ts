import { EngineError } from '../../errors.ts';
import {
  canonicalReference,
  familiarReference,
  familiarRepository,
  type ImageName,
  parseImageName,
} from '../../image/name.ts';
import { RegistryError } from '../../registry/failures.ts';
import { type Content, type ImageBytes, jsonContent, mediaTypes } from '../../registry/image-bytes.ts';
import type { EngineState } from './engine-state.ts';
import { emitTransfer } from './image-events.ts';
import type { PullCredentials } from './pull-image.ts';

/** One line of a push, as the API sends it. */
export type PushLine =
  | { readonly status: string; readonly id?: string; readonly progressDetail?: Readonly<Record<string, never>> }
  | {
      readonly progressDetail: Readonly<Record<string, never>>;
      readonly aux: { readonly Tag: string; readonly Digest: string; readonly Size: number };
    };

/** The lines of the push; a tag is in the registry once its last line was taken. Without a tag: all of the repository. */
export function* pushImage(
  state: EngineState,
  name: ImageName,
  credentials: PullCredentials | undefined,
): Generator<PushLine, void, undefined> {
  const repository = familiarRepository(name);
  const shown = name.domain === 'docker.io' ? `docker.io/${name.path}` : repository;
  yield { status: `The push refers to repository [${shown}]` };
  const tags = tagsOf(state, name);
  checkTags(state, name, tags);
  const isAll = name.tag === undefined && state.imageStore === 'classic';
  for (const tag of name.tag === undefined ? tags : [name.tag]) {
    const id = yield* pushTag(state, { ...name, tag }, credentials);
    if (!isAll) emitTransfer(state, 'push', familiarReference({ ...name, tag }), state.images.get(id), repository);
  }
  // With containerd, each tag is told of.
  if (isAll) emitTransfer(state, 'push', repository, { labels: {} }, repository);
}

function checkTags({ imageStore }: EngineState, name: ImageName, tags: readonly string[]): void {
  if (tags.length === 0 && (name.tag === undefined || imageStore === 'classic')) {
    throw new EngineError(404, `An image does not exist locally with the tag: ${familiarRepository(name)}`);
  }
  if (name.tag !== undefined && !tags.includes(name.tag)) {
    throw new EngineError(404, `tag does not exist: ${familiarReference(name)}`);
  }
}

/** @returns the image’s id */
function* pushTag(
  state: EngineState,
  name: ImageName & { readonly tag: string },
  credentials: PullCredentials | undefined,
): Generator<PushLine, string, undefined> {
  const isClassic = state.imageStore === 'classic';
  const { content, id, diffIds, os, architecture } = state.images.get(canonicalReference(name));
  const layers = content.layers.map(({ digest }, index) => ({
    digest,
    id: ((isClassic ? diffIds[index] : undefined) ?? digest).slice('sha256:'.length, 'sha256:'.length + 12),
  }));
  for (const layer of isClassic ? layers : []) yield { status: 'Preparing', progressDetail: {}, id: layer.id };
  ask(() => state.registry.checkPush(name, credentials));
  for (const layer of layers) {
    yield { status: whatOf(state, { name, id, digest: layer.digest }), progressDetail: {}, id: layer.id };
  }
  const sent = isClassic ? inSchema2(content) : content;
  const { digest, bytes } = sent.manifest;
  const platform = `${os}/${architecture}`;
  state.registry.keep(name.path, name.tag, { content: sent.manifest, platforms: [{ ...sent, platform }] });
  if (isClassic) state.images.name(canonicalReference({ ...name, digest }), id);
  yield { status: `${name.tag}: digest: ${digest} size: ${bytes.length}` };
  if (isClassic) yield { progressDetail: {}, aux: { Tag: name.tag, Digest: digest, Size: bytes.length } };
  return id;
}

/** What becomes of a layer: the registry may have it, in this repository or in another that the image is known from. */
function whatOf(
  { images, registry }: EngineState,
  { name, id, digest }: { readonly name: ImageName; readonly id: string; readonly digest: string },
): string {
  if (registry.hasBlob(name, digest)) return 'Layer already exists';
  const from = images
    .namesOf(id)
    .map(parseImageName)
    .find(other => other.domain === name.domain && registry.hasBlob(other, digest));
  return from ? `Mounted from ${from.path}` : 'Pushed';
}

/** Docker’s own manifest, whatever the image came with. @see Distribution, "Image Manifest Version 2, Schema 2" */
function inSchema2({ config, layers }: ImageBytes): ImageBytes {
  const docker = 'application/vnd.docker';
  const describe = ({ digest, bytes }: Content, mediaType: string): object => ({
    ...{ mediaType, size: bytes.length, digest },
  });
  const manifest = jsonContent(mediaTypes.schema2, {
    schemaVersion: 2,
    mediaType: mediaTypes.schema2,
    config: describe(config, `${docker}.container.image.v1+json`),
    layers: layers.map(layer => describe(layer, `${docker}.image.rootfs.diff.tar.gzip`)),
  });
  return { config, layers, manifest };
}

function tagsOf({ images }: EngineState, { domain, path }: ImageName): string[] {
  const repository = `${domain}/${path}:`;
  return images
    .all()
    .flatMap(({ id }) => images.namesOf(id))
    .flatMap(name => (name.startsWith(repository) ? [name.slice(repository.length)] : []));
}

/** The registry's refusals in the engine's words. */
function ask(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    const { status, code, message } = error;
    if (status === 401) throw new EngineError(401, `unauthorized: ${message}`);
    if (status === 403) throw new EngineError(403, 'denied: requested access to the resource is denied');
    throw new EngineError(500, `${code.toLowerCase()}: ${message}`);
  }
}

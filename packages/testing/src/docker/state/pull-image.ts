import { EngineError } from '../../errors.ts';
import { canonicalReference, familiarReference, familiarRepository, type ImageName } from '../../image/name.ts';
import type { StoredManifest, StoredPlatform } from '../../registry/content-store.ts';
import { RegistryError } from '../../registry/failures.ts';
import type { Content, ImageBytes } from '../../registry/image-bytes.ts';
import type { EngineState } from './engine-state.ts';
import { parseImageConfig } from './image-config.ts';
import { emitTransfer } from './image-events.ts';
import type { ImageRecord } from './image-store.ts';
import { refusedBlob, refusedManifest } from './pull-refusals.ts';

/** One line of a pull, as the API sends it. */
export interface PullLine {
  readonly status: string;
  readonly id?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number; readonly hidecounts?: boolean };
  readonly progress?: string;
}

export interface PullCredentials {
  readonly username?: string;
  readonly password?: string;
  readonly identityToken?: string;
  readonly registryToken?: string;
}

/** The platform that the fake engine runs on. */
const platform = 'linux/amd64';

/**
 * Asks the registry and returns the lines of the pull; the image is there once the last one was taken.
 *
 * @throws EngineError at once for what the engine answers with a status, or while iterating for what it answers inside
 * the stream
 */
export function pullImage(state: EngineState, name: ImageName, credentials?: PullCredentials): Iterable<PullLine> {
  const manifest = manifestOf(state, name, credentials);
  return tell(state, name, familiarReference(name), download(state, name, manifest, platformOf(manifest)));
}

function manifestOf(state: EngineState, name: ImageName, credentials: PullCredentials | undefined): StoredManifest {
  return askRegistry(
    error => refusedManifest(state, name, error),
    () => state.registry.manifestFor(name, credentials),
  );
}

function platformOf({ platforms }: StoredManifest): StoredPlatform {
  const image = platforms.find(one => one.platform === platform);
  if (!image) throw new EngineError(404, `no matching manifest for ${platform} in the manifest list entries`);
  return image;
}

/** Every tag that the repository has, one after the other. @throws EngineError as `pullImage` */
export function pullAllTags(state: EngineState, name: ImageName, credentials?: PullCredentials): Iterable<PullLine> {
  const tags = askRegistry(
    error => refusedManifest(state, name, error),
    () => state.registry.tagsFor(name, credentials),
  );
  return downloadAll(state, name, tags, credentials);
}

function* downloadAll(
  state: EngineState,
  name: ImageName,
  tags: readonly string[],
  credentials: PullCredentials | undefined,
): Iterable<PullLine> {
  if (state.imageStore === 'containerd') {
    for (const tag of tags) yield* pullImage(state, { ...name, tag }, credentials);
    return;
  }
  const downloads = tags.map(tag => {
    const tagged = { ...name, tag };
    const manifest = manifestOf(state, tagged, credentials);
    return download(state, tagged, manifest, platformOf(manifest));
  });
  yield* tell(state, name, familiarRepository(name), all(downloads));
}

type Download = Generator<PullLine, { readonly isNew: boolean; readonly image: Pick<ImageRecord, 'labels'> }>;

/** One event about all of it, which has no labels of any. */
function* all(downloads: readonly Download[]): Download {
  let isNew = false;
  for (const download of downloads) {
    const done = yield* download;
    isNew ||= done.isNew;
  }
  return { isNew, image: { labels: {} } };
}

/** @param reference  what was asked for, as it is told of */
function* tell(state: EngineState, name: ImageName, reference: string, download: Download): Iterable<PullLine> {
  const { isNew, image } = yield* download;
  emitTransfer(state, 'pull', reference, image, familiarRepository(name));
  yield { status: `Status: ${isNew ? 'Downloaded newer image' : 'Image is up to date'} for ${reference}` };
}

function* download(state: EngineState, name: ImageName, manifest: StoredManifest, image: StoredPlatform): Download {
  const reference = familiarReference(name);
  const isNew = state.images.find(reference)?.id !== idOf(state, manifest, image);
  const source = name.domain === 'docker.io' ? name.path : familiarRepository(name).replace(`${name.domain}/`, '');
  yield { status: `Pulling from ${source}`, id: name.digest ? reference : (name.tag ?? 'latest') };
  const isKnown = state.images.find(image.config.digest) !== undefined;
  if (!isKnown) for (const layer of image.layers) yield* downloadLayer(state, name, { config: image.config, layer });
  yield { status: `Digest: ${manifest.content.digest}` };
  return { isNew, image: store(state, name, manifest, image) };
}

function* downloadLayer(
  state: EngineState,
  name: ImageName,
  { config, layer }: { readonly config: Content; readonly layer: Content },
): Iterable<PullLine> {
  const isContainerd = state.imageStore === 'containerd';
  if (isContainerd && state.images.hasLayer(layer.digest)) return;
  const id = layer.digest.slice('sha256:'.length, 'sha256:'.length + 12);
  if (state.images.hasLayer(layer.digest)) {
    yield { status: 'Already exists', progressDetail: {}, id };
    return;
  }
  const checkBlobs = (): void =>
    askRegistry(
      error => refusedBlob(state, config, error),
      () => state.registry.checkBlobs(name),
    );
  if (isContainerd) checkBlobs();
  yield { status: 'Pulling fs layer', progressDetail: {}, id };
  if (!isContainerd) checkBlobs();
  if (isContainerd) {
    yield { status: 'Download complete', progressDetail: { hidecounts: true }, id };
    yield { status: 'Pull complete', progressDetail: { hidecounts: true }, id };
    return;
  }
  const total = layer.bytes.length;
  const done = { progressDetail: { current: total, total }, progress: `[${'='.repeat(50)}>] ${total}B/${total}B`, id };
  yield { status: 'Downloading', ...done };
  yield { status: 'Verifying Checksum', progressDetail: {}, id };
  yield { status: 'Download complete', progressDetail: {}, id };
  yield { status: 'Extracting', ...done };
  yield { status: 'Pull complete', progressDetail: {}, id };
}

/** A moved tag leaves the old image its digests, so that it shows as `<none>`. */
function store(state: EngineState, name: ImageName, manifest: StoredManifest, image: StoredPlatform): ImageRecord {
  const id = idOf(state, manifest, image);
  state.images.add(imageRecord(state, id, image));
  const byDigest = canonicalReference({ ...name, digest: manifest.content.digest });
  if (name.digest || state.imageStore === 'classic') state.images.name(byDigest, id);
  if (!name.digest) state.images.name(canonicalReference(name), id);
  return state.images.get(id);
}

/** What the engine keeps of an image, whatever it came from. */
export function imageRecord({ registry, clock }: EngineState, id: string, content: ImageBytes): ImageRecord {
  const config = parseImageConfig(content.config.bytes);
  return {
    ...config,
    id,
    sizeBytes: content.layers.reduce((sum, { bytes }) => sum + bytes.length, 0),
    layerDigests: content.layers.map(({ digest }) => digest),
    labels: config.config.Labels ?? {},
    behaviour: registry.behaviour(content.config.digest),
    content,
    pulledMs: clock.now(),
  };
}

function idOf({ imageStore }: EngineState, { content }: StoredManifest, { config }: StoredPlatform): string {
  return imageStore === 'containerd' ? content.digest : config.digest;
}

/** The registry's refusals in the engine's words. */
function askRegistry<T>(translate: (error: RegistryError) => EngineError, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    throw translate(error);
  }
}

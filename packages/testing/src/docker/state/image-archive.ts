import { gunzipSync } from 'node:zlib';
import { EngineError } from '../../errors.ts';
import { makeFile } from '../../files/file-node.ts';
import { readTar } from '../../files/read-tar.ts';
import { type TarEntry, writeTar } from '../../files/tar.ts';
import { canonicalReference, familiarReference, parseImageName } from '../../image/name.ts';
import {
  content,
  type ImageBytes,
  layerContent,
  mediaTypes,
  sha256,
  withManifest,
} from '../../registry/image-bytes.ts';
import type { EngineState } from './engine-state.ts';
import { emitImage } from './image-events.ts';
import type { ImageRecord } from './image-store.ts';
import { imageRecord } from './pull-image.ts';

/** One element of an archive's `manifest.json`. */
interface ArchivedImage {
  readonly Config: string;
  readonly RepoTags: readonly string[] | null;
  readonly Layers: readonly string[];
}

/** What `docker save` writes: images with their tags, or the tags that were asked for. */
export function saveImages(state: EngineState, references: readonly string[]): Buffer {
  const wanted = references.map(reference => ({ reference, image: state.images.get(reference) }));
  const files = new Map<string, Buffer>();
  const manifest = new Map<string, ArchivedImage>();
  for (const { reference, image } of wanted) {
    const layers = image.content.layers.map(({ bytes }) => addBlob(files, gunzipSync(bytes)));
    const config = addBlob(files, image.content.config.bytes);
    const tags = new Set(manifest.get(image.id)?.RepoTags ?? []);
    if (!isId(image, reference)) tags.add(familiarReference(parseImageName(reference)));
    manifest.set(image.id, { Config: config, RepoTags: tags.size > 0 ? [...tags] : null, Layers: layers });
  }
  for (const { image } of wanted) emitImage(state, 'save', image, image.id);
  files.set('manifest.json', Buffer.from(JSON.stringify([...manifest.values()])));
  files.set('oci-layout', Buffer.from(JSON.stringify({ imageLayoutVersion: '1.0.0' })));
  const folders: TarEntry[] = ['blobs', 'blobs/sha256'].map(path => ({ ...attributes, kind: 'directory', path }));
  return writeTar([...folders, ...[...files].map(([path, bytes]) => ({ ...makeFile(bytes), path }))]);
}

/** What `docker load` prints, one line for each image. */
export function loadImages(state: EngineState, archive: Buffer): readonly string[] {
  const files = new Map(
    readEntries(archive).flatMap(entry => (entry.kind === 'file' ? [[entry.path, entry.bytes]] : [])),
  );
  const manifest = files.get('manifest.json');
  if (!manifest) throw new EngineError(500, unknownFormat(state));
  const images: readonly ArchivedImage[] = JSON.parse(manifest.toString());
  return images.flatMap(({ Config, RepoTags, Layers }) => {
    const config = content(mediaTypes.config, fileIn(files, Config));
    const { id } = addImage(
      state,
      withManifest(
        config,
        Layers.map(layer => layerContent(plain(fileIn(files, layer)))),
      ),
    );
    for (const tag of RepoTags ?? []) state.images.name(canonicalReference(parseImageName(tag)), id);
    emitImage(state, 'load', state.images.get(id), id);
    return RepoTags?.length ? RepoTags.map(tag => `Loaded image: ${tag}\n`) : [`Loaded image ID: ${id}\n`];
  });
}

/** Keeps an image that came neither from a registry nor from a build. */
export function addImage(state: EngineState, bytes: ImageBytes): ImageRecord {
  const id = state.imageStore === 'containerd' ? bytes.manifest.digest : bytes.config.digest;
  const image = imageRecord(state, id, bytes);
  state.images.add(image);
  return image;
}

const attributes = { mode: 0o755, uid: 0, gid: 0, modifiedMs: 0 };

function addBlob(files: Map<string, Buffer>, bytes: Buffer): string {
  const path = `blobs/${sha256(bytes).replace(':', '/')}`;
  files.set(path, bytes);
  return path;
}

function isId({ id }: ImageRecord, reference: string): boolean {
  return id.replace('sha256:', '').startsWith(reference.replace('sha256:', ''));
}

function readEntries(archive: Buffer): TarEntry[] {
  try {
    return readTar(archive);
  } catch (error) {
    throw new EngineError(500, error instanceof Error ? error.message : String(error));
  }
}

/** What an engine says that looks for the older format, too. */
function unknownFormat({ imageStore, dataDirectory }: EngineState): string {
  if (imageStore === 'containerd') return 'unrecognized image format';
  return `open ${dataDirectory}/tmp/docker-import-1/repositories: no such file or directory`;
}

function fileIn(files: ReadonlyMap<string, Buffer>, path: string): Buffer {
  const bytes = files.get(path);
  if (!bytes) throw new EngineError(500, `open ${path}: no such file or directory`);
  return bytes;
}

function plain(layer: Buffer): Buffer {
  return layer[0] === 0x1f && layer[1] === 0x8b ? gunzipSync(layer) : layer;
}

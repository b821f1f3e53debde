import { createHash } from 'node:crypto';
import type { ContentStore, StoredPlatform } from './content-store.ts';
import { RegistryError } from './failures.ts';
import type { Content } from './image-bytes.ts';

/** What is being sent to a registry, by its number. @see OCI Distribution Spec v1.1, "Push" */
export class Uploads {
  readonly #parts = new Map<string, Buffer[]>();
  #count = 0;

  /** @returns its id */
  start(): string {
    this.#count += 1;
    const id = String(this.#count);
    this.#parts.set(id, []);
    return id;
  }

  /** @returns how many bytes there are now */
  append(id: string, bytes: Buffer): number {
    const parts = this.#partsOf(id);
    parts.push(bytes);
    return parts.reduce((sum, { length }) => sum + length, 0);
  }

  /** All of it, which must be what it is said to be. */
  end(id: string, digest: string): Buffer {
    const bytes = Buffer.concat(this.#partsOf(id));
    this.#parts.delete(id);
    checkDigest(bytes, digest);
    return bytes;
  }

  #partsOf(id: string): Buffer[] {
    const parts = this.#parts.get(id);
    if (!parts) throw new RegistryError(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry');
    return parts;
  }
}

/** Makes a manifest of what was sent; all that it names must be here. */
export function storeManifest(
  contents: ContentStore,
  { path, reference, mediaType, bytes }: { path: string; reference: string; mediaType: string; bytes: Buffer },
): Content {
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const isDigest = reference.includes(':');
  if (isDigest) checkDigest(bytes, reference);
  const content = { digest, mediaType, bytes };
  const { manifests } = readJson(bytes);
  const platforms = Array.isArray(manifests)
    ? manifests.flatMap(one => contents.manifest(path, String(one?.digest))?.platforms ?? [])
    : [platformOf(contents, path, content)];
  contents.add(path, isDigest ? undefined : reference, { content, platforms });
  return content;
}

function platformOf(contents: ContentStore, path: string, manifest: Content): StoredPlatform {
  const { config, layers } = readJson(manifest.bytes);
  const blob = (of: unknown): Content => {
    const { digest, mediaType } = toObject(of);
    const found = contents.blob(path, String(digest));
    if (!found) throw new RegistryError(404, 'MANIFEST_BLOB_UNKNOWN', 'blob unknown to registry', {}, digest);
    return { ...found, mediaType: String(mediaType) };
  };
  const configBlob = blob(config);
  const { os, architecture } = readJson(configBlob.bytes);
  const all = Array.isArray(layers) ? layers.map(blob) : [];
  return { platform: `${os}/${architecture}`, manifest, config: configBlob, layers: all };
}

function checkDigest(bytes: Buffer, digest: string): void {
  const found = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  if (found === digest) return;
  throw new RegistryError(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
}

function readJson(bytes: Buffer): Readonly<Record<string, unknown>> {
  return toObject(JSON.parse(bytes.toString()));
}

function toObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

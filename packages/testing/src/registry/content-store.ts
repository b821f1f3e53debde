import type { Content } from './image-bytes.ts';
import type { Artifact } from './sign-image.ts';

/** Where a tag or digest leads. */
export interface StoredManifest {
  readonly content: Content;
  readonly platforms: readonly StoredPlatform[];
}

/** One platform's image; a manifest that is no index has exactly one. */
export interface StoredPlatform {
  readonly platform: string;
  readonly manifest: Content;
  readonly config: Content;
  readonly layers: readonly Content[];
}

interface Repository {
  readonly tags: Map<string, string>;
  readonly manifests: Map<string, StoredManifest>;
  readonly blobs: Map<string, Content>;
  /** By the digest of what they are about. */
  readonly referrers: Map<string, readonly Content[]>;
}

/** Repositories by path (`acme/web`), without a host: the fake registry stands for every registry. */
export class ContentStore {
  readonly #repositories = new Map<string, Repository>();

  add(path: string, tag: string | undefined, manifest: StoredManifest): void {
    const repository = this.#repository(path);
    repository.manifests.set(manifest.content.digest, manifest);
    for (const one of manifest.platforms) {
      repository.manifests.set(one.manifest.digest, { content: one.manifest, platforms: [one] });
      repository.blobs.set(one.config.digest, one.config);
      for (const layer of one.layers) repository.blobs.set(layer.digest, layer);
    }
    if (tag !== undefined) repository.tags.set(tag, manifest.content.digest);
  }

  /** Something that is no image, with all that it names. */
  addArtifact(path: string, { manifest, blobs }: Artifact): void {
    const repository = this.#repository(path);
    repository.manifests.set(manifest.digest, { content: manifest, platforms: [] });
    for (const blob of blobs) repository.blobs.set(blob.digest, blob);
  }

  addReferrer(path: string, subject: string, artifact: Artifact): void {
    this.addArtifact(path, artifact);
    this.#repository(path).referrers.set(subject, [...this.referrers(path, subject), artifact.manifest]);
  }

  referrers(path: string, subject: string): readonly Content[] {
    return this.#repositories.get(path)?.referrers.get(subject) ?? [];
  }

  #repository(path: string): Repository {
    const empty = { tags: new Map(), manifests: new Map(), blobs: new Map(), referrers: new Map() };
    const repository = this.#repositories.get(path) ?? empty;
    this.#repositories.set(path, repository);
    return repository;
  }

  setTag(path: string, tag: string, digest: string): void {
    this.#repository(path).tags.set(tag, digest);
  }

  addBlob(path: string, blob: Content): void {
    this.#repository(path).blobs.set(blob.digest, blob);
  }

  removeTag(path: string, tag: string): boolean {
    return this.#repositories.get(path)?.tags.delete(tag) ?? false;
  }

  has(path: string): boolean {
    return this.#repositories.has(path);
  }

  tags(path: string): readonly string[] | undefined {
    const repository = this.#repositories.get(path);
    return repository && [...repository.tags.keys()].sort();
  }

  /** @param target  a tag or a digest */
  manifest(path: string, target: string): StoredManifest | undefined {
    const repository = this.#repositories.get(path);
    return repository?.manifests.get(repository.tags.get(target) ?? target);
  }

  blob(path: string, digest: string): Content | undefined {
    return this.#repositories.get(path)?.blobs.get(digest);
  }
}

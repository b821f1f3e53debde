import { EngineError } from '../../errors.ts';
import type { FileNode } from '../../files/file-node.ts';
import { applyLayers } from '../../files/layers.ts';
import { usualFiles } from '../../files/usual-files.ts';
import { canonicalReference, familiarReference, familiarRepository, parseImageName } from '../../image/name.ts';
import { applets } from '../../process/applets.ts';
import type { Behaviour } from '../../registry/behaviour.ts';
import type { ImageBytes } from '../../registry/image-bytes.ts';

/** An image the engine has. */
export interface ImageRecord {
  readonly id: string;
  /** ISO 8601 */
  readonly created: string;
  readonly author: string;
  readonly comment: string;
  readonly os: string;
  readonly architecture: string;
  readonly sizeBytes: number;
  readonly diffIds: readonly string[];
  readonly layerDigests: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly config: ImageConfig;
  readonly behaviour: Behaviour;
  readonly content: ImageBytes;
  /** When it came. */
  readonly pulledMs: number;
}

/** The `config` of an image's configuration. */
export interface ImageConfig {
  readonly Env?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Labels?: Readonly<Record<string, string>>;
  readonly ExposedPorts?: Readonly<Record<string, unknown>>;
  readonly Healthcheck?: { readonly Test?: readonly string[] };
  readonly WorkingDir?: string;
  readonly User?: string;
  readonly Volumes?: Readonly<Record<string, unknown>>;
  readonly OnBuild?: readonly string[];
}

/** `classic`: an image's id is its config's digest. `containerd`: it is the digest the tag resolves to. */
export type ImageStoreKind = 'classic' | 'containerd';

/** Images by id, and the names that lead to them: `repository:tag` and `repository@digest`. */
export class ImageStore {
  readonly #images = new Map<string, ImageRecord>();
  readonly #names = new Map<string, string>();
  readonly #roots = new WeakMap<ImageRecord, FileNode>();
  readonly #usualFiles = usualFiles(Object.keys(applets));
  readonly #kind: ImageStoreKind;

  constructor(kind: ImageStoreKind) {
    this.#kind = kind;
  }

  all(): readonly ImageRecord[] {
    return [...this.#images.values()];
  }

  add(image: ImageRecord): void {
    if (!this.#images.has(image.id)) this.#images.set(image.id, image);
  }

  /** A name that led to another image moves. */
  name(canonical: string, id: string): void {
    this.#names.set(canonical, id);
  }

  unname(canonical: string): void {
    this.#names.delete(canonical);
  }

  delete(id: string): void {
    this.#images.delete(id);
    for (const [name, target] of this.#names) if (target === id) this.#names.delete(name);
  }

  /** By name, full id, or the beginning of an id; `undefined` if there is none. */
  find(reference: string): ImageRecord | undefined {
    const byId = this.#images.get(reference) ?? this.#images.get(`sha256:${reference}`);
    if (byId) return byId;
    const byName = this.#byName(reference);
    if (byName) return byName;
    const prefix = reference.replace(/^sha256:/, '');
    if (!/^[0-9a-f]{2,64}$/.test(prefix)) return undefined;
    return this.all().find(({ id }) => id.startsWith(`sha256:${prefix}`));
  }

  get(reference: string): ImageRecord {
    const image = this.find(reference);
    if (!image) throw new EngineError(404, `No such image: ${withTag(reference)}`);
    return image;
  }

  /** Canonical names of an image, in the order they were given. */
  namesOf(id: string): readonly string[] {
    return [...this.#names].filter(([, target]) => target === id).map(([name]) => name);
  }

  /** As the engine shows them, e.g. `acme/web:latest`. */
  tagsOf(id: string): string[] {
    return this.#shown(id, name => !name.includes('@'));
  }

  /** As the engine shows them, e.g. `acme/web@sha256:…`. */
  digestsOf(id: string): string[] {
    const digests = this.#shown(id, name => name.includes('@'));
    if (this.#kind === 'classic') return digests;
    // containerd has but one digest, and shows it for each repository that a tag is in.
    const ofTags = this.tagsOf(id).map(tag => `${familiarRepository(parseImageName(tag))}@${id}`);
    return [...new Set([...digests, ...ofTags])].sort();
  }

  /** What a container of the image finds: its layers, above what is in every container of the fake. */
  rootOf(image: ImageRecord): FileNode {
    const known = this.#roots.get(image);
    if (known) return known;
    const root = applyLayers(
      this.#usualFiles,
      image.content.layers.map(({ bytes }) => bytes),
    );
    this.#roots.set(image, root);
    return root;
  }

  hasLayer(digest: string): boolean {
    return this.all().some(({ layerDigests }) => layerDigests.includes(digest));
  }

  #shown(id: string, isWanted: (name: string) => boolean): string[] {
    const names = this.namesOf(id).filter(isWanted);
    return names.map(name => familiarReference(parseImageName(name))).sort();
  }

  #byName(reference: string): ImageRecord | undefined {
    if (reference.startsWith('sha256:')) return undefined;
    const name = parseImageName(reference);
    const own = name.digest !== undefined && this.#kind === 'containerd' ? this.#images.get(name.digest) : undefined;
    if (own) return own;
    const id = this.#names.get(canonicalReference(name));
    return id === undefined ? undefined : this.#images.get(id);
  }
}

function withTag(reference: string): string {
  return /^(sha256:)?[0-9a-f]{12,64}$/.test(reference) ? reference : familiarReference(parseImageName(reference));
}

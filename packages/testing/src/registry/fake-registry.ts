import { HttpListener } from '../http-listener.ts';
import type { ImageName } from '../image/name.ts';
import { parseImageName } from '../image/name.ts';
import { type Behaviour, type BehaviourOptions, behaviourOf } from './behaviour.ts';
import { ContentStore, type StoredManifest } from './content-store.ts';
import { FailureList, RegistryError, type RegistryFault } from './failures.ts';
import { buildImage, buildIndex, type ImageRecipe } from './image-bytes.ts';
import { handleRegistryRequest, unknownManifest } from './registry-http.ts';
import { referrersIndex, type SignOptions, signBundle, signPayload } from './sign-image.ts';
import { BasicAuth, type RegistryAuth, TokenAuth, type TokenOptions } from './token-auth.ts';
import { Uploads } from './uploads.ts';

/** What to push; all of it has a default. */
export interface PushOptions extends BehaviourOptions {
  /** Label `org.opencontainers.image.version`, variable `VERSION` and the layer's content; default: the tag. */
  readonly version?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Default `['/bin/app']`. */
  readonly command?: readonly string[];
  /** e.g. `['80/tcp']`; default none. */
  readonly exposedPorts?: readonly string[];
  /**
   * Content by absolute path; what begins with `#!` can be run. An image with files, even none (`{}`), has no other
   * programs than these, its command's own and a busybox; without this option whatever it is told to run is taken for
   * a service that runs until it is stopped.
   */
  readonly files?: Readonly<Record<string, string | Buffer>>;
  /** e.g. `['linux/amd64', 'linux/arm64']`: an index of one manifest each. Default: one manifest for linux/amd64. */
  readonly platforms?: readonly string[];
  /** ISO 8601; default 2026-01-01. */
  readonly created?: string;
  /** An archive (tar) that is its layer, for engines that run what is in it; default: one with the version. */
  readonly layer?: Buffer;
}

export interface PushedImage {
  /** As it was pushed, e.g. `acme/web:latest`. */
  readonly reference: string;
  /** What the tag resolves to now: the manifest's digest, or the index's if there are several platforms. */
  readonly digest: string;
  /** The config's digest: the image id with the classic image store. */
  readonly id: string;
}

export interface RegistryCall {
  readonly method: string;
  readonly path: string;
  /** 0: the connection was cut. */
  readonly status: number;
}

/** What stands behind `FakeDocker.registry`; see there, or use it alone to test a registry client. */
export class FakeRegistry {
  /** Answered HTTP requests, in order. */
  readonly calls: RegistryCall[] = [];
  readonly #contents = new ContentStore();
  readonly #failures = new FailureList();
  readonly #behaviours = new Map<string, Behaviour>();
  readonly #listener: HttpListener;
  #auth: RegistryAuth | undefined;
  readonly #uploads = new Uploads();
  /** Where it listens, or did before it went away. */
  #port: number | undefined;
  #isGone = false;

  constructor() {
    this.#listener = new HttpListener((request, response) => {
      const sent: Buffer[] = [];
      request.on('data', (chunk: Buffer) => sent.push(chunk));
      request.on('end', () => {
        const backend = {
          ...{ contents: this.#contents, uploads: this.#uploads, failures: this.#failures },
          ...{ auth: this.#auth, url: this.url },
        };
        const status = handleRegistryRequest(backend, request, response, Buffer.concat(sent));
        const { method = 'GET', url = '/' } = request;
        this.calls.push({ method, path: url.split('?', 1)[0] ?? url, status });
      });
    });
  }

  /**
   * Makes an image and moves the tag to it.
   *
   * Equal options make equal bytes, thus the same digest. The host is not looked at: `acme/web`,
   * `docker.io/acme/web` and `127.0.0.1:5000/acme/web` are one repository.
   */
  push(reference: string, options: PushOptions = {}): PushedImage {
    const name = parseImageName(reference);
    const recipe: ImageRecipe = {
      version: options.version ?? name.tag ?? 'latest',
      labels: options.labels ?? {},
      env: options.env ?? {},
      command: options.command ?? ['/bin/app'],
      exposedPorts: options.exposedPorts ?? [],
      hasHealthcheck: options.health !== undefined,
      files: options.files ?? {},
      comment: JSON.stringify(behaviourOf(options)),
      created: options.created ?? '2026-01-01T00:00:00Z',
      layer: options.layer,
    };
    const platforms = (options.platforms ?? ['linux/amd64']).map(platform => ({
      platform,
      ...buildImage(recipe, platform),
    }));
    const [first] = platforms;
    if (!first) throw new RangeError('An image needs at least one platform.');
    const behaviour = behaviourOf({ ...options, hasFiles: options.files !== undefined });
    const content = options.platforms ? buildIndex(platforms) : first.manifest;
    this.#contents.add(name.path, name.tag ?? 'latest', { content, platforms });
    for (const { config } of platforms) this.#behaviours.set(config.digest, behaviour);
    return { reference, digest: content.digest, id: first.config.digest };
  }

  /**
   * Signs what a tag means now, as cosign does with a key.
   *
   * @returns the digest that was signed
   */
  sign(reference: string, options: SignOptions): string {
    const { path, tag = 'latest' } = parseImageName(reference);
    const subject = this.#contents.manifest(path, tag)?.content;
    if (!subject) throw new RangeError(`There is no ${reference} to sign.`);
    const { digest } = subject;
    const { as = 'tag' } = options;
    const artifact = as === 'tag' ? signPayload(digest, options) : signBundle(subject, options);
    const name = digest.replace(':', '-');
    if (as === 'referrer') this.#contents.addReferrer(path, digest, artifact);
    else this.#contents.addArtifact(path, artifact);
    if (as === 'tag') this.#contents.setTag(path, `${name}.sig`, artifact.manifest.digest);
    if (as === 'referrers-tag') {
      const index = referrersIndex([artifact.manifest]);
      this.#contents.addArtifact(path, { manifest: index, blobs: [] });
      this.#contents.setTag(path, name, index.digest);
    }
    return digest;
  }

  /** Keeps an image that an engine sends; `tag` undefined: by digest only. @internal */
  keep(path: string, tag: string | undefined, manifest: StoredManifest): void {
    this.#contents.add(path, tag, manifest);
  }

  /** Deletes a tag; what it named can still be had by digest. */
  removeTag(reference: string): boolean {
    const name = parseImageName(reference);
    return this.#contents.removeTag(name.path, name.tag ?? 'latest');
  }

  /** From now on readers need a bearer token; with `username` only that user gets one, with `identityToken` its holder. */
  requireToken(options: TokenOptions = {}): void {
    this.#auth = new TokenAuth(options);
  }

  /** From now on readers send this name and password with each request; there are no tokens. */
  requireBasic(user: { readonly username: string; readonly password: string }): void {
    this.#auth = new BasicAuth(user);
  }

  /** Refuses the next request (or `times` requests), over HTTP and for the fake engine's pulls alike. */
  fail(fault: RegistryFault): void {
    this.#failures.add(fault);
  }

  /** Refusals that no request has met: a test that ends with some has not tested them. */
  unreached(): readonly RegistryFault[] {
    return this.#failures.unreached();
  }

  /** As if its host were down: connections are refused, those of the fake engine's pulls, too. */
  async goAway(): Promise<void> {
    this.#isGone = true;
    await this.#listener.close();
  }

  /** Answers again, where it did before. */
  async comeBack(): Promise<void> {
    this.#isGone = false;
    if (this.#port !== undefined) await this.listen(this.#port);
  }

  /** From now on it refuses nothing that it was told to refuse. */
  heal(): void {
    this.#failures.clear();
  }

  /** Serves `/v2/` on 127.0.0.1 and resolves to its URL, e.g. `http://127.0.0.1:40321`. Port 0 takes a free one. */
  async listen(port = 0): Promise<string> {
    await this.#listener.listen({ host: '127.0.0.1', port });
    this.#port = this.#listener.port;
    return this.url;
  }

  /** Empty until it listens. */
  get url(): string {
    return this.#port === undefined ? '' : `http://127.0.0.1:${this.#port}`;
  }

  /** Host and port as they stand in image names, e.g. `127.0.0.1:40321`; empty until it listens. */
  get host(): string {
    return this.url.replace('http://', '');
  }

  async close(): Promise<void> {
    this.#port = undefined;
    await this.#listener.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** In-process pull, first half: throws RegistryError. @internal */
  manifestFor(name: ImageName, credentials: TokenOptions | undefined): StoredManifest {
    this.#checkPresence(name);
    this.#failures.check('manifests', name.path);
    this.#auth?.checkUser(credentials);
    const manifest = this.#contents.manifest(name.path, name.digest ?? name.tag ?? 'latest');
    if (!manifest) throw unknownManifest(this.#contents, name.path, name.digest ?? name.tag ?? 'latest');
    return manifest;
  }

  /** All tags of a repository: throws RegistryError. @internal */
  tagsFor(name: ImageName, credentials: TokenOptions | undefined): readonly string[] {
    this.#checkPresence(name);
    this.#auth?.checkUser(credentials);
    const tags = this.#contents.tags(name.path);
    if (!tags) throw unknownManifest(this.#contents, name.path, 'latest');
    return tags;
  }

  /** In-process pull, second half: throws RegistryError if a blob was told to fail. @internal */
  checkBlobs(name: ImageName): void {
    this.#checkPresence(name);
    this.#failures.check('blobs', name.path);
  }

  #checkPresence({ domain }: ImageName): void {
    if (this.#isGone) throw new RegistryError(0, 'UNKNOWN', `dial tcp ${domain}: connect: connection refused`);
  }

  /** Throws RegistryError if nobody may come in with these. @internal */
  checkUser(credentials: TokenOptions | undefined): void {
    this.#auth?.checkUser(credentials);
  }

  /** In-process push: throws RegistryError. @internal */
  checkPush(name: ImageName, credentials: TokenOptions | undefined): void {
    this.#checkPresence(name);
    this.#failures.check('blobs', name.path);
    this.#auth?.checkUser(credentials);
  }

  /** @internal */
  hasBlob({ path }: ImageName, digest: string): boolean {
    return this.#contents.blob(path, digest) !== undefined;
  }

  /** How containers of the image behave; one that was not made here has only its own files. @internal */
  behaviour(configDigest: string): Behaviour {
    return this.#behaviours.get(configDigest) ?? behaviourOf({ hasFiles: true });
  }
}

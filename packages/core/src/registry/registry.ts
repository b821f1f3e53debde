import { GopdaterError } from '../errors.ts';
import { digestOf, isDigest } from '../image/digest.ts';
import { parseImageConfig } from '../image/image-config.ts';
import { formatReference, type ImageReference } from '../image/reference.ts';
import { objectOf, textOf } from '../json.ts';
import { type Clock, systemClock } from '../time.ts';
import { authorize } from './authorize.ts';
import type { SignedClaim } from './cosign.ts';
import type { CredentialStore } from './credentials.ts';
import { createPatientFetch } from './patient-fetch.ts';
import { type Ask, readSignatures } from './read-signatures.ts';
import { refusal } from './refusal.ts';

/** What a tag means, from the one who knows. */
export interface Registry {
  /**
   * Resolves a tag to the digest its registry serves now.
   *
   * One `HEAD /v2/<repository>/manifests/<tag>`, plus one token request if the registry asks for it. A registry that
   * limits requests (429) or is away for a moment (502, 503, 504, a connection that is cut) is asked again: when its
   * `Retry-After` says, else up to three times within 3.5 seconds.
   *
   * @param image  with a tag
   * @returns `sha256:` and 64 hex digits; the index digest for a multi-platform tag
   * @throws GopdaterError `IMAGE_NOT_FOUND` | `REGISTRY_UNAUTHORIZED` | `REGISTRY_UNREACHABLE` | `REGISTRY_FAILED` | `ABORTED`, and as {@link CredentialStore.get}
   * @see OCI Distribution Spec v1.1, "Pulling manifests"
   */
  resolve(image: ImageReference, options?: { readonly signal?: AbortSignal | undefined }): Promise<string>;

  /**
   * The names of all tags of a repository, as its registry has them now.
   *
   * `GET /v2/<repository>/tags/list`, page after page: of the next one it is the registry's `Link` that says where it begins,
   * and never where it is.
   *
   * @throws GopdaterError as {@link Registry.resolve}; `REGISTRY_FAILED` also where there are more than 100_000 tags, or 200
   * pages
   * @see OCI Distribution Spec v1.1, "Listing Tags"
   */
  tags(
    repository: Pick<ImageReference, 'registry' | 'repository'>,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<readonly string[]>;

  /**
   * Reads what an image brings along, without its layers: its manifest, of an index the one for the platform, and its
   * configuration.
   *
   * @param image  with a digest
   * @param options.platform  e.g. `linux/arm64`
   * @throws GopdaterError as {@link Registry.resolve}; `IMAGE_NOT_FOUND` also where there is none for the platform
   * @see OCI Distribution Spec v1.1, "Pulling manifests", "Pulling blobs"; OCI Image Index v1.1, "platform"
   */
  describe(
    image: ImageReference,
    options: { readonly platform: string; readonly signal?: AbortSignal | undefined },
  ): Promise<DescribedImage>;

  /**
   * What was signed of a digest with cosign, wherever that keeps it: under the tag `sha256-….sig`, or as referrers.
   *
   * @param image  with a digest
   * @returns up to 32 of each kind; empty where there is none
   * @throws GopdaterError as {@link Registry.resolve}
   */
  signatures(
    image: ImageReference,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<readonly SignedClaim[]>;
}

/** What is known of an image that was not pulled. */
export type DescribedImage = ReturnType<typeof parseImageConfig>;

/** How to reach registries, and as whom. */
export interface RegistryOptions {
  /** Who to be at which registry. Default: nobody, anywhere. */
  readonly credentials?: CredentialStore | undefined;
  /** Asked instead of Docker Hub, e.g. `http://127.0.0.1:5000`: what the engine has as `registry-mirrors`. */
  readonly mirror?: string | undefined;
  /** Hosts spoken to over plain HTTP, besides those on the loopback interface. Default: none. */
  readonly insecureRegistries?: readonly string[] | undefined;
  /** Measures the waits between tries. Default: the machine's own time. */
  readonly clock?: Clock | undefined;
  /** For each request, in milliseconds. Default 10_000. */
  readonly timeoutMs?: number | undefined;
  /** For all waits of one question together, in milliseconds; a registry that asks for more has refused. Default 60_000. */
  readonly maxWaitMs?: number | undefined;
}

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** Speaks to registries over HTTP, as the OCI Distribution Specification has it. */
export function createRegistry(options: RegistryOptions = {}): Registry {
  const { clock = systemClock } = options;
  return {
    async resolve(image, { signal } = {}) {
      const ask = createSession(image, options, signal);
      const path = `manifests/${image.tag ?? image.digest ?? 'latest'}`;
      const digest = (await ask('HEAD', path)).headers.get('docker-content-digest');
      if (digest !== null && isDigest(digest)) return digest;
      // Optional in the specification: then the digest is that of the bytes.
      return digestOf((await ask('GET', path)).body);
    },
    async tags({ registry, repository }, { signal } = {}) {
      const image = { registry, repository, tag: undefined, digest: undefined };
      const ask = createSession(image, options, signal);
      const tags: string[] = [];
      let query: string | undefined = `?n=${tagsPerPage}`;
      for (let page = 1; query !== undefined; page += 1) {
        const answer = await ask('GET', `tags/list${query}`);
        const { tags: some } = jsonOf(answer.body);
        for (const tag of Array.isArray(some) ? some : []) if (typeof tag === 'string') tags.push(tag);
        query = nextPage(answer.headers.get('link'));
        if (tags.length > maxTags || (page === maxPages && query !== undefined)) throw tooManyTags(image);
      }
      return tags;
    },
    async describe(image, { platform, signal }) {
      const ask = createSession(image, options, signal);
      const read = async (path: string) => jsonOf((await ask('GET', path)).body);
      let manifest = await read(`manifests/${image.digest ?? ''}`);
      const { manifests } = manifest;
      if (Array.isArray(manifests)) {
        const digest = digestFor(platform, manifests);
        if (digest === undefined) {
          throw new GopdaterError('IMAGE_NOT_FOUND', `${formatReference(image)} is not made for ${platform}.`, {
            hint: 'Build and push it for this platform, too.',
          });
        }
        manifest = await read(`manifests/${digest}`);
      }
      const { digest } = objectOf(manifest.config);
      return parseImageConfig(await read(`blobs/${textOf(digest) ?? ''}`));
    },
    signatures: async (image, { signal } = {}) =>
      await readSignatures(image.digest ?? '', createSession(image, options, signal)),
  };

  /** Requests about one image; whoever has to log in does it once. */
  function createSession(
    image: ImageReference,
    { credentials, timeoutMs = 10_000, maxWaitMs = 60_000 }: RegistryOptions,
    signal: AbortSignal | undefined,
  ): Ask {
    const send = createPatientFetch({ clock, timeoutMs, maxWaitMs, signal });
    let authorization: string | undefined;
    return async (method, path) => {
      const url = imageUrl(image, path, options);
      const ask = async () =>
        await send(url, {
          method,
          headers: {
            accept: path.startsWith('tags/') ? 'application/json' : manifestTypes,
            ...(authorization === undefined ? {} : { authorization }),
          },
        });
      const host = loginHost(image, options);
      let answer = await ask();
      if (answer.status === 401 && authorization === undefined) {
        const challenge = answer.headers.get('www-authenticate') ?? '';
        const known = await credentials?.get(host, { signal });
        const now = () => clock.now();
        authorization = await authorize(challenge, image, { registry: url, credentials: known, send, now });
        if (authorization !== undefined) answer = await ask();
      }
      if (answer.status !== 200) throw refusal(answer, image, clock.now(), credentials?.obstacle?.(host));
      return answer;
    };
  }
}

/** Many registries give fewer. */
const tagsPerPage = 1_000;
const maxPages = 200;
const maxTags = 100_000;

/** The query of `<…?last=b&n=1000>; rel="next"`: all that is taken from it. */
function nextPage(link: string | null): string | undefined {
  const [, query] = /<[^<>?]*(\?[^<>#]*)[^<>]*>\s*;\s*rel="?next"?/.exec(link ?? '') ?? [];
  return query;
}

function tooManyTags(image: ImageReference): GopdaterError {
  return new GopdaterError('REGISTRY_FAILED', `${formatReference(image)} has too many tags to look for the newest.`, {
    hint: 'Delete old ones in the registry, or follow another tag policy than semver.',
  });
}

function jsonOf(body: Uint8Array): Readonly<Record<string, unknown>> {
  return objectOf(JSON.parse(new TextDecoder().decode(body)));
}

function digestFor(platform: string, manifests: readonly unknown[]): string | undefined {
  const found = manifests.map(objectOf).find(manifest => {
    const { os, architecture } = objectOf(manifest.platform);
    return `${String(os)}/${String(architecture)}` === platform;
  });
  return textOf(found?.digest);
}

/** Docker Hub's password is not its mirror's. */
function loginHost({ registry }: ImageReference, { mirror }: RegistryOptions): string {
  return registry === 'docker.io' && mirror ? new URL(mirror).host : registry;
}

function imageUrl(image: ImageReference, rest: string, { mirror, insecureRegistries = [] }: RegistryOptions): URL {
  const path = `/v2/${image.repository}/${rest}`;
  if (image.registry === 'docker.io') return new URL(path, mirror || 'https://registry-1.docker.io');
  const isPlain = isLoopback(image.registry) || insecureRegistries.includes(image.registry);
  return new URL(path, `${isPlain ? 'http' : 'https'}://${image.registry}`);
}

/** As the engine has it: the loopback addresses need no TLS. */
function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(host);
}

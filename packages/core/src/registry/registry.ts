import { GopdaterError } from '../errors.ts';
import { digestOf, isDigest } from '../image/digest.ts';
import { formatReference, type ImageReference } from '../image/reference.ts';
import { authorize } from './authorize.ts';
import type { CredentialStore } from './credentials.ts';

/** What a tag means, from the one who knows. */
export interface Registry {
  /**
   * Resolves a tag to the digest its registry serves now.
   *
   * One `HEAD /v2/<repository>/manifests/<tag>`, plus one token request if the registry asks for it.
   *
   * @param image  with a tag
   * @returns `sha256:` and 64 hex digits; the index digest for a multi-platform tag
   * @throws GopdaterError `IMAGE_NOT_FOUND` | `REGISTRY_UNAUTHORIZED` | `REGISTRY_UNREACHABLE` | `REGISTRY_FAILED` | `ABORTED`
   * @see OCI Distribution Spec v1.1, "Pulling manifests"
   */
  resolve(image: ImageReference, options?: { readonly signal?: AbortSignal | undefined }): Promise<string>;
}

/** How to reach registries, and as whom. */
export interface RegistryOptions {
  /** Who to be at which registry. Default: nobody, anywhere. */
  readonly credentials?: CredentialStore | undefined;
  /** Asked instead of Docker Hub, e.g. `http://127.0.0.1:5000`: what the engine has as `registry-mirrors`. */
  readonly mirror?: string | undefined;
  /** Hosts spoken to over plain HTTP, besides those on the loopback interface. Default: none. */
  readonly insecureRegistries?: readonly string[] | undefined;
  /** For the whole exchange, in milliseconds. Default 10_000. */
  readonly timeoutMs?: number | undefined;
}

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** Speaks to registries over HTTP, as the OCI Distribution Specification has it. */
export function createRegistry(options: RegistryOptions = {}): Registry {
  const { credentials, timeoutMs = 10_000 } = options;
  return {
    async resolve(image, { signal } = {}) {
      const url = manifestUrl(image, options);
      const limit = AbortSignal.timeout(timeoutMs);
      const either = signal === undefined ? limit : AbortSignal.any([signal, limit]);
      const request = async (method: 'HEAD' | 'GET', authorization?: string) =>
        await fetch(url, {
          method,
          headers: { accept: manifestTypes, ...(authorization === undefined ? {} : { authorization }) },
          signal: either,
        });
      try {
        let response = await request('HEAD');
        let authorization: string | undefined;
        if (response.status === 401) {
          const known = await credentials?.get(loginHost(image, options));
          authorization = await authorize(response, image, { credentials: known, signal: either });
          if (authorization !== undefined) response = await request('HEAD', authorization);
        }
        if (!response.ok) throw refusal(response, image);
        const digest = response.headers.get('docker-content-digest');
        if (digest !== null && isDigest(digest)) return digest;
        // Optional in the specification: then the digest is that of the bytes.
        const whole = await request('GET', authorization);
        if (!whole.ok) throw refusal(whole, image);
        return digestOf(new Uint8Array(await whole.arrayBuffer()));
      } catch (error) {
        if (error instanceof GopdaterError) throw error;
        if (signal?.aborted) throw new GopdaterError('ABORTED', 'Asking the registry was stopped.', { cause: error });
        throw unreachable(url, error, limit.aborted ? timeoutMs : undefined);
      }
    },
  };
}

/** Docker Hub's password is not its mirror's. */
function loginHost({ registry }: ImageReference, { mirror }: RegistryOptions): string {
  return registry === 'docker.io' && mirror ? new URL(mirror).host : registry;
}

function manifestUrl(image: ImageReference, { mirror, insecureRegistries = [] }: RegistryOptions): URL {
  const path = `/v2/${image.repository}/manifests/${image.tag ?? image.digest ?? 'latest'}`;
  if (image.registry === 'docker.io') return new URL(path, mirror || 'https://registry-1.docker.io');
  const isPlain = isLoopback(image.registry) || insecureRegistries.includes(image.registry);
  return new URL(path, `${isPlain ? 'http' : 'https'}://${image.registry}`);
}

/** As the engine has it: the loopback addresses need no TLS. */
function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(host);
}

function refusal(response: Response, image: ImageReference): GopdaterError {
  const name = formatReference(image);
  switch (response.status) {
    case 404:
      return new GopdaterError('IMAGE_NOT_FOUND', `The registry ${image.registry} has no ${name}.`, {
        hint: 'Check the repository and the tag, and that the push has ended.',
      });
    case 401:
    case 403:
      return new GopdaterError(
        'REGISTRY_UNAUTHORIZED',
        `The registry ${image.registry} does not let us read ${name}.`,
        {
          hint: `Log in with “docker login ${image.registry}” and let gopdater read that config.json (DOCKER_CONFIG).`,
        },
      );
    case 429: {
      const after = response.headers.get('retry-after');
      return new GopdaterError('REGISTRY_FAILED', `The registry ${image.registry} limits our requests.`, {
        hint: after === null ? 'Try again later, or log in for a higher limit.' : `Try again after ${after}.`,
      });
    }
    default:
      return new GopdaterError(
        'REGISTRY_FAILED',
        `The registry ${image.registry} answered ${response.status} for ${name}.`,
      );
  }
}

function unreachable(url: URL, cause: unknown, timeoutMs: number | undefined): GopdaterError {
  const why = timeoutMs === undefined ? innermost(cause) : `no answer within ${timeoutMs} ms`;
  return new GopdaterError('REGISTRY_UNREACHABLE', `The registry at ${url.origin} cannot be reached: ${why}.`, {
    hint: 'Check the name and the network; a registry without TLS goes into INSECURE_REGISTRIES.',
    cause,
  });
}

/** fetch hides the reason in `cause`. */
function innermost(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? innermost(error.cause) : error.message || error.name;
}

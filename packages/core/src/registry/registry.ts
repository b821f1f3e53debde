import { digestOf, isDigest } from '../image/digest.ts';
import type { ImageReference } from '../image/reference.ts';
import { type Clock, systemClock } from '../time.ts';
import { authorize } from './authorize.ts';
import type { CredentialStore } from './credentials.ts';
import { createPatientFetch } from './patient-fetch.ts';
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
}

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
  const { credentials, clock = systemClock, timeoutMs = 10_000, maxWaitMs = 60_000 } = options;
  return {
    async resolve(image, { signal } = {}) {
      const url = manifestUrl(image, options);
      const send = createPatientFetch({ clock, timeoutMs, maxWaitMs, signal });
      const ask = async (method: 'HEAD' | 'GET', authorization: string | undefined) =>
        await send(url, {
          method,
          headers: { accept: manifestTypes, ...(authorization === undefined ? {} : { authorization }) },
        });

      let answer = await ask('HEAD', undefined);
      let authorization: string | undefined;
      if (answer.status === 401) {
        const challenge = answer.headers.get('www-authenticate') ?? '';
        const known = await credentials?.get(loginHost(image, options), { signal });
        const now = () => clock.now();
        authorization = await authorize(challenge, image, { registry: url, credentials: known, send, now });
        if (authorization !== undefined) answer = await ask('HEAD', authorization);
      }
      if (answer.status !== 200) throw refusal(answer, image, clock.now());
      const digest = answer.headers.get('docker-content-digest');
      if (digest !== null && isDigest(digest)) return digest;
      // Optional in the specification: then the digest is that of the bytes.
      const whole = await ask('GET', authorization);
      if (whole.status !== 200) throw refusal(whole, image, clock.now());
      return digestOf(whole.body);
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

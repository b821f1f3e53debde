import { GopdaterError } from '../errors.ts';

/**
 * An image reference with every default written out: `nginx` is
 * `{ registry: 'docker.io', repository: 'library/nginx', tag: 'latest', digest: undefined }`.
 */
export interface ImageReference {
  /** Host, with its port if it has one. */
  readonly registry: string;
  /** The path inside the registry, e.g. `acme/web`. */
  readonly repository: string;
  /** `latest` when neither tag nor digest is given; `undefined` when only a digest is. */
  readonly tag: string | undefined;
  /** e.g. `sha256:9f86…`; an image named by digest never moves. */
  readonly digest: string | undefined;
}

const pathComponent = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const host = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:]+\])(?::[0-9]+)?$/i;
const tag = /^\w[\w.-]{0,127}$/;
const digest = /^(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/;
const bareId = /^[0-9a-f]{64}$/;
const hubNames = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com']);
const maxRepositoryLength = 255;

/**
 * Reads an image reference as Docker does and fills in its defaults.
 *
 * @throws GopdaterError `IMAGE_REFERENCE_INVALID`
 * @see distribution/reference, "Grammar"; the familiar names of Docker Hub
 */
export function parseReference(text: string): ImageReference {
  const refuse = (why: string): never => {
    throw new GopdaterError('IMAGE_REFERENCE_INVALID', `“${printable(text)}” is no image reference: ${why}.`, {
      hint: 'Write it as [registry/]repository[:tag], e.g. acme/web:1.4.',
    });
  };
  // Lower-casing a host turns some letters of other alphabets into those of ours.
  if (!/^[\x21-\x7e]*$/.test(text)) refuse('it has a character that is none of ASCII');
  if (bareId.test(text)) refuse('64 hexadecimal digits are an image id');
  const [name = '', givenDigest, ...rest] = text.split('@');
  if (rest.length > 0) refuse('it has more than one “@”');
  if (givenDigest !== undefined && !digest.test(givenDigest)) refuse('its digest is malformed');

  const { registry, path } = splitRegistry(name);
  const colon = path.lastIndexOf(':');
  const givenTag = colon < 0 ? undefined : path.slice(colon + 1);
  if (givenTag !== undefined && !tag.test(givenTag)) refuse('its tag is malformed');
  const repository = colon < 0 ? path : path.slice(0, colon);

  if (!host.test(registry)) refuse('its registry is malformed');
  if (!repository.split('/').every(part => pathComponent.test(part))) {
    refuse(/[A-Z]/.test(repository) ? 'repository names are in lower case' : 'its repository is malformed');
  }
  if (registry.length + 1 + repository.length > maxRepositoryLength) refuse('its repository is too long');
  return {
    registry,
    repository: registry === 'docker.io' && !repository.includes('/') ? `library/${repository}` : repository,
    tag: givenTag ?? (givenDigest === undefined ? 'latest' : undefined),
    digest: givenDigest,
  };
}

/** Writes it in full, e.g. `docker.io/library/nginx:latest`. */
export function formatReference({ registry, repository, tag, digest }: ImageReference): string {
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** Registry and repository, e.g. `docker.io/library/nginx`. */
export function formatRepository({ registry, repository }: Pick<ImageReference, 'registry' | 'repository'>): string {
  return `${registry}/${repository}`;
}

/** True when both name the same repository of the same registry. */
export function isSameRepository(a: ImageReference, b: ImageReference): boolean {
  return a.registry === b.registry && a.repository === b.repository;
}

/** A registry's host in lower case; Docker Hub has several and is `docker.io`. */
export function canonicalRegistry(host: string): string {
  const registry = host.toLowerCase();
  return hubNames.has(registry) ? 'docker.io' : registry;
}

/** Without the port that https has anyway, where what is left still is a host. */
export function withoutHttpsPort(host: string): string {
  return /^(?:localhost|[^:]*\.[^:]*):443$/i.test(host) ? host.slice(0, -':443'.length) : host;
}

function splitRegistry(name: string): { registry: string; path: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, slash);
  const isHost = slash > 0 && (/[.:A-Z]/.test(first) || first === 'localhost');
  if (!isHost) return { registry: 'docker.io', path: name };
  return { registry: canonicalRegistry(first), path: name.slice(slash + 1) };
}

/** What a stranger sent, safe to print: no control characters, not endless. */
function printable(text: string): string {
  return text.replace(/[\p{C}]/gu, '�').slice(0, 120);
}

import { EngineError } from '../errors.ts';

/** A parsed image name; `docker.io` and `library/` are filled in. */
export interface ImageName {
  readonly domain: string;
  readonly path: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const path = /^[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*$/;
const tag = /^\w[\w.-]{0,127}$/;
const digest = /^sha256:[0-9a-f]{64}$/;

/** Throws an EngineError 400 as the engine words it. */
export function parseImageName(text: string): ImageName {
  const at = text.indexOf('@');
  const named = at === -1 ? text : text.slice(0, at);
  const { domain, rest } = splitDomain(named);
  const colon = rest.indexOf(':');
  const name: ImageName = {
    domain,
    path: withLibrary(domain, colon === -1 ? rest : rest.slice(0, colon)),
    tag: colon === -1 ? undefined : rest.slice(colon + 1),
    digest: at === -1 ? undefined : text.slice(at + 1),
  };
  if (/[A-Z]/.test(name.path)) {
    throw new EngineError(400, `invalid reference format: repository name (${name.path}) must be lowercase`);
  }
  const isValid =
    path.test(name.path) &&
    (name.tag === undefined || tag.test(name.tag)) &&
    (name.digest === undefined || digest.test(name.digest));
  if (!isValid) throw new EngineError(400, 'invalid reference format');
  return name;
}

/** What the stores are keyed by: `docker.io/acme/web:latest`, or `docker.io/acme/web@sha256:…` if it has a digest. */
export function canonicalReference(name: ImageName): string {
  const repository = `${name.domain}/${name.path}`;
  return name.digest ? `${repository}@${name.digest}` : `${repository}:${name.tag ?? 'latest'}`;
}

/** As the engine shows it: `nginx`, `acme/web`, `ghcr.io/acme/web`. */
export function familiarRepository(name: ImageName): string {
  if (name.domain !== 'docker.io') return `${name.domain}/${name.path}`;
  return name.path.replace(/^library\/(?=[^/]+$)/, '');
}

/** As the engine shows it: `nginx:latest`, `acme/web@sha256:…`. */
export function familiarReference(name: ImageName): string {
  const suffix = name.digest ? `@${name.digest}` : `:${name.tag ?? 'latest'}`;
  return familiarRepository(name) + suffix;
}

function splitDomain(named: string): { domain: string; rest: string } {
  const slash = named.indexOf('/');
  const first = slash === -1 ? '' : named.slice(0, slash);
  const isDomain = first === 'localhost' || /[.:]/.test(first) || /[A-Z]/.test(first);
  if (!isDomain) return { domain: 'docker.io', rest: named };
  return { domain: first === 'index.docker.io' ? 'docker.io' : first, rest: named.slice(slash + 1) };
}

function withLibrary(domain: string, repository: string): string {
  return domain === 'docker.io' && repository !== '' && !repository.includes('/')
    ? `library/${repository}`
    : repository;
}

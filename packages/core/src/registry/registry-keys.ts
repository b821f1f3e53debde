import { serverAddressOf } from '../image/credentials.ts';
import { canonicalRegistry } from '../image/reference.ts';

/**
 * The keys of `config.json` that mean a registry, the best first: Docker's own (`https://index.docker.io/v1/`,
 * `ghcr.io`); the host with a scheme, `/v1/` or `/v2/` around it, or another name of Docker Hub; the host with any other
 * path, as Docker looks at the host alone.
 *
 * @param registry  a host, e.g. `docker.io` or `registry.example.com:5000`
 */
export function registryKeys(keys: readonly string[], registry: string): readonly string[] {
  const matching = keys.map(key => ({ key, rank: rankOf(key, registry) })).filter(({ rank }) => rank !== undefined);
  return matching.sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0)).map(({ key }) => key);
}

function rankOf(key: string, registry: string): number | undefined {
  if (key === serverAddressOf(registry)) return 0;
  const [, host = '', path = ''] = /^(?:https?:\/\/)?([^/]+)(.*)$/i.exec(key) ?? [];
  if (canonicalRegistry(host) !== registry) return undefined;
  if (/^\/?(v[12]\/?)?$/.test(path)) return 1;
  // Docker keeps tokens for Docker Hub's own API under longer addresses.
  return registry === 'docker.io' ? undefined : 2;
}

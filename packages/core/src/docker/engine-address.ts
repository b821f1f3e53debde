import { GopdaterError } from '../errors.ts';

/** Where an engine listens: a socket on disk or a host and port. */
export type EngineAddress =
  | { readonly kind: 'socket'; readonly socketPath: string }
  | { readonly kind: 'tcp'; readonly protocol: 'http' | 'https'; readonly host: string; readonly port: number };

/** What the Docker command uses when `DOCKER_HOST` is not set. */
export const defaultEngineHost = 'unix:///var/run/docker.sock';

/**
 * Reads what `DOCKER_HOST` holds: `unix:///path` or `tcp://host:port`.
 *
 * @param options.tls  `DOCKER_TLS_VERIFY`; default false. The default port is 2376 with TLS and 2375 without.
 * @throws GopdaterError `CONFIG_INVALID`
 */
export function parseEngineHost(text: string, { tls = false }: { readonly tls?: boolean } = {}): EngineAddress {
  const [, scheme, rest = ''] = /^([a-z]+):\/\/(.*)$/.exec(text) ?? [];
  if (scheme === 'unix' && rest.startsWith('/')) return { kind: 'socket', socketPath: rest };
  const [, host, port] = /^(\[[0-9a-fA-F:]+\]|[^:/@]+)(?::(\d{1,5}))?\/?$/.exec(rest) ?? [];
  if (scheme === 'tcp' && host !== undefined) {
    const protocol = tls ? 'https' : 'http';
    return { kind: 'tcp', protocol, host: host.replace(/^\[|\]$/g, ''), port: Number(port ?? (tls ? 2376 : 2375)) };
  }
  throw new GopdaterError('CONFIG_INVALID', `DOCKER_HOST “${text}” is no address that gopdater can use.`, {
    hint: 'Use unix:///var/run/docker.sock or tcp://host:port.',
  });
}

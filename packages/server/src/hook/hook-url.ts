import type { Config } from '../config.ts';
import type { Entrance } from '../receivers/entrances.ts';

/** Where this server is reached. */
export interface PublicBase {
  /** Without a slash at its end, e.g. `https://ops.example.com`. */
  readonly url: string;
  /** False where it is made of what the server listens on: the name stands in for what only its operator knows. */
  readonly isKnown: boolean;
}

/** `GOPDATER_PUBLIC_URL`; else what the server listens on. */
export function publicBase({ publicUrl, host, port, tlsCert }: BaseConfig): PublicBase {
  if (publicUrl !== undefined) return { url: publicUrl.replace(/\/+$/, ''), isKnown: true };
  const isAny = host === '0.0.0.0' || host === '::';
  return {
    url: `${tlsCert === undefined ? 'http' : 'https'}://${isAny ? 'HOST' : bracket(host)}:${port}`,
    isKnown: false,
  };
}

type BaseConfig = Pick<Config, 'publicUrl' | 'host' | 'port' | 'tlsCert'>;

/** The server of this machine: one on every address is asked on the loopback interface. */
export function loopbackBase({ host, port, tlsCert }: Omit<BaseConfig, 'publicUrl'>): string {
  const isAny = host === '0.0.0.0' || host === '::';
  return `${tlsCert === undefined ? 'http' : 'https'}://${isAny ? '127.0.0.1' : bracket(host)}:${port}`;
}

/** Where a sender is to post: one URL for each secret that is in its path. */
export function hookUrls(
  { path, receiver, isOpen }: Entrance,
  base: string,
  { hidesSecret = false }: { readonly hidesSecret?: boolean } = {},
): readonly string[] {
  const { authentication } = receiver;
  if (isOpen || authentication.kind !== 'path') return [base + path];
  if (hidesSecret) return [`${base}${path}/<secret>`];
  return authentication.secrets.map(secret => `${base}${path}/${encodeURIComponent(secret)}`);
}

function bracket(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

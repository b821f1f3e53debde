import { createMemoryStore, formatReference, type Hint, systemClock } from '@gopdater/core';
import { readConfig, serveOptions } from '../src/config.ts';
import { listen } from '../src/http/server.ts';
import { hookRoutes, unknownPath } from '../src/routes/hooks.ts';

/** A server that takes hooks as this environment says, and rolls out nothing. */
export interface HookServer extends AsyncDisposable {
  readonly url: string;
  /** What it was told of, e.g. `docker.io/acme/web:1`. */
  readonly announced: readonly string[];
}

/** @param isUsed  whether some service uses the image */
export async function startHookServer(
  environment: Readonly<Record<string, string>>,
  isUsed: (image: string) => boolean = () => true,
): Promise<HookServer> {
  const options = serveOptions(readConfig(environment));
  const announced: string[] = [];
  const log = { error() {}, warn() {}, info() {}, debug() {} };
  const { deliveries } = createMemoryStore();
  const imagesOf = async (hint: Hint) => {
    if (!('image' in hint)) return [];
    announced.push(formatReference(hint.image));
    return isUsed(formatReference(hint.image)) ? [hint.image] : [];
  };
  const updater = { imagesOf, submit: async () => await new Promise<never>(() => {}) };
  const fetchText = async () => await Promise.reject(new Error('nothing is fetched here'));
  const server = await listen(hookRoutes(options, { updater, deliveries, clock: systemClock, log, fetchText }), {
    ...{ host: '127.0.0.1', port: 0, log },
    notFound: ({ method, path }) => unknownPath(options, { method, path, log }),
  });
  return { url: server.url, announced, [Symbol.asyncDispose]: async () => await server.close() };
}

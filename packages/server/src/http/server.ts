import { once } from 'node:events';
import { createServer as createHttpServer, type Server, type ServerOptions } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { GopdaterError } from '@gopdater/core';
import polka, { type Request, type Response } from 'polka';
import type { Logger } from '../log.ts';
import { createClientAddress } from './client-address.ts';
import {
  headersTimeoutMs,
  keepAliveTimeoutMs,
  maxConnections,
  maxHeaderBytes,
  maxHeadersCount,
  requestTimeoutMs,
  timeoutCheckMs,
} from './limits.ts';
import { Problem, sendProblem } from './problem.ts';
import { createRateLimit } from './rate-limit.ts';

export type { Request, Response };

export interface Route {
  readonly method: 'GET' | 'POST' | 'OPTIONS';
  /** e.g. `/hooks/:receiver/:secret` */
  readonly path: string;
  readonly handle: (request: Request, response: Response) => Promise<void> | void;
}

export interface ListenOptions {
  readonly host: string;
  /** 0: any that is free */
  readonly port: number;
  readonly log: Logger;
  /** What an unknown path gets. */
  readonly notFound: (request: Request) => Problem;
  /** Spoken instead of plain HTTP: the certificate’s chain and its key, both PEM. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Whose `X-Forwarded-For` counts, as {@link createClientAddress} has it. Default: nobody’s. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** How many requests an address may make, reading ones aside; 0: as many as it likes. Default 0. */
  readonly maxPerMinute?: number | undefined;
  /** How long `close` waits for what is being answered, in milliseconds. Default 5_000. */
  readonly closeTimeoutMs?: number;
}

export interface HttpServer {
  /** e.g. `http://0.0.0.0:8000` */
  readonly url: string;
  /** Takes no new requests and waits for those that are being answered; a silent connection is cut in the end. */
  close(): Promise<void>;
  /** Cuts every connection, at once. */
  abort(): void;
}

/**
 * Serves these routes: `notFound` for other paths, 405 for other methods, a problem for whatever a handler throws.
 *
 * @throws GopdaterError `CONFIG_INVALID` when the address cannot be listened on
 */
export async function listen(
  routes: readonly Route[],
  { host, port, log, notFound, tls, trustedProxies = [], maxPerMinute = 0, closeTimeoutMs = 5_000 }: ListenOptions,
): Promise<HttpServer> {
  const clientAddress = createClientAddress(trustedProxies);
  const server = createServer(tls);
  const app = polka({
    server,
    onNoMatch: (request, response) => sendProblem(response, notFound(request)),
    onError: (error, _request, response) => {
      if (error instanceof Problem) return sendProblem(response, error);
      log.error({ err: error }, 'A request could not be answered.');
      sendProblem(response, new Problem(500, 'The request could not be answered; the server’s log says why.'));
    },
  });
  if (maxPerMinute > 0) {
    const limitRate = createRateLimit(maxPerMinute);
    app.use(async (request: Request, _response: Response, next: () => void) => {
      if (request.method !== 'GET' && request.method !== 'HEAD') await limitRate(clientAddress(request));
      next();
    });
  }
  for (const { method, path, handle } of routes) app.add(method, path, handle);
  for (const path of new Set(routes.map(route => route.path))) {
    const methods = routes.filter(route => route.path === path).map(({ method }) => method);
    const allow = methods.map(method => (method === 'GET' ? 'GET, HEAD' : method)).join(', ');
    app.all(path, (_request, response) => {
      sendProblem(response, new Problem(405, `Only ${allow} is served here.`, { allow }));
    });
  }

  app.listen(port, host);
  await once(server, 'listening').catch((cause: unknown) => {
    throw cannotListen(host, port, cause);
  });
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${addressOf(host, server.address())}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      const limit = setTimeout(() => server.closeAllConnections(), closeTimeoutMs);
      await closed;
      clearTimeout(limit);
    },
    abort: () => server.closeAllConnections(),
  };
}

function createServer(tls: ListenOptions['tls']): Server {
  const limits = {
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: timeoutCheckMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    maxHeaderSize: maxHeaderBytes,
  };
  const server = tls === undefined ? createHttpServer(limits) : createTlsServer(limits, tls);
  server.maxHeadersCount = maxHeadersCount;
  server.maxConnections = maxConnections;
  return server;
}

function createTlsServer(limits: ServerOptions, { cert, key }: NonNullable<ListenOptions['tls']>): Server {
  try {
    return createHttpsServer({ ...limits, cert, key, minVersion: 'TLSv1.2' });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new GopdaterError('CONFIG_INVALID', `The certificate and its key cannot be used: ${why}.`, {
      hint: 'Set GOPDATER_TLS_CERT_FILE to the file of the whole chain, and GOPDATER_TLS_KEY_FILE to that of its key, both PEM.',
      cause,
    });
  }
}

function addressOf(host: string, address: AddressInfo | string | null): string {
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function cannotListen(host: string, port: number, cause: unknown): GopdaterError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new GopdaterError('CONFIG_INVALID', `The server cannot listen on ${host}:${port}: ${why}.`, {
    hint: 'End what listens there, or choose another PORT.',
    cause,
  });
}

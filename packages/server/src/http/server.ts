import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GopdaterError } from '@gopdater/core';
import polka, { type Middleware, type Request, type Response } from 'polka';
import type { Logger } from '../log.ts';
import { Problem, sendProblem } from './problem.ts';

export type { Request, Response };

export interface Route {
  readonly method: 'GET' | 'POST';
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

/** How long a sender may take for its head, and for the whole of its request. */
const headersTimeoutMs = 10_000;
const requestTimeoutMs = 30_000;
const maxHeadersCount = 100;

/**
 * Serves these routes: `notFound` for other paths, 405 for other methods, a problem for whatever a handler throws.
 *
 * @throws GopdaterError `CONFIG_INVALID` when the address cannot be listened on
 */
export async function listen(
  routes: readonly Route[],
  { host, port, log, notFound, closeTimeoutMs = 5_000 }: ListenOptions,
): Promise<HttpServer> {
  const server = createServer({ headersTimeout: headersTimeoutMs, requestTimeout: requestTimeoutMs });
  server.maxHeadersCount = maxHeadersCount;
  const app = polka({
    server,
    onNoMatch: (request, response) => sendProblem(response, notFound(request)),
    onError: (error, _request, response) => {
      if (error instanceof Problem) return sendProblem(response, error);
      log.error({ err: error }, 'A request could not be answered.');
      sendProblem(response, new Problem(500, 'The request could not be answered; the server’s log says why.'));
    },
  });
  for (const { method, path, handle } of routes) {
    const handler: Middleware = async (request, response) => await handle(request, response);
    if (method === 'GET') app.get(path, handler);
    else app.post(path, handler);
    const allow = method === 'GET' ? 'GET, HEAD' : method;
    app.all(path, (_request, response) => {
      sendProblem(response, new Problem(405, `Only ${allow} is served here.`, { allow }));
    });
  }

  app.listen(port, host);
  await once(server, 'listening').catch((cause: unknown) => {
    throw cannotListen(host, port, cause);
  });
  return {
    url: urlOf(host, server.address()),
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

function urlOf(host: string, address: AddressInfo | string | null): string {
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function cannotListen(host: string, port: number, cause: unknown): GopdaterError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new GopdaterError('CONFIG_INVALID', `The server cannot listen on ${host}:${port}: ${why}.`, {
    hint: 'End what listens there, or choose another PORT.',
    cause,
  });
}

import { routes } from '../../src/docker/engine-server.ts';
import { createRouter, unknownRoute } from '../../src/docker/router.ts';
import { EngineError } from '../../src/errors.ts';
import type { FakeDocker } from '../../src/index.ts';

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what the API answers is looked at from outside.
  readonly body: any;
}

export type Request = (
  method: string,
  path: string,
  options?: { readonly query?: Readonly<Record<string, string>>; readonly body?: Readonly<Record<string, unknown>> },
) => Promise<Answer>;

const match = createRouter(routes);
const { signal } = new AbortController();

/** Asks the routes of an engine as a client would, without a socket: thousands of times a second. */
export function createRequest({ state }: FakeDocker): Request {
  return async (method, path, { query = {}, body = {} } = {}) => {
    try {
      const found = match(method, path);
      if (!found) throw unknownRoute(method, path);
      const { apiVersion: version } = state.profile;
      const asked = { query, searchParams: new URLSearchParams(query), version };
      const sent = { body, bytes: Buffer.alloc(0), headers: {} };
      const reply = await found.route.handle({ state, params: found.params, ...asked, ...sent, signal });
      switch (reply.kind) {
        case 'json':
          return { status: reply.status, body: reply.body };
        case 'empty':
          return { status: reply.status, body: undefined };
        case 'stream': {
          const lines: unknown[] = [];
          for await (const line of reply.items) lines.push(line);
          return { status: 200, body: lines };
        }
        default:
          return { status: 200, body: undefined };
      }
    } catch (error) {
      if (error instanceof EngineError) return { status: error.status, body: { message: error.message } };
      throw error;
    }
  };
}

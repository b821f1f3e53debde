import { EngineError, NotModelledError, PageNotFoundError } from '../errors.ts';
import { engineRoutes } from './engine-routes.ts';
import type { EngineState } from './state/engine-state.ts';
import type { JsonObject } from './wire/json.ts';

export interface RouteCall {
  readonly state: EngineState;
  /** What the path's placeholders stood for, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** The query with what was sent several times. */
  readonly searchParams: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: JsonObject;
  /** The body as it came. */
  readonly bytes: Buffer;
  /** Of the API, as the client asked for it, e.g. `1.45`. */
  readonly version: string;
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
}

/** A connection that has become a stream of bytes in both directions. */
export interface Connection {
  write(bytes: Buffer): void;
  /** Called with what the client sends, and with `undefined` when it sends no more. */
  onInput(listener: (bytes: Buffer | undefined) => void): void;
}

export type Reply =
  | { readonly kind: 'json'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'empty'; readonly status: number }
  | { readonly kind: 'text'; readonly headers: Readonly<Record<string, string>>; readonly body: string }
  | {
      readonly kind: 'bytes';
      readonly body: Iterable<Buffer> | AsyncIterable<Buffer>;
      readonly type: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** 101 if the client asks for it, else 200; then the connection is the route's until `serve` resolves. */
  | {
      readonly kind: 'hijack';
      /** Instead of both: the stream tells of a failure. */
      readonly status?: number;
      readonly type: string;
      /** The engine's usual headers stand in a 101, too. */
      readonly hasUsualHeaders: boolean;
      readonly serve: (connection: Connection) => Promise<void>;
    }
  /** Status 200 at once, then one JSON text per item. */
  | { readonly kind: 'stream'; readonly items: Items; readonly separator: '\n' | '\r\n' };

type Items = Iterable<unknown> | AsyncIterable<unknown>;

export interface Route {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** `{id}` stands for one element of the path, `{name}` for several. */
  readonly path: string;
  readonly handle: (call: RouteCall) => Reply | Promise<Reply>;
  /** What the client sends is no body, but the input of the connection. */
  readonly hasInput?: true;
  /** Its body is no JSON. */
  readonly takesBytes?: true;
}

export interface RouteMatch {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

export function createRouter(routes: readonly Route[]): (method: string, path: string) => RouteMatch | undefined {
  const compiled = routes.map(route => ({ route, pattern: compile(route.path) }));
  return (method, path) => {
    for (const { route, pattern } of compiled) {
      const found = route.method === method ? pattern.exec(path) : undefined;
      if (found) return { route, params: decodeAll(found.groups ?? {}) };
    }
    return undefined;
  };
}

const knownRoutes = new Map(Object.entries(engineRoutes).map(([method, paths]) => [method, paths.map(compile)]));

/** 404 for a path the engine does not know either, 501 for one that only the fake does not know. */
export function unknownRoute(method: string, path: string): EngineError {
  const isKnown = knownRoutes.get(method)?.some(pattern => pattern.test(path)) ?? false;
  return isKnown ? new NotModelledError(`${method} ${path}`) : new PageNotFoundError();
}

/** A number in a query; Go names what is none. */
export function integer(text: string | undefined): number | undefined {
  if (!text) return undefined;
  if (!/^[+-]?\d+$/.test(text)) throw new EngineError(500, `strconv.Atoi: parsing "${text}": invalid syntax`);
  return Number(text);
}

export const json = (body: unknown, status = 200): Reply => ({ kind: 'json', status, body });
export const empty = (status = 204): Reply => ({ kind: 'empty', status });

/** `1`, `true` and the like; the engine takes everything else but `0`, `no`, `false`, `none` for true. */
export function flag(text: string | undefined): boolean {
  return !['', '0', 'no', 'false', 'none'].includes((text ?? '').toLowerCase().trim());
}

function compile(path: string): RegExp {
  return new RegExp(`^${path.replace('{id}', '(?<id>[^/]+)').replace('{name}', '(?<name>.+)')}$`);
}

function decodeAll(groups: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(groups).map(([key, value]) => [key, decodeURIComponent(value)]));
}

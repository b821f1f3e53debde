import type { PushOptions } from '../registry/fake-registry.ts';

/**
 * What a client does to an engine, step by step. What has a name of its own (containers, networks, volumes) begins
 * with the scenario's and a dot, the names of images with it and a slash, so that many can share one engine.
 */
export interface Scenario {
  /** In words of `[a-z0-9]`, joined by `-`. */
  readonly name: string;
  /** Pushed to the registry and pulled before the first step. */
  readonly images?: Readonly<Record<string, PushOptions>>;
  readonly steps: readonly Step[];
  /** It looks at all that the engine has, or restarts it: nothing else may run meanwhile. */
  readonly isExclusive?: boolean;
  /** Why its events are not recorded. */
  readonly withoutEvents?: string;
}

export type Step =
  | RequestStep
  /** Waits until a request that was made in the background has been answered. */
  | { readonly kind: 'answered'; readonly background: string }
  /** Asks again and again until a part of the answer has this value. Nothing of it is recorded. */
  | {
      readonly kind: 'until';
      readonly path: string;
      readonly pointer: string;
      readonly is: unknown;
      /** Made before each look: what is waited for may be undone by the engine. */
      readonly again?: RequestStep;
    }
  /** Lets time pass. */
  | { readonly kind: 'pause'; readonly ms: number }
  /** Does something to the registry, or pushes to it. Nothing of it is recorded. */
  | { readonly kind: 'registry'; readonly act: (registry: ScenarioRegistry) => void }
  /** The daemon ends and starts again. */
  | { readonly kind: 'restart-daemon' };

export interface RequestStep {
  readonly kind: 'request';
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** With the query. `{id NAME}` stands for what the creation of that name was answered with, `{image NAME}` and
   * `{digest NAME}` for what was pushed first as that name, `{version NAME}` for the version of a service, `{container NAME}` for one that it runs, `{start}` and `{now}` for the time in seconds. */
  readonly path: string;
  /** JSON, or bytes as they are. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** A JSON pointer to what is recorded of the answer; default all of it. */
  readonly show?: string;
  /** Only this of each element of the list that is answered. */
  readonly each?: string;
  /** Its answer is waited for by an `answered` step; the next step begins once its headers are there. */
  readonly background?: string;
  /** The client hangs up as soon as it has sent the request. */
  readonly isCut?: boolean;
  /** The connection is taken over (`Upgrade: tcp`), this is sent, and our side closed. */
  readonly input?: string;
}

/** The registry as scenarios see it: of every engine that they run on. */
export interface ScenarioRegistry {
  /** @param name  without host, e.g. `pull-moved/web:1` */
  push(name: string, options?: PushOptions): void;
  removeTag(name: string): void;
  /** From now on, until it is healed. */
  fail(fault: { readonly status: number; readonly on?: 'manifests' | 'blobs'; readonly message?: string }): void;
  heal(): void;
}

/** Where the registry of scenarios listens. */
export const registryHost = '127.0.0.1:5001';

/** The name by which an engine pulls it. */
export const imageOf = (name: string): string => `${registryHost}/${name}`;

type Details = Omit<RequestStep, 'kind' | 'method' | 'path'>;

export const get = (path: string, details: Details = {}): RequestStep => ({
  kind: 'request',
  method: 'GET',
  path,
  ...details,
});
export const head = (path: string, details: Details = {}): RequestStep => ({ ...get(path, details), method: 'HEAD' });
export const post = (path: string, body?: unknown, details: Details = {}): RequestStep => ({
  ...get(path, details),
  method: 'POST',
  ...(body !== undefined && { body }),
});
export const remove = (path: string, details: Details = {}): RequestStep => ({
  ...get(path, details),
  method: 'DELETE',
});

/** `POST /containers/create`, of an image of the scenario. */
export const create = (name: string, image: string, config: Readonly<Record<string, unknown>> = {}): RequestStep =>
  post(`/containers/create?name=${name}`, { Image: imageOf(image), ...config });
/** `POST /containers/NAME/ACTION` */
export const act = (name: string, action: string): RequestStep => post(`/containers/${name}/${action}`);
/** `GET /containers/NAME/json`, or a part of it. */
export const inspect = (name: string, show?: string): RequestStep =>
  get(`/containers/${name}/json`, show === undefined ? {} : { show });
/** Until a container has this status. */
export const untilStatus = (name: string, status: string): Step => untilContainer(name, '/State/Status', status);
export const untilContainer = (name: string, pointer: string, is: unknown): Step => ({
  kind: 'until',
  path: `/containers/${name}/json`,
  pointer,
  is,
});
/** Until a container of the image `web` handles signals: its shell has set its trap once its `sleep` runs beside it. */
export const untilReady = (name: string): Step => ({
  kind: 'until',
  path: `/containers/${name}/stats?stream=false&one-shot=true`,
  pointer: '/pids_stats/current',
  is: 2,
});
/** `POST /containers/NAME/start`, and waits until a stop signal is obeyed. */
export const started = (name: string): readonly Step[] => [act(name, 'start'), untilReady(name)];
export const answered = (background: string): Step => ({ kind: 'answered', background });
export const pause = (ms: number): Step => ({ kind: 'pause', ms });
export const registry = (act: (registry: ScenarioRegistry) => void): Step => ({ kind: 'registry', act });
/** As a query: `filters({ label: ['a=b'] })` */
export const filters = (values: Readonly<Record<string, readonly string[]>>): string =>
  `filters=${encodeURIComponent(JSON.stringify(values))}`;

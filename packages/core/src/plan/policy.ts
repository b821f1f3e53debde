import { parseDuration } from '../compose/duration.ts';
import type { ComposeService } from '../compose/project.ts';
import { objectOf } from '../json.ts';
import { type MaintenanceWindow, parseWindow } from './maintenance-window.ts';

/** Who goes first: the old container, or the new one beside it. */
export type Order = 'stop-first' | 'start-first';

/** What is done after a failure: put all back, leave it as it is, or go on. */
export type FailureAction = 'rollback' | 'pause' | 'continue';

/** What is done after a service could not be put back: leave the others, too, or put them back. */
export type UndoFailureAction = 'pause' | 'continue';

/**
 * How a service is moved.
 *
 * @see Compose Deploy Specification, `update_config`
 */
export interface UpdatePolicy {
  /** Default `stop-first`. */
  readonly order: Order;
  /** How many replicas at a time; 0: all. Default 1, and 0 for a rollback. */
  readonly parallelism: number;
  /** Between them, in milliseconds. Default 0. */
  readonly delayMs: number;
  /** How long each is watched, in milliseconds; `undefined`: as long as it takes to be healthy, 5_000 without a health check. */
  readonly monitorMs: number | undefined;
  /** Default `rollback`. */
  readonly failureAction: FailureAction;
  /** What share of the replicas may fail, from 0 to 1. Default 0. */
  readonly maxFailureRatio: number;
}

/**
 * How a service is put back.
 *
 * @see Compose Deploy Specification, `rollback_config`
 */
export interface RollbackPolicy extends UpdatePolicy {
  /** Default `continue`: one that cannot be put back keeps no other from it. */
  readonly failureAction: UndoFailureAction;
}

/** A question that gopdater asks a container itself, when its image has no health check. */
export type Probe =
  | { readonly kind: 'http'; readonly port: number; readonly path: string }
  | { readonly kind: 'tcp'; readonly port: number };

/** All that a service, or the server for all of them, can say about its updates. */
export interface ServicePolicy {
  readonly update: UpdatePolicy;
  readonly rollback: RollbackPolicy;
  /** Who said which order: `its label`, `its compose file`, `the server’s default`. */
  readonly orderCause: string;
  /** What is done when the order cannot be had. Default `stop-first`. */
  readonly fallback: 'stop-first' | 'refuse';
  /** What is done when the files say something else than what runs. Default `refuse`. */
  readonly drift: 'refuse' | 'proceed';
  readonly probe: Probe | undefined;
  /** When a health check that has not decided is given up, in milliseconds. Default 600_000. */
  readonly healthTimeoutMs: number;
  /** How often the registry is asked for the tag, in milliseconds; default never: a hook tells. */
  readonly pollMs: number | undefined;
  /** How long an image must have been seen before it is moved to, in milliseconds. Default 0. */
  readonly cooldownMs: number;
  /** When it may be moved; default always. */
  readonly window: MaintenanceWindow | undefined;
  /** Whether its images must be signed; `undefined`: if there are keys. */
  readonly signature: 'required' | 'off' | undefined;
}

/** What counts where a service says nothing. */
export type PolicyDefaults = Said & {
  readonly [K in 'fallback' | 'drift' | 'healthTimeoutMs' | 'pollMs' | 'cooldownMs' | 'window']?:
    | ServicePolicy[K]
    | undefined;
} & {
  /** The IANA name of the one that windows are in which name none. Default `UTC`. */
  readonly timeZone?: string | undefined;
};

/** What was said; the rest is left to others. */
type Said<T extends UpdatePolicy = UpdatePolicy> = { readonly [K in keyof UpdatePolicy]?: T[K] | undefined };

/** A policy, and what in the labels and in `deploy` says nothing that is known: each a sentence. */
export interface ReadPolicy {
  readonly policy: ServicePolicy;
  readonly problems: readonly string[];
  /** What must not be passed over, in words: who asked for it would be moved when they said not to. */
  readonly obstacle: string | undefined;
}

/**
 * A label `gopdater.*` of the service wins over `deploy.update_config` and `deploy.rollback_config`, and these over the
 * server's defaults.
 */
export function readPolicy({ attributes, labels }: ComposeService, defaults: PolicyDefaults = {}): ReadPolicy {
  const deploy = objectOf(attributes.deploy);
  const problems: string[] = [];
  const obstacles: string[] = [];
  const reading =
    (textOf: (name: string) => unknown, what: string, wrong = problems): Read =>
    (name, parse) => {
      const text = textOf(name);
      if (text === undefined || text === null) return undefined;
      const value = parse(String(text));
      if (value === undefined) wrong.push(`${what}${name} is “${String(text)}”, which means nothing.`);
      return value;
    };
  const label = (prefix: string, wrong = problems) =>
    reading(name => labels[`${prefix}${name}`], `label ${prefix}`, wrong);
  const file = (section: string) => reading(name => objectOf(deploy[section])[name], `deploy.${section}.`);
  const own = label('gopdater.');
  const must = label('gopdater.', obstacles);
  const known = Object.keys(labels).filter(name => name.startsWith('gopdater.'));
  for (const name of known) {
    if (!labelNames.has(name.slice('gopdater.'.length))) problems.push(`there is no label ${name}.`);
  }

  const said = readUpdate(file('update_config'));
  const update = merge(updateDefaults, defaults, said, readUpdate(own));
  const { order, monitorMs } = update;
  const rollback = merge<RollbackPolicy>(
    { ...rollbackDefaults, order, monitorMs },
    readRollback(file('rollback_config')),
    readRollback(label('gopdater.rollback.')),
  );
  return {
    policy: {
      update,
      rollback,
      orderCause: orderCause(labels, said, defaults),
      fallback: own('fallback', oneOf('stop-first', 'refuse')) ?? defaults.fallback ?? 'stop-first',
      drift: own('drift', oneOf('refuse', 'proceed')) ?? defaults.drift ?? 'refuse',
      probe: own('probe', parseProbe),
      healthTimeoutMs: own('health_timeout', parseDuration) ?? defaults.healthTimeoutMs ?? 600_000,
      pollMs: atLeast(shortestPollMs, own('poll', parsePoll) ?? defaults.pollMs ?? 0),
      cooldownMs: must('cooldown', parseDuration) ?? defaults.cooldownMs ?? 0,
      signature: must('signature', oneOf('required', 'off')),
      window: whenOf(must('window', text => parseWhen(text, defaults.timeZone)) ?? defaults.window),
    },
    problems,
    obstacle: obstacles[0],
  };
}

/** Reads one attribute by its name; `undefined` if nothing is said of it. */
type Read = <T>(name: string, parse: (text: string) => T | undefined) => T | undefined;

const updateDefaults: UpdatePolicy = {
  order: 'stop-first',
  parallelism: 1,
  delayMs: 0,
  monitorMs: undefined,
  failureAction: 'rollback',
  maxFailureRatio: 0,
};

const rollbackDefaults: RollbackPolicy = { ...updateDefaults, parallelism: 0, failureAction: 'continue' };

const configLabels = ['order', 'parallelism', 'delay', 'monitor', 'failure_action', 'max_failure_ratio'];
const labelNames: ReadonlySet<string> = new Set([
  ...configLabels,
  ...configLabels.map(name => `rollback.${name}`),
  ...['fallback', 'drift', 'probe', 'health_timeout', 'poll', 'cooldown', 'window', 'signature', 'tag', 'tag-variable'],
]);

function readUpdate(read: Read): Said {
  return { ...readTimes(read), failureAction: read('failure_action', oneOf('rollback', 'pause', 'continue')) };
}

/** A rollback is never rolled back. */
function readRollback(read: Read): Said<RollbackPolicy> {
  return { ...readTimes(read), failureAction: read('failure_action', oneOf('pause', 'continue')) };
}

function readTimes(read: Read): Omit<Said, 'failureAction'> {
  return {
    order: read('order', oneOf('stop-first', 'start-first')),
    parallelism: read('parallelism', parseCount),
    delayMs: read('delay', parseDuration),
    monitorMs: read('monitor', parseDuration),
    maxFailureRatio: read('max_failure_ratio', parseRatio),
  };
}

/** The last one that says something counts. */
function merge<T extends UpdatePolicy = UpdatePolicy>(base: T, ...said: readonly Said<T>[]): T {
  const last = <K extends keyof UpdatePolicy>(key: K): T[K] =>
    said.map(one => one[key]).findLast(value => value !== undefined) ?? base[key];
  return {
    ...base,
    order: last('order'),
    parallelism: last('parallelism'),
    delayMs: last('delayMs'),
    monitorMs: last('monitorMs'),
    failureAction: last('failureAction'),
    maxFailureRatio: last('maxFailureRatio'),
  };
}

function oneOf<T extends string>(...values: readonly T[]): (text: string) => T | undefined {
  return text => values.find(value => value === text);
}

/** A registry is not to be asked all the time. */
const shortestPollMs = 10_000;

/** 0: never. */
function atLeast(shortest: number, ms: number): number | undefined {
  return ms === 0 ? undefined : Math.max(ms, shortest);
}

/** `10m`, or `off`. */
function parsePoll(text: string): number | undefined {
  return text === 'off' ? 0 : parseDuration(text);
}

/** A window, or `always`, which wins over the server's. */
function parseWhen(text: string, timeZone = 'UTC'): MaintenanceWindow | 'always' | undefined {
  return text === 'always' ? text : parseWindow(text, timeZone);
}

function whenOf(when: MaintenanceWindow | 'always' | undefined): MaintenanceWindow | undefined {
  return when === 'always' ? undefined : when;
}

function parseCount(text: string): number | undefined {
  return /^\d{1,4}$/.test(text) ? Number(text) : undefined;
}

function parseRatio(text: string): number | undefined {
  const ratio = Number(text);
  return text.trim() !== '' && ratio >= 0 && ratio <= 1 ? ratio : undefined;
}

/** `http://:8080/health` or `tcp://:5432`; the host is the container's own. */
function parseProbe(text: string): Probe | undefined {
  const { scheme, port, path } = /^(?<scheme>http|tcp):\/\/:(?<port>\d{1,5})(?<path>\/\S*)?$/.exec(text)?.groups ?? {};
  const number = Number(port);
  if (scheme === undefined || number < 1 || number > 65_535) return undefined;
  if (scheme === 'http') return { kind: 'http', port: number, path: path ?? '/' };
  return path === undefined ? { kind: 'tcp', port: number } : undefined;
}

function orderCause(labels: Readonly<Record<string, string>>, file: Said, defaults: PolicyDefaults): string {
  if (labels['gopdater.order'] !== undefined) return 'its label gopdater.order says so';
  if (file.order !== undefined) return 'deploy.update_config.order says so';
  return defaults.order === undefined ? 'nothing asks for another order' : 'the server’s default says so';
}

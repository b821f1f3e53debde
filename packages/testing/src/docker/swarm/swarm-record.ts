import { EngineError } from '../../errors.ts';
import type { EngineState } from '../state/engine-state.ts';
import type { JsonObject } from '../wire/json.ts';
import type { Changes } from './changes.ts';
import type { ServiceRecord } from './service-record.ts';
import type { TaskRecord } from './task-record.ts';

/** A swarm of one node, which is its manager. Functions of this folder change it; nothing else does. */
export interface Swarm extends Stamped {
  readonly engine: EngineState;
  readonly node: NodeRecord;
  readonly changes: Changes;
  /** Comes when the node leaves the swarm. */
  readonly left: AbortController;
  /** Comes when the node leaves the swarm or the daemon ends: what went on does so no more. */
  life: AbortSignal;
  /** Of the latest change of anything. */
  lastVersion: number;
  taskHistoryLimit: number;
  labels: Readonly<Record<string, string>>;
  joinTokens: JoinTokens;
  /** By id, in the order of creation, as all of these; clients see them in the order of their ids. */
  readonly services: Map<string, ServiceRecord>;
  readonly tasks: Map<string, TaskRecord>;
  readonly secrets: Map<string, PayloadRecord>;
  readonly configs: Map<string, PayloadRecord>;
}

/** What every object of a swarm has. */
export interface Stamped {
  /** 25 digits and lower-case letters. */
  readonly id: string;
  readonly createdMs: number;
  updatedMs: number;
  version: number;
}

export interface NodeRecord extends Stamped {
  readonly hostname: string;
  /** e.g. `127.0.0.1` */
  readonly address: string;
  name: string;
  labels: Readonly<Record<string, string>>;
  availability: 'active' | 'pause' | 'drain';
}

export interface JoinTokens {
  readonly worker: string;
  readonly manager: string;
}

/** A secret or a configuration. */
export interface PayloadRecord extends Stamped {
  readonly name: string;
  labels: Readonly<Record<string, string>>;
  /** In base64. */
  readonly data: string;
  /** `Driver` and `Templating`, as the client sent them. */
  readonly extra: JsonObject;
}

/** Throws 503 on an engine that is in no swarm. */
export function swarmOf({ swarm }: EngineState): Swarm {
  if (swarm) return swarm;
  throw new EngineError(
    503,
    'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.',
  );
}

/** By id, name, or the beginning of an id. */
export function findByName<T extends Stamped>(
  kind: 'service' | 'secret' | 'config' | 'node' | 'task',
  objects: Iterable<T>,
  wanted: string,
  nameOf: (object: T) => string,
): T {
  const all = [...objects];
  const found =
    all.find(({ id }) => id === wanted) ??
    all.find(object => nameOf(object) === wanted) ??
    all.find(({ id }) => wanted !== '' && id.startsWith(wanted));
  if (!found) throw new EngineError(404, `${kind} ${wanted} not found`);
  return found;
}

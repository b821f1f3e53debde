import type { PullCredentials } from '../state/pull-image.ts';
import type { JsonObject } from '../wire/json.ts';
import type { Stamped } from './swarm-record.ts';

export interface ServiceRecord extends Stamped {
  spec: ServiceSpec;
  /** Changes with the spec, and comes back with it when it is rolled back. */
  specVersion: number;
  previous: { readonly spec: ServiceSpec; readonly version: number } | undefined;
  updateStatus: UpdateStatus | undefined;
  endpoint: Endpoint;
  /** Tasks that were started in the place of others. */
  restarts: readonly Restart[];
  /** The update that goes on. */
  rollout: Rollout | undefined;
}

/** What a client asks for; `raw` is the whole of it as the API shows it. */
export interface ServiceSpec {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly task: TaskSpec;
  /** `undefined` for a global service: one task on every node. */
  readonly replicas: number | undefined;
  readonly update: UpdatePolicy;
  readonly rollback: UpdatePolicy;
  readonly endpoint: EndpointSpec;
  readonly raw: JsonObject;
}

export interface TaskSpec {
  readonly image: string;
  /** Ids of networks, and the names in them besides the service's. */
  readonly networks: readonly NetworkTarget[];
  readonly secretIds: readonly string[];
  readonly configIds: readonly string[];
  /** e.g. `node.role == manager` */
  readonly constraints: readonly string[];
  readonly restart: TaskRestartPolicy;
  readonly stopGracePeriodMs: number;
  /** To pull with; nobody is told. */
  readonly credentials: PullCredentials | undefined;
  /** `ContainerSpec` of it included. */
  readonly raw: JsonObject;
}

export interface NetworkTarget {
  readonly id: string;
  readonly aliases: readonly string[];
}

export interface TaskRestartPolicy {
  readonly condition: 'any' | 'on-failure' | 'none';
  readonly delayMs: number;
  /** 0: no limit. */
  readonly maxAttempts: number;
  /** In which the attempts are counted; 0: always. */
  readonly windowMs: number;
}

export interface UpdatePolicy {
  /** Slots at once; 0: all. */
  readonly parallelism: number;
  /** Between two slots. */
  readonly delayMs: number;
  readonly failureAction: 'pause' | 'continue' | 'rollback';
  /** How long after its start a task that ends counts as failed. */
  readonly monitorMs: number;
  /** The share of slots that may fail. */
  readonly maxFailureRatio: number;
  readonly order: 'stop-first' | 'start-first';
}

export interface EndpointSpec {
  readonly mode: 'vip' | 'dnsrr';
  readonly ports: readonly ServicePort[];
  /** `undefined` if the client sent none. */
  readonly raw: JsonObject | undefined;
}

export interface ServicePort {
  readonly name: string | undefined;
  readonly protocol: string;
  readonly targetPort: number;
  /** 0: any free one. */
  readonly publishedPort: number;
  readonly mode: 'ingress' | 'host';
}

/** What the swarm gave a service. */
export interface Endpoint {
  readonly ports: readonly ServicePort[];
  readonly virtualIps: readonly VirtualIp[];
}

export interface VirtualIp {
  readonly networkId: string;
  /** e.g. `10.0.1.2` */
  readonly address: string;
}

export interface UpdateStatus {
  readonly state: 'updating' | 'paused' | 'completed' | 'rollback_started' | 'rollback_paused' | 'rollback_completed';
  readonly startedMs: number;
  readonly completedMs: number | undefined;
  readonly message: string;
}

export interface Restart {
  readonly slot: number;
  readonly specVersion: number;
  readonly atMs: number;
}

export interface Rollout {
  readonly spec: ServiceSpec;
  /** The one it goes by; another one ends it. */
  status: UpdateStatus | undefined;
  readonly stop: AbortController;
}

import type { ServiceRecord, ServiceSpec } from './swarm/service-record.ts';
import type { PayloadRecord, Swarm } from './swarm/swarm-record.ts';
import type { TaskRecord } from './swarm/task-record.ts';

/** A swarm, as plain JSON: each list in the order in which its things came to be. Times in milliseconds. */
export interface SwarmSnapshot {
  readonly id: string;
  readonly version: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly nodes: readonly NodeSnapshot[];
  readonly services: readonly ServiceSnapshot[];
  readonly tasks: readonly TaskSnapshot[];
  readonly secrets: readonly PayloadSnapshot[];
  readonly configs: readonly PayloadSnapshot[];
}

interface Stamped {
  readonly id: string;
  readonly version: number;
  readonly createdMs: number;
  readonly updatedMs: number;
}

export interface NodeSnapshot extends Stamped {
  readonly hostname: string;
  readonly address: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly availability: string;
}

export interface ServiceSnapshot extends Stamped {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly image: string;
  /** Null: one on every node. */
  readonly replicas: number | null;
  /** As the API has it. */
  readonly spec: Readonly<Record<string, unknown>>;
  readonly previousSpec: Readonly<Record<string, unknown>> | null;
  readonly update: { readonly state: string; readonly message: string } | null;
  readonly ports: readonly Readonly<Record<string, unknown>>[];
  readonly virtualIps: readonly { readonly networkId: string; readonly address: string }[];
}

export interface TaskSnapshot extends Stamped {
  readonly service: string;
  /** From 1; 0 in a global service. */
  readonly slot: number;
  readonly image: string;
  readonly desired: string;
  readonly state: string;
  readonly message: string;
  readonly error: string | null;
  readonly exitCode: number;
  readonly nodeId: string;
  readonly containerId: string | null;
  readonly addresses: readonly { readonly networkId: string; readonly address: string }[];
}

export interface PayloadSnapshot extends Stamped {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** In base64; of a secret, nothing. */
  readonly data: string | null;
}

export function swarmSnapshot(swarm: Swarm): SwarmSnapshot {
  const { id, version, labels, node, services, tasks, secrets, configs } = swarm;
  const { hostname, address, name, availability } = node;
  return {
    id,
    version,
    labels,
    nodes: [{ ...stampOf(node), hostname, address, name, labels: node.labels, availability }],
    services: [...services.values()].map(serviceSnapshot),
    tasks: [...tasks.values()].map(taskSnapshot),
    secrets: [...secrets.values()].map(one => payloadSnapshot(one, null)),
    configs: [...configs.values()].map(one => payloadSnapshot(one, one.data)),
  };
}

function serviceSnapshot(service: ServiceRecord): ServiceSnapshot {
  const { spec, previous, updateStatus, endpoint } = service;
  return {
    ...stampOf(service),
    name: spec.name,
    labels: spec.labels,
    image: spec.task.image,
    replicas: spec.replicas ?? null,
    spec: rawOf(spec),
    previousSpec: previous ? rawOf(previous.spec) : null,
    update: updateStatus ? { state: updateStatus.state, message: updateStatus.message } : null,
    ports: endpoint.ports.map(({ name = null, ...port }) => ({ ...port, name })),
    virtualIps: endpoint.virtualIps,
  };
}

/** What is undefined is not there, as in JSON. */
function rawOf({ raw }: ServiceSpec): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(raw));
}

function taskSnapshot(task: TaskRecord): TaskSnapshot {
  const { serviceName, slot, spec, desired, status, nodeId, containerId = null, attachments } = task;
  const { state, message, error = null, exitCode } = status;
  const own = { service: serviceName, slot, image: spec.image, desired, state, message, error, exitCode };
  return { ...stampOf(task), ...own, nodeId, containerId, addresses: attachments };
}

function payloadSnapshot(payload: PayloadRecord, data: string | null): PayloadSnapshot {
  return { ...stampOf(payload), name: payload.name, labels: payload.labels, data };
}

function stampOf({ id, version, createdMs, updatedMs }: Stamped): Stamped {
  return { id, version, createdMs, updatedMs };
}

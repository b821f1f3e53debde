import type { EndpointSpec, TaskSpec } from './service-record.ts';
import type { Stamped, Swarm } from './swarm-record.ts';

/** In the order in which a task goes through them. @see swarmkit, `TaskState` */
export const taskStates = [
  'new',
  'pending',
  'assigned',
  'accepted',
  'preparing',
  'ready',
  'starting',
  'running',
  'complete',
  'shutdown',
  'failed',
  'rejected',
  'remove',
  'orphaned',
] as const;

export type TaskState = (typeof taskStates)[number];

export interface TaskRecord extends Stamped {
  readonly serviceId: string;
  readonly serviceName: string;
  /** From 1; 0 in a global service. */
  readonly slot: number;
  readonly spec: TaskSpec;
  readonly specVersion: number;
  readonly endpointSpec: EndpointSpec;
  /** Empty until it is assigned. */
  nodeId: string;
  status: TaskStatus;
  desired: 'ready' | 'running' | 'shutdown' | 'remove';
  /** Its addresses in overlay networks. */
  attachments: readonly Attachment[];
  containerId: string | undefined;
  /** Settles when it may start, if that is to be later. */
  startDelay: Promise<void> | undefined;
}

export interface TaskStatus {
  readonly state: TaskState;
  readonly message: string;
  readonly error: string | undefined;
  readonly timestampMs: number;
  /** Of its container, once it has ended. */
  readonly exitCode: number;
}

export interface Attachment {
  readonly networkId: string;
  /** e.g. `10.0.1.3` */
  readonly address: string;
}

export function isAtLeast(state: TaskState, least: TaskState): boolean {
  return taskStates.indexOf(state) >= taskStates.indexOf(least);
}

/** It runs no more, and will not. */
export function hasEnded({ status }: TaskRecord): boolean {
  return isAtLeast(status.state, 'complete');
}

/** It runs or is to run. */
export function isWanted({ desired }: TaskRecord): boolean {
  return desired === 'ready' || desired === 'running';
}

/** e.g. `shop_web.2`, or `shop_web.NODE` in a global service */
export function slotName({ serviceName, slot, nodeId }: TaskRecord): string {
  return `${serviceName}.${slot === 0 ? nodeId : slot}`;
}

export function tasksOf(swarm: Swarm, serviceId: string): TaskRecord[] {
  return [...swarm.tasks.values()].filter(task => task.serviceId === serviceId);
}

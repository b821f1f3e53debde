import type { Behaviour, HealthStatus } from '../../registry/behaviour.ts';
import type { ContainerLog } from './container-log.ts';
import type { ContainerSpec } from './container-spec.ts';
import type { Endpoint } from './network-record.ts';
import type { PublishedPort } from './ports.ts';

/** A container as the engine keeps it. */
export interface ContainerRecord {
  readonly id: string;
  readonly createdMs: number;
  readonly imageId: string;
  readonly spec: ContainerSpec;
  readonly behaviour: Behaviour;
  /** Without the leading slash. */
  name: string;
  state: ContainerState;
  health: HealthStatus | undefined;
  restarts: Restarts;
  /** Calls that wait for it to stop. */
  pendingStops: number;
  /** It stops to be started again at once: `autoRemove` does not concern it. */
  isBeingRestarted: boolean;
  /** Ends what is to happen to it later by itself; a new one whenever it starts or ends. */
  future: AbortController;
  readonly log: ContainerLog;
  /** What the last probe of its health check printed. */
  healthOutput: string;
  readonly mounts: readonly Mount[];
  /** By network name. */
  readonly endpoints: Map<string, Endpoint>;
  ports: readonly PublishedPort[];
}

/** `startedMs` and `finishedMs` are undefined for "never". */
export interface ContainerState {
  status: 'created' | 'running' | 'paused' | 'restarting' | 'exited';
  exitCode: number;
  error: string;
  startedMs: number | undefined;
  finishedMs: number | undefined;
}

/** What the engine's restarts of a container depend on, since it was last started by a client. */
export interface Restarts {
  readonly count: number;
  /** Before the last one, in milliseconds. */
  readonly delayMs: number;
  /** A client has stopped it. */
  readonly isStopped: boolean;
}

export const noRestarts: Restarts = { count: 0, delayMs: 0, isStopped: false };

export interface Mount {
  readonly type: 'volume' | 'bind';
  /** Of the volume; empty for a bind. */
  readonly name: string;
  readonly source: string;
  readonly destination: string;
  readonly isWritable: boolean;
  /** A volume that nobody named. */
  readonly isAnonymous: boolean;
}

/** As the engine has it: also while it waits to be started again. */
export function isRunning(container: ContainerRecord): boolean {
  return hasProcess(container) || container.state.status === 'restarting';
}

export function hasProcess({ state: { status } }: ContainerRecord): boolean {
  return status === 'running' || status === 'paused';
}

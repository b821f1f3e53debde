import type { HealthStatus } from '../../registry/behaviour.ts';
import type { ContainerSpec } from './container-spec.ts';
import type { Endpoint } from './network-record.ts';
import type { PublishedPort } from './ports.ts';

/** A container as the engine keeps it. */
export interface ContainerRecord {
  readonly id: string;
  readonly createdMs: number;
  readonly imageId: string;
  readonly spec: ContainerSpec;
  /** Without the leading slash. */
  name: string;
  state: ContainerState;
  health: HealthStatus | undefined;
  /** Lines of both outputs. */
  readonly log: string[];
  /** What the last probe of its health check printed. */
  healthOutput: string;
  readonly mounts: readonly Mount[];
  /** By network name. */
  readonly endpoints: Map<string, Endpoint>;
  ports: readonly PublishedPort[];
}

/** `startedMs` and `finishedMs` are undefined for "never". */
export interface ContainerState {
  status: 'created' | 'running' | 'paused' | 'exited';
  exitCode: number;
  error: string;
  startedMs: number | undefined;
  finishedMs: number | undefined;
}

export interface Mount {
  readonly type: 'volume' | 'bind';
  /** Of the volume; empty for a bind. */
  readonly name: string;
  readonly source: string;
  readonly destination: string;
  readonly isWritable: boolean;
}

export function isRunning(container: ContainerRecord): boolean {
  return container.state.status === 'running' || container.state.status === 'paused';
}

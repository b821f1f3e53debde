import type { FileSystem } from '../../files/file-system.ts';
import type { ByteQueue } from '../../process/byte-queue.ts';
import type { Process } from '../../process/process.ts';
import type { ProcessTable } from '../../process/process-table.ts';
import type { Terminal } from '../../process/terminal.ts';
import type { Behaviour, HealthStatus } from '../../registry/behaviour.ts';
import type { ContainerLog } from './container-log.ts';
import type { ContainerSpec } from './container-spec.ts';
import type { ImageRecord } from './image-store.ts';
import type { Endpoint } from './network-record.ts';
import type { PublishedPort } from './ports.ts';

/** A container as the engine keeps it. */
export interface ContainerRecord {
  readonly id: string;
  readonly createdMs: number;
  readonly imageId: string;
  readonly image: ImageRecord;
  spec: ContainerSpec;
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
  /** The last five, oldest first. */
  probes: readonly Probe[];
  /** How many probes have failed since the last one that did not. */
  failingStreak: number;
  /** Ends the probes of its health check. */
  monitor: AbortController;
  readonly processes: ProcessTable;
  /** Of what it runs in the fake's own shell; a service or a test's program has none. */
  main: Process | undefined;
  /** What clients type for its main process; undefined unless it is open. */
  stdin: ByteQueue | undefined;
  /** Between its main process and the clients, if it has a terminal. */
  terminal: Terminal | undefined;
  /** Ends what clients are attached to. */
  readonly sessions: Set<() => void>;
  /** Made when something first looks at them. */
  files: FileSystem | undefined;
  readonly mounts: readonly Mount[];
  /** By network name. */
  readonly endpoints: Map<string, Endpoint>;
  /** What the list of an engine still shows after a start that has failed; until the next one. */
  staleEndpoints: ReadonlyMap<string, Endpoint> | undefined;
  ports: readonly PublishedPort[];
}

/** `startedMs` and `finishedMs` are undefined for "never". */
export interface ContainerState {
  status: 'created' | 'running' | 'paused' | 'restarting' | 'exited';
  exitCode: number;
  error: string;
  isOutOfMemory: boolean;
  startedMs: number | undefined;
  finishedMs: number | undefined;
}

/** One run of a health check. */
export interface Probe {
  readonly startMs: number;
  readonly endMs: number;
  /** -1: it took too long. */
  readonly exitCode: number;
  /** At most 4096 characters, and dots if there were more. */
  readonly output: string;
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
  readonly type: 'volume' | 'bind' | 'tmpfs';
  /** Of the volume; empty for a bind. */
  readonly name: string;
  readonly source: string;
  readonly destination: string;
  readonly isWritable: boolean;
  /** Options as they were written, e.g. `z`, `ro`. */
  readonly mode: string;
  /** A volume that nobody named. */
  readonly isAnonymous: boolean;
  /** An empty volume gets what the image has in its place. */
  readonly copies: boolean;
}

/** As the engine has it: also while it waits to be started again. */
export function isRunning(container: ContainerRecord): boolean {
  return hasProcess(container) || container.state.status === 'restarting';
}

export function hasProcess({ state: { status } }: ContainerRecord): boolean {
  return status === 'running' || status === 'paused';
}

/** Of its main process, as the host sees it; 0 without one. */
export function processIdOf(container: ContainerRecord): number {
  return hasProcess(container) ? 1000 + (Number.parseInt(container.id.slice(0, 4), 16) % 30_000) : 0;
}

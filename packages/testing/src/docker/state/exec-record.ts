import type { ByteQueue } from '../../process/byte-queue.ts';
import type { Process } from '../../process/process.ts';
import type { Terminal } from '../../process/terminal.ts';
import type { ContainerRecord } from './container-record.ts';

/** A program that was asked to run beside a container's main process. */
export interface ExecRecord extends ExecSpec {
  readonly id: string;
  readonly container: ContainerRecord;
  status: 'created' | 'running' | 'ended';
  /** Undefined until it has ended. */
  exitCode: number | undefined;
  /** 0 until it has started. */
  pid: number;
  process: Process | undefined;
  readonly stdin: ByteQueue;
  terminal: Terminal | undefined;
}

export interface ExecSpec {
  readonly words: readonly string[];
  /** `NAME=value`, beside the container's own. */
  readonly environment: readonly string[];
  readonly folder: string | undefined;
  readonly user: string | undefined;
  readonly hasTerminal: boolean;
  readonly isPrivileged: boolean;
  readonly attaches: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean };
  readonly detachKeys: string;
}

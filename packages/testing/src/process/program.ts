import type { EngineClock } from '../clock/engine-clock.ts';
import type { FileSystem } from '../files/file-system.ts';
import type { Input, Output } from './byte-queue.ts';
import type { Process } from './process.ts';
import type { ProcessTable } from './process-table.ts';

/** What a program does; resolves to its exit code. */
export type Program = (context: ProgramContext) => number | Promise<number>;

/** What it runs with. */
export interface ProgramContext {
  /** Its name and arguments. */
  readonly words: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  readonly folder: string;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly process: Process;
  readonly machine: Machine;
  /** What it runs takes its place, and is no child of it. */
  readonly replacesProcess?: boolean;
}

/** What all processes of a container share. */
export interface Machine {
  readonly hostname: string;
  /** A name or a number; empty: root. */
  readonly user: string;
  readonly files: FileSystem;
  readonly processes: ProcessTable;
  readonly clock: EngineClock;
  /** Runs another program as a child of the context's process; resolves to its exit code. */
  run(words: readonly string[], context: ProgramContext): Promise<number>;
  /** Where process 1 writes to. */
  readonly mainOutput?: { readonly stdout: Output; readonly stderr: Output };
}

/** A path as it was given to a program, made absolute. */
export function absolute({ folder }: Pick<ProgramContext, 'folder'>, path: string): string {
  return path.startsWith('/') ? path : `${folder}/${path}`;
}

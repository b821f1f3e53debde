/** What a health check says. */
export type HealthStatus = 'starting' | 'healthy' | 'unhealthy';

/** What a health check says from a moment on. */
export interface HealthChange {
  readonly status: HealthStatus;
  /** After the container's start, in milliseconds. */
  readonly afterMs: number;
  /** What the probe printed; default nothing. */
  readonly output?: string;
}

export interface BehaviourOptions {
  /**
   * Gives the image a health check with this outcome at once, or with these one after the other (`starting` before the
   * first), whatever it is. Default: the image has none, and one that its container brings is run.
   */
  readonly health?: HealthStatus | readonly HealthChange[];
  /** How long its containers take until they serve, and until a health check with one outcome says so. Default 0. */
  readonly startMs?: number;
  /** Its containers end by themselves, with this code. Default: they run until stopped. */
  readonly exitCode?: number;
  /** When they end by themselves: after their start, in milliseconds, with code 0 unless there is another. Default 0. */
  readonly exitAfterMs?: number;
  /** How long they go on after their stop signal, in milliseconds; `Infinity`: until they are killed. Default 0. */
  readonly stopAfterMs?: number;
  /** What its containers do. It is no part of the digest. Default: nothing. */
  readonly program?: FakeProgram;
}

/** What `registry.push` adds by itself. */
interface KnownImage {
  readonly hasFiles?: boolean;
}

/** What a process does; resolves to its exit code. One that rejects has crashed: exit code 1. */
export type FakeProgram = (process: FakeProcess) => number | Promise<number>;

/** The process of a container, as its program sees it. */
export interface FakeProcess {
  readonly containerId: string;
  /** Entrypoint and command. */
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Aborts when it has ended, by a signal. */
  readonly signal: AbortSignal;
  /** Prints a line; default on stdout. */
  print(line: string, output?: 'stdout' | 'stderr'): void;
}

/** How the containers of an image behave. */
export interface Behaviour {
  /** For a container that has a health check, from its image or its own; `undefined`: the check is run. */
  readonly health: readonly HealthChange[] | undefined;
  readonly startMs: number;
  readonly exit: { readonly code: number; readonly afterMs: number } | undefined;
  readonly stopAfterMs: number;
  readonly program: FakeProgram | undefined;
  /** Its files are known: what is not among them cannot be run. */
  readonly hasFiles: boolean;
}

export function behaviourOf({
  health,
  startMs = 0,
  exitCode,
  exitAfterMs,
  stopAfterMs = 0,
  program,
  hasFiles = false,
}: BehaviourOptions & KnownImage): Behaviour {
  const hasExit = exitCode !== undefined || exitAfterMs !== undefined;
  return {
    health: typeof health === 'string' ? [{ status: health, afterMs: startMs }] : health,
    startMs,
    exit: hasExit ? { code: exitCode ?? 0, afterMs: exitAfterMs ?? 0 } : undefined,
    stopAfterMs,
    program,
    hasFiles,
  };
}

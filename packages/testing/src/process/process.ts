import { endsByDefault, sigkill } from './signals.ts';

/** Thrown inside a process that a signal has ended. */
export class Killed extends Error {
  override readonly name = 'Killed';
  readonly signal: number;

  constructor(signal: number) {
    super(`killed by signal ${signal}`);
    this.signal = signal;
  }

  get exitCode(): number {
    return 128 + this.signal;
  }
}

export interface ProcessOptions {
  readonly pid: number;
  readonly parentPid: number;
  /** As `ps` shows it. */
  readonly command: string;
  readonly startedMs: number;
  readonly hasTerminal: boolean;
  /** Not ended by signals that it has no handler for, as process 1 of a container is. */
  readonly isInit: boolean;
}

/** One running program, as the kernel knows it. */
export class Process {
  readonly pid: number;
  readonly parentPid: number;
  readonly startedMs: number;
  readonly hasTerminal: boolean;
  command: string;
  readonly #isInit: boolean;
  readonly #end = new AbortController();
  readonly #handlers = new Map<number, () => void>();

  constructor({ pid, parentPid, command, startedMs, hasTerminal, isInit }: ProcessOptions) {
    this.pid = pid;
    this.parentPid = parentPid;
    this.command = command;
    this.startedMs = startedMs;
    this.hasTerminal = hasTerminal;
    this.#isInit = isInit;
  }

  /** Comes, with a Killed, when a signal ends it. */
  get ended(): AbortSignal {
    return this.#end.signal;
  }

  /** What it does at a signal, instead of what is usual. `undefined`: what is usual. */
  handle(signal: number, handler: (() => void) | undefined): void {
    if (handler) this.#handlers.set(signal, handler);
    else this.#handlers.delete(signal);
  }

  handles(signal: number): boolean {
    return this.#handlers.has(signal);
  }

  deliver(signal: number): void {
    const handler = signal === sigkill ? undefined : this.#handlers.get(signal);
    if (handler) handler();
    else if (signal === sigkill || (!this.#isInit && endsByDefault(signal))) this.#end.abort(new Killed(signal));
  }

  /** @throws Killed */
  check(): void {
    this.#end.signal.throwIfAborted();
  }
}

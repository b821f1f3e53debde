import { fitsPattern } from './calls.ts';

/** What happens to a request instead of its answer. */
export type Fault =
  /** The daemon refuses. `message` default: `fault injected`. */
  | { readonly status: number; readonly message?: string }
  /** The connection is cut. */
  | { readonly drop: true; readonly when?: FaultMoment }
  /** No answer ever comes; it ends when the caller leaves: by its signal, or by closing the connection. */
  | { readonly hang: true; readonly when?: FaultMoment }
  /** The daemon acts and answers after this many milliseconds of its clock; not at all if the caller leaves before. */
  | { readonly slowMs: number }
  /** The daemon restarts: see `FakeDocker.restart`. */
  | { readonly restart: RestartOptions; readonly when?: FaultMoment }
  /** The status and so many lines of the answer come (of one that is no stream: the headers); then the connection is cut. */
  | { readonly drop: true; readonly afterLines: number }
  /** So many lines of a stream come, then one that tells this error: a pull that fails after it has begun. */
  | { readonly error: string; readonly afterLines: number }
  /** The answer is held back until the promise settles, then given as usual. */
  | { readonly hold: Promise<unknown> };

/** `before` (default): the daemon has not acted. `after`: it has, and its answer is lost. */
export type FaultMoment = 'before' | 'after';

/** How the daemon restarts. */
export interface RestartOptions {
  /** How long nobody answers, in milliseconds of its clock. */
  readonly awayMs: number;
  /** True: containers run on meanwhile, as with `live-restore` in `daemon.json`. Default false. */
  readonly liveRestore?: boolean;
}

/** A fault that was asked for. */
export interface PlannedFault {
  readonly pattern: string;
  readonly fault: Fault;
  /** How many requests have met it so far. */
  readonly reached: number;
}

/** Which of the matching requests meet a fault. */
export interface FaultOptions {
  /** How many; default 1. */
  readonly times?: number;
  /** How many pass unharmed before; default 0. */
  readonly skip?: number;
}

/** What a fault may concern: an HTTP request, or the same call made in process, which has an operation's name too. */
export interface FaultTarget {
  readonly method: string;
  readonly path: string;
  /** Of the Engine port, e.g. `pullImage`. */
  readonly operation?: string | undefined;
}

interface Pending {
  readonly pattern: string;
  readonly fault: Fault;
  readonly times: number;
  skip: number;
  reached: number;
}

/**
 * Faults to come.
 *
 * A pattern is a method and a path, where an asterisk stands for one element and two for any number of them
 * (`DELETE /images/**`, any request: `* **`), or the name of an operation of the Engine port (`pullImage`).
 */
export class Faults {
  readonly #pending: Pending[] = [];

  /** The next matching request meets the fault; or those that the options say. */
  next(pattern: string, fault: Fault, { times = 1, skip = 0 }: FaultOptions = {}): PlannedFault {
    const pending = { pattern, fault, times, skip, reached: 0 };
    this.#pending.push(pending);
    return pending;
  }

  /** Every matching request meets it, until `clear`. */
  always(pattern: string, fault: Fault): PlannedFault {
    return this.next(pattern, fault, { times: Number.POSITIVE_INFINITY });
  }

  /** Faults that no request has met: a test that ends with some has not tested them. */
  unreached(): readonly PlannedFault[] {
    return this.#pending.filter(({ reached }) => reached === 0);
  }

  clear(): void {
    this.#pending.length = 0;
  }

  /** Uses up and returns the first fault for the request. @internal */
  take(target: FaultTarget): Fault | undefined {
    for (const pending of this.#pending) {
      if (pending.reached >= pending.times || !concerns(pending.pattern, target)) continue;
      if (pending.skip === 0) {
        pending.reached += 1;
        return pending.fault;
      }
      pending.skip -= 1;
    }
    return undefined;
  }
}

function concerns(pattern: string, target: FaultTarget): boolean {
  return pattern.includes(' ') ? fitsPattern(pattern, target) : pattern === target.operation;
}

import { throwIfAborted } from '../errors.ts';
import { fitsPattern } from './calls.ts';

/** What happens instead of an answer. */
export type Fault =
  /** The daemon refuses. `message` default: `fault injected`. */
  | { readonly status: number; readonly message?: string }
  /** The connection is destroyed. */
  | { readonly drop: true }
  /** The answer is held back until the promise settles, then given as usual. */
  | { readonly hold: Promise<unknown> };

/** What a fault may concern: an HTTP request, or the same call made in process, which has an operation's name too. */
export interface FaultTarget {
  readonly method: string;
  readonly path: string;
  /** Of the Engine port, e.g. `pullImage`. */
  readonly operation?: string | undefined;
}

/**
 * Faults to come.
 *
 * A pattern is a method and a path, where an asterisk stands for one element and two for any number of them
 * (`DELETE /images/**`), or the name of an operation of the Engine port (`pullImage`).
 */
export class Faults {
  readonly #pending: { readonly pattern: string; readonly fault: Fault; left: number }[] = [];

  /** The next matching request meets the fault; then the next `times - 1` too (default 1). */
  next(pattern: string, fault: Fault, { times = 1 }: { readonly times?: number } = {}): void {
    this.#pending.push({ pattern, fault, left: times });
  }

  /** Every matching request meets it, until `clear`. */
  always(pattern: string, fault: Fault): void {
    this.next(pattern, fault, { times: Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#pending.length = 0;
  }

  /** Uses up and returns the first fault for the request. @internal */
  take(target: FaultTarget): Fault | undefined {
    const hit = this.#pending.find(({ pattern, left }) => left > 0 && concerns(pattern, target));
    if (hit) hit.left -= 1;
    return hit?.fault;
  }
}

function concerns(pattern: string, target: FaultTarget): boolean {
  return pattern.includes(' ') ? fitsPattern(pattern, target) : pattern === target.operation;
}

/** Waits for a held answer; rejects with ABORTED if the caller leaves first. */
export async function waitWhileHeld(hold: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  const left = new Promise<void>(resolve => signal?.addEventListener('abort', () => resolve(), { once: true }));
  await Promise.race([Promise.allSettled([hold]), left]);
  throwIfAborted(signal);
}

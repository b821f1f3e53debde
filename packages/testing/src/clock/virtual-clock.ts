import type { EngineClock } from './engine-clock.ts';
import { WorkInFlight } from './work-in-flight.ts';

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

export interface VirtualClockOptions {
  /** Milliseconds since the Unix epoch; default the beginning of 2026. */
  readonly startMs?: number;
}

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Time that stands still until it is moved: by hand (`advance`), or by itself while some work is done (`run`).
 *
 * It serves the fake engine (`FakeDocker.start({ clock })`) and the code under test alike. Sleepers are woken one after
 * the other in the order they are due, those due together in the order they lay down, and each only when nothing else
 * is going on: so the same run gives the same order every time.
 *
 * What goes on is seen by itself as far as it is promises, `fetch`, or the file system. Of other work (sockets, child
 * processes, timers of Node.js) the clock is told with `busy`.
 */
export class VirtualClock implements EngineClock {
  #nowMs: number;
  #isDriven = false;
  readonly #sleepers = new Set<Sleeper>();
  readonly #busy = new Set<Promise<unknown>>();

  constructor({ startMs = Date.parse('2026-01-01T00:00:00Z') }: VirtualClockOptions = {}) {
    this.#nowMs = startMs;
  }

  /** Milliseconds since the Unix epoch. */
  now(): number {
    return this.#nowMs;
  }

  /** How many wait for their time now. */
  get sleepers(): number {
    return this.#sleepers.size;
  }

  /** When the first of them is due; `undefined` if none ever is. */
  get dueMs(): number | undefined {
    return this.#next()?.dueMs;
  }

  /** Waits until that much time has passed; the signal ends the wait early, without an error. */
  async sleep(ms: number, { signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    if (signal?.aborted) return;
    await new Promise<void>(resolve => {
      const wake = (): void => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper = { dueMs: this.#nowMs + Math.max(0, ms), wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }

  /** No time passes before it has settled. It must not itself wait for this clock. */
  async busy<T>(work: Promise<T>): Promise<T> {
    this.#busy.add(work);
    try {
      return await work;
    } finally {
      this.#busy.delete(work);
    }
  }

  /** Lets this much time pass and wakes who is due; resolves once nothing that they began is going on any more. */
  async advance(ms: number): Promise<void> {
    await this.#drive(async inFlight => {
      const endMs = this.#nowMs + ms;
      await inFlight.ended();
      for (let next = this.#next(); next !== undefined && next.dueMs <= endMs; next = this.#next()) {
        this.#wake(next);
        await inFlight.ended();
      }
      this.#nowMs = endMs;
    });
  }

  /**
   * Does the work, and jumps to the next sleeper's time whenever nothing else is going on, until the work has settled.
   *
   * @param options.limitMs  of virtual time; default a day
   * @throws what the work throws; Error if no time could end it (nobody sleeps, or the limit is over)
   */
  async run<T>(work: () => Promise<T>, { limitMs = dayMs }: { readonly limitMs?: number } = {}): Promise<T> {
    return await this.#drive(async inFlight => {
      const endMs = this.#nowMs + limitMs;
      const result = work();
      let isSettled = false;
      const settle = (): void => {
        isSettled = true;
      };
      result.then(settle, settle);
      for (;;) {
        await inFlight.ended();
        if (isSettled) return await result;
        const next = this.#next();
        if (next === undefined) {
          throw new Error('Time stands still: nobody waits for it, and the work has not ended. It may hang for ever.');
        }
        if (next.dueMs > endMs) throw new Error(`The work has not ended after ${limitMs} ms of virtual time.`);
        this.#wake(next);
      }
    });
  }

  async #drive<T>(move: (inFlight: WorkInFlight) => Promise<T>): Promise<T> {
    if (this.#isDriven) throw new Error('The clock is being moved already.');
    this.#isDriven = true;
    using inFlight = new WorkInFlight(this.#busy);
    try {
      return await move(inFlight);
    } finally {
      this.#isDriven = false;
    }
  }

  /** Who is due first; whoever sleeps for ever never is. */
  #next(): Sleeper | undefined {
    let first: Sleeper | undefined;
    for (const sleeper of this.#sleepers) {
      if (sleeper.dueMs < (first?.dueMs ?? Number.POSITIVE_INFINITY)) first = sleeper;
    }
    return first;
  }

  #wake({ dueMs, wake }: Sleeper): void {
    this.#nowMs = Math.max(this.#nowMs, dueMs);
    wake();
  }
}

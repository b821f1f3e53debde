import { EngineError, NoAnswerError } from '../errors.ts';
import type { Fault } from './faults.ts';

type Lines<T> = Iterable<T> | AsyncIterable<T>;

/** What a fault does to an answer that has begun: it breaks off after some of its lines. */
export class LineFault {
  readonly #fault: Extract<Fault, { readonly afterLines: number }> | undefined;

  constructor(fault: Fault | undefined) {
    this.#fault = fault && 'afterLines' in fault ? fault : undefined;
  }

  /** False: every answer comes as a whole. */
  get isPlanned(): boolean {
    return this.#fault !== undefined;
  }

  /** Gives the lines up to the fault. */
  *lines<T>(items: Iterable<T>): Generator<T, void, undefined> {
    let count = 0;
    this.#passed(count);
    for (const item of items) {
      yield item;
      count += 1;
      this.#passed(count);
    }
    this.breakOff();
  }

  /** Gives the lines up to the fault, as they come. */
  async *stream<T>(items: Lines<T>): AsyncGenerator<T, void, undefined> {
    let count = 0;
    this.#passed(count);
    for await (const item of items) {
      yield item;
      count += 1;
      this.#passed(count);
    }
    this.breakOff();
  }

  /** Throws what the fault is, if there is one: at the latest when the answer is over. */
  breakOff(): void {
    if (this.#fault === undefined) return;
    if ('error' in this.#fault) throw new EngineError(500, this.#fault.error);
    throw new NoAnswerError('unexpected EOF');
  }

  #passed(count: number): void {
    if (count === this.#fault?.afterLines) this.breakOff();
  }
}

import type { EngineClock } from '../../clock/engine-clock.ts';

/** A line that a container printed. */
export interface LogLine {
  readonly output: OutputName;
  readonly text: string;
}

export type OutputName = 'stdout' | 'stderr';

export interface LoggedLine extends LogLine {
  readonly timeMs: number;
  /** False for the last one of a process that did not end it. */
  readonly isWhole: boolean;
}

/** What a container printed: as lines for who asks later, and as it came for who is attached. */
export class ContainerLog {
  readonly #clock: EngineClock;
  readonly #lines: LoggedLine[] = [];
  readonly #begun: Record<OutputName, Buffer> = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  readonly #waiting = new Set<() => void>();
  readonly #listeners = new Set<(output: OutputName, bytes: Buffer) => void>();

  constructor(clock: EngineClock) {
    this.#clock = clock;
  }

  get lines(): readonly LoggedLine[] {
    return this.#lines;
  }

  print({ output, text }: LogLine): void {
    this.write(output, Buffer.from(`${text}\n`));
  }

  write(output: OutputName, bytes: Buffer): void {
    for (const listener of [...this.#listeners]) listener(output, bytes);
    let rest = Buffer.concat([this.#begun[output], bytes]);
    for (let end = rest.indexOf(0x0a); end !== -1; end = rest.indexOf(0x0a)) {
      this.#add(output, rest.subarray(0, end), true);
      rest = rest.subarray(end + 1);
    }
    this.#begun[output] = rest;
  }

  /** Its process has ended: what it has begun is a line, too. */
  end(): void {
    for (const output of ['stdout', 'stderr'] as const) {
      if (this.#begun[output].length > 0) this.#add(output, this.#begun[output], false);
      this.#begun[output] = Buffer.alloc(0);
    }
    this.wake();
  }

  /** Returns what ends the subscription. */
  subscribe(listener: (output: OutputName, bytes: Buffer) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** There is more, or there will never be. */
  wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /** All lines from the index on, until nobody prints any more or the signal comes. */
  async *follow(
    isOpen: () => boolean,
    signal: AbortSignal | undefined,
    { from = 0 }: { readonly from?: number } = {},
  ): AsyncGenerator<LoggedLine> {
    for (let at = from; signal?.aborted !== true; ) {
      const line = this.#lines[at];
      if (line !== undefined) {
        at += 1;
        yield line;
      } else if (isOpen()) {
        await this.more(signal);
      } else {
        return;
      }
    }
  }

  /** Resolves when there is more, or there will never be, or when the signal comes. */
  async more(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) return;
    await new Promise<void>(resolve => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal?.addEventListener('abort', wake);
    });
  }

  #add(output: OutputName, bytes: Buffer, isWhole: boolean): void {
    this.#lines.push({ output, text: bytes.toString(), timeMs: this.#clock.now(), isWhole });
    this.wake();
  }
}

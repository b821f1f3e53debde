/** A line that a container printed. */
export interface LogLine {
  readonly output: 'stdout' | 'stderr';
  readonly text: string;
}

/** What a container printed, and who waits for more of it. */
export class ContainerLog {
  readonly #lines: LogLine[] = [];
  readonly #waiting = new Set<() => void>();

  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  print(line: LogLine): void {
    this.#lines.push(line);
    this.wake();
  }

  /** There is more, or there will never be. */
  wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /** All lines, until nobody prints any more or the signal comes. */
  async *follow(isOpen: () => boolean, signal: AbortSignal | undefined): AsyncGenerator<LogLine> {
    for (let at = 0; signal?.aborted !== true; ) {
      const line = this.#lines[at];
      if (line !== undefined) {
        at += 1;
        yield line;
      } else if (isOpen()) {
        await this.#more(signal);
      } else {
        return;
      }
    }
  }

  async #more(signal: AbortSignal | undefined): Promise<void> {
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
}

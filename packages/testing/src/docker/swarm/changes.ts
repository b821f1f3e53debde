/** Tells those who wait for something of the swarm that it may have come. */
export class Changes {
  readonly #waiting = new Set<() => void>();

  tell(): void {
    for (const look of [...this.#waiting]) look();
  }

  /** Resolves once `isReached`, which is asked now and at every change, or when the signal comes. */
  async until(isReached: () => boolean, signal: AbortSignal): Promise<void> {
    if (signal.aborted || isReached()) return;
    await new Promise<void>(resolve => {
      const look = (): void => {
        if (!signal.aborted && !isReached()) return;
        this.#waiting.delete(look);
        signal.removeEventListener('abort', look);
        resolve();
      };
      this.#waiting.add(look);
      signal.addEventListener('abort', look);
    });
  }
}

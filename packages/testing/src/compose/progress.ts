import type { ComposeContainerResult } from '@gopdater/core';

/** The lines a command prints, and the last status of each container. */
export class Progress {
  readonly #onLine: (line: string) => void;
  readonly #statuses = new Map<string, string>();

  constructor(onLine: ((line: string) => void) | undefined) {
    this.#onLine = onLine ?? (() => undefined);
  }

  container(name: string, status: string): void {
    this.#statuses.set(name, status.split(' ', 1)[0] ?? status);
    this.#onLine(` Container ${name}  ${status}`);
  }

  /** Networks, volumes and services: they have lines only. */
  thing(label: string, status: string): void {
    this.#onLine(` ${label} ${status}`);
  }

  get containers(): readonly ComposeContainerResult[] {
    return [...this.#statuses].map(([name, status]) => ({ name, status }));
  }
}

import { Process, type ProcessOptions } from './process.ts';
import { sigkill } from './signals.ts';

/** The processes of one container. */
export class ProcessTable {
  readonly #processes = new Map<number, Process>();
  #lastPid = 0;

  /** Oldest first. */
  get all(): readonly Process[] {
    return [...this.#processes.values()];
  }

  find(pid: number): Process | undefined {
    return this.#processes.get(pid);
  }

  start(options: Omit<ProcessOptions, 'pid'>): Process {
    this.#lastPid += 1;
    const process = new Process({ ...options, pid: this.#lastPid });
    this.#processes.set(process.pid, process);
    return process;
  }

  end(process: Process): void {
    if (this.#processes.get(process.pid) === process) this.#processes.delete(process.pid);
  }

  /** As the kernel does when process 1 has ended; the next one begins with pid 1 again. */
  killAll(): void {
    for (const process of this.all) process.deliver(sigkill);
    this.#processes.clear();
    this.#lastPid = 0;
  }
}

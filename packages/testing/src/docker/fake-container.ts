import type { FileSystem } from '../files/file-system.ts';
import type { HealthStatus } from '../registry/behaviour.ts';
import { filesOf } from './state/container-files.ts';
import { later } from './state/container-future.ts';
import { endProcess } from './state/container-process.ts';
import type { ContainerRecord } from './state/container-record.ts';
import type { EngineState } from './state/engine-state.ts';
import { setHealth } from './state/health.ts';
import { shownImage } from './wire/container-list-view.ts';

/** When something happens to a container. */
export interface AfterOptions {
  /** In milliseconds of the engine's clock; default 0: now. */
  readonly afterMs?: number;
}

/** How a process ends. */
export interface ExitOptions extends AfterOptions {
  /** The kernel killed it because it wanted too much memory, as the engine then says. Default false. */
  readonly isOutOfMemory?: boolean;
}

/** A container as it is now, and what only its own process could do. */
export class FakeContainer {
  readonly #state: EngineState;
  readonly #record: ContainerRecord;

  /** @internal */
  constructor(state: EngineState, record: ContainerRecord) {
    this.#state = state;
    this.#record = record;
  }

  get id(): string {
    return this.#record.id;
  }

  /** Without the leading slash. */
  get name(): string {
    return this.#record.name;
  }

  /** The reference it was created from, or the image's id if the tag has moved since. */
  get image(): string {
    return shownImage(this.#state, this.#record);
  }

  get imageId(): string {
    return this.#record.imageId;
  }

  /** `removed` once it is gone. */
  get status(): 'created' | 'running' | 'paused' | 'restarting' | 'exited' | 'removed' {
    return this.#state.containers.has(this.id) ? this.#record.state.status : 'removed';
  }

  /** 0 while it runs. */
  get exitCode(): number {
    return this.#record.state.exitCode;
  }

  /** `undefined` without a health check. */
  get health(): HealthStatus | undefined {
    return this.#record.health;
  }

  get labels(): Readonly<Record<string, string>> {
    return this.#record.spec.labels;
  }

  /** `KEY=value`, the image's own included. */
  get env(): readonly string[] {
    return this.#record.spec.env;
  }

  /** Names of networks. */
  get networks(): readonly string[] {
    return [...this.#record.endpoints.keys()];
  }

  /** How often the engine has started it again by itself. */
  get restartCount(): number {
    return this.#record.restarts.count;
  }

  /**
   * Its process ends by itself, now or after some milliseconds if it still runs then; its restart policy may start it
   * again. Throws if it does not run.
   */
  exit(code = 0, { afterMs = 0, isOutOfMemory = false }: ExitOptions = {}): void {
    later(this.#state, this.#record, afterMs, () => endProcess(this.#state, this.#record, code, { isOutOfMemory }));
  }

  /** What is in it, to be looked at and changed. */
  get files(): FileSystem {
    return filesOf(this.#state, this.#record);
  }

  /**
   * What its health check says from now on, or in some milliseconds if it still runs then. Throws if it does not run or
   * has no health check, and for `starting` once it has said anything.
   */
  setHealth(status: HealthStatus, output = '', { afterMs = 0 }: AfterOptions = {}): void {
    later(this.#state, this.#record, afterMs, () => setHealth(this.#state, this.#record, status, output));
  }

  /** Its process prints a line. */
  log(line: string): void {
    this.#record.log.print({ output: 'stdout', text: line });
  }
}

import { later } from './state/container-future.ts';
import type { ContainerRecord } from './state/container-record.ts';
import type { EngineState } from './state/engine-state.ts';

/** A container begins to serve, or no longer does. */
export interface ServingChange {
  readonly container: ContainerRecord;
  readonly serves: boolean;
  readonly timeMs: number;
}

/** When each container served, removed ones included, in the order in which it came about. */
export class ServingLog {
  readonly #state: EngineState;
  readonly #changes: ServingChange[] = [];
  readonly #containers = new Map<string, ContainerRecord>();
  readonly #serving = new Set<ContainerRecord>();

  constructor(state: EngineState) {
    this.#state = state;
    state.events.subscribe(({ type, action, id }) => {
      const container = state.containers.get(id);
      if (type !== 'container' || container === undefined) return;
      this.#containers.set(id, container);
      this.#look(container);
      const { startMs } = container.behaviour;
      if (action === 'start' && startMs > 0) later(state, container, startMs, () => this.#look(container));
    });
  }

  /** All that have ever been, oldest first. */
  get containers(): readonly ContainerRecord[] {
    return [...this.#containers.values()];
  }

  get changes(): readonly ServingChange[] {
    return this.#changes;
  }

  #look(container: ContainerRecord): void {
    const timeMs = this.#state.clock.now();
    const serves = servesAt(container, timeMs);
    if (serves === this.#serving.has(container)) return;
    if (serves) this.#serving.add(container);
    else this.#serving.delete(container);
    this.#changes.push({ container, serves, timeMs });
  }
}

/** Its process runs and, as far as anybody can tell, answers: its health check says so, or it has had time to start. */
function servesAt({ state, health, behaviour }: ContainerRecord, nowMs: number): boolean {
  if (state.status !== 'running') return false;
  if (health !== undefined) return health === 'healthy';
  return nowMs >= (state.startedMs ?? nowMs) + behaviour.startMs;
}

import { EngineError, NoAnswerError, throwIfAborted } from '../errors.ts';
import type { CallRecorder } from './calls.ts';
import { type Faults, waitWhileHeld } from './faults.ts';
import type { EngineState } from './state/engine-state.ts';

/** A request as it would be made over HTTP. */
export interface InProcessCall {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Of the Engine port, e.g. `pullImage`. */
  readonly operation?: string;
  /** The status of success; default 200. */
  readonly status?: number;
}

/** Calls without HTTP that are recorded, meet faults and find the daemon gone like those over HTTP. */
export class InProcessClient {
  isGone = false;
  readonly #state: EngineState;
  readonly #calls: CallRecorder;
  readonly #faults: Faults;
  readonly #address: () => string;

  constructor(options: { state: EngineState; calls: CallRecorder; faults: Faults; address: () => string }) {
    this.#state = options.state;
    this.#calls = options.calls;
    this.#faults = options.faults;
    this.#address = options.address;
  }

  /**
   * @throws EngineError if the daemon refuses
   * @throws NoAnswerError if it is gone or the connection was dropped
   * @throws PortError `ABORTED`
   */
  async send<T>(call: InProcessCall, act: (state: EngineState) => T | Promise<T>, signal?: AbortSignal): Promise<T> {
    throwIfAborted(signal);
    this.#checkPresence();
    const { method, path, query = {}, operation, status = 200 } = call;
    const recorded = this.#calls.record({ method, path, query });
    const fault = this.#faults.take({ method, path, operation });
    if (fault && 'drop' in fault) throw new NoAnswerError('error during connect: the connection was closed: EOF');
    try {
      if (fault && 'status' in fault) throw new EngineError(fault.status, fault.message ?? 'fault injected');
      if (fault && 'hold' in fault) await waitWhileHeld(fault.hold, signal);
      this.#checkPresence();
      const result = await act(this.#state);
      recorded(status);
      return result;
    } catch (error) {
      if (error instanceof EngineError) recorded(error.status);
      throw error;
    }
  }

  #checkPresence(): void {
    if (!this.isGone) return;
    throw new NoAnswerError(`Cannot connect to the Docker daemon at ${this.#address()}. Is the docker daemon running?`);
  }
}

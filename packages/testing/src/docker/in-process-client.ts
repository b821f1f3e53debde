import type { EngineClock } from '../clock/engine-clock.ts';
import { EngineError, NoAnswerError, throwIfAborted } from '../errors.ts';
import type { CallRecorder } from './calls.ts';
import type { Faults, RestartOptions } from './faults.ts';
import { LineFault } from './line-fault.ts';
import { meetFault } from './meet-fault.ts';
import type { EngineState } from './state/engine-state.ts';
import { untilAborted } from './until-aborted.ts';

/** A request as it would be made over HTTP. */
export interface InProcessCall {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Of the Engine port, e.g. `pullImage`. */
  readonly operation?: string;
  /** The status of success; default 200. */
  readonly status?: number;
  /** Its answer comes in lines. Default false. */
  readonly hasLines?: boolean;
}

type Act<T> = (state: EngineState, lines: LineFault) => T | Promise<T>;

export interface InProcessClientOptions {
  readonly state: EngineState;
  readonly calls: CallRecorder;
  readonly faults: Faults;
  readonly clock: EngineClock;
  readonly address: () => string;
  readonly restart: (options: RestartOptions) => void;
}

/** Calls without HTTP that are recorded, meet faults and find the daemon gone like those over HTTP. */
export class InProcessClient {
  readonly #options: InProcessClientOptions;
  #isGone = false;
  #connection = new AbortController();

  constructor(options: InProcessClientOptions) {
    this.#options = options;
  }

  /** Comes, with a NoAnswerError, when what is connected now is cut off. */
  get connection(): AbortSignal {
    return this.#connection.signal;
  }

  /** From now on nobody answers; who waits for an answer gets none. */
  goAway(): void {
    this.#isGone = true;
    this.#connection.abort(new NoAnswerError('error during connect: the connection was closed: EOF'));
    this.#connection = new AbortController();
  }

  comeBack(): void {
    this.#isGone = false;
  }

  /**
   * An answer that comes in lines goes through the `LineFault` that the act is given.
   *
   * The daemon goes on with what it does when the signal comes; only nobody waits for it any more.
   *
   * @throws EngineError if the daemon refuses
   * @throws NoAnswerError if it is gone or the connection was cut
   * @throws PortError `ABORTED`
   */
  async send<T>(call: InProcessCall, act: Act<T>, signal?: AbortSignal): Promise<T> {
    const { state, calls, faults, clock, restart } = this.#options;
    throwIfAborted(signal);
    this.#checkPresence();
    const { method, path, query = {}, operation, status = 200 } = call;
    const recorded = calls.record({ method, path, query });
    const fault = faults.take({ method, path, operation });
    const { connection } = this;
    const over = new AbortController();
    try {
      const lines = new LineFault(fault);
      const answer = meetFault(fault, () => act(state, lines), { clock, restart, signal: over.signal });
      const result = await untilAborted([signal, connection], answer);
      if (!call.hasLines) lines.breakOff();
      recorded(status);
      return result;
    } catch (error) {
      if (error instanceof EngineError) recorded(error.status);
      if (error === signal?.reason) throwIfAborted(signal);
      throw error;
    } finally {
      over.abort('over');
    }
  }

  #checkPresence(): void {
    if (!this.#isGone) return;
    const address = this.#options.address();
    throw new NoAnswerError(`Cannot connect to the Docker daemon at ${address}. Is the docker daemon running?`);
  }
}

import { NoAnswerError } from '../../errors.ts';

export interface EngineEvent {
  readonly type: 'container' | 'image' | 'network' | 'volume' | 'node' | 'service' | 'secret' | 'config' | 'builder';
  /** e.g. `start`, `health_status: healthy` */
  readonly action: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly timeMs: number;
  /** Default `local`. */
  readonly scope?: 'local' | 'swarm';
}

/** The engine remembers this many events for `since`. */
const rememberedEvents = 256;

export class EventBus {
  readonly #history: EngineEvent[] = [];
  readonly #listeners = new Set<(event: EngineEvent) => void>();
  #connection = new AbortController();

  get history(): readonly EngineEvent[] {
    return this.#history;
  }

  emit(event: EngineEvent): void {
    this.#history.push(event);
    if (this.#history.length > rememberedEvents) this.#history.shift();
    for (const listener of [...this.#listeners]) listener(event);
  }

  /** Comes, with a NoAnswerError, when the streams of events that are open now are cut. */
  get connection(): AbortSignal {
    return this.#connection.signal;
  }

  /** Cuts the streams of events that are open now. */
  cut(): void {
    this.#connection.abort(new NoAnswerError('unexpected EOF'));
    this.#connection = new AbortController();
  }

  /** As the engine does when it ends. */
  forget(): void {
    this.#history.length = 0;
  }

  /** Returns what ends the subscription. */
  subscribe(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves once `isReached`, which is asked now and after every event; rejects with the signal's reason. */
  async until(isReached: () => boolean, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (isReached()) return;
    await new Promise<void>((resolve, reject) => {
      const end = this.subscribe(() => isReached() && finish(resolve));
      const abort = (): void => finish(() => reject(signal?.reason));
      const finish = (settle: () => void): void => {
        end();
        signal?.removeEventListener('abort', abort);
        settle();
      };
      signal?.addEventListener('abort', abort, { once: true });
    });
  }
}

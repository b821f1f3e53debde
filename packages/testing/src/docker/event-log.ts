import type { EngineEvent, EventBus } from './state/event-bus.ts';

/** Which events are meant; what is left out fits all of them. */
export interface EventPattern {
  readonly type?: EngineEvent['type'];
  /** e.g. `start`, `health_status: healthy` */
  readonly action?: string;
  /** An id or a name, e.g. `shop-web-1`. */
  readonly of?: string;
}

/** All that the engine has told, from its first start on; its own clients see the last 256 events of one life of it. */
export class EventLog implements AsyncIterable<EngineEvent> {
  readonly #history: EngineEvent[] = [];
  readonly #bus: EventBus;
  readonly #end: AbortSignal;

  constructor(bus: EventBus, { end }: { readonly end: AbortSignal }) {
    this.#bus = bus;
    this.#end = end;
    bus.subscribe(event => void this.#history.push(event));
  }

  /** Oldest first. */
  get history(): readonly EngineEvent[] {
    return this.#history;
  }

  matching(pattern: EventPattern): readonly EngineEvent[] {
    return this.#history.filter(event => fits(pattern, event));
  }

  /** `container start shop-web-1` and so on, in order. */
  sequence(): readonly string[] {
    return this.#history.map(({ type, action, id, attributes }) => `${type} ${action} ${attributes.name ?? id}`);
  }

  /** Resolves with the first event that fits, once it has happened. Rejects when the fake ends before. */
  async arrived(pattern: EventPattern): Promise<EngineEvent> {
    await this.#bus.until(() => this.#history.some(event => fits(pattern, event)), this.#end);
    const [found] = this.matching(pattern);
    if (found === undefined) throw new Error('An event has been forgotten.');
    return found;
  }

  /** Events from now on, until the fake ends. */
  async *[Symbol.asyncIterator](): AsyncGenerator<EngineEvent, void, undefined> {
    for (let at = this.#history.length; ; at += 1) {
      try {
        await this.#bus.until(() => this.#history.length > at, this.#end);
      } catch {
        return;
      }
      const event = this.#history[at];
      if (event !== undefined) yield event;
    }
  }
}

function fits({ type, action, of }: EventPattern, event: EngineEvent): boolean {
  return (
    (type === undefined || type === event.type) &&
    (action === undefined || action === event.action) &&
    (of === undefined || of === event.id || of === event.attributes.name)
  );
}

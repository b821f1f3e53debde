import type { EngineEvent, EventBus } from '../state/event-bus.ts';

export interface EventRange {
  /** Milliseconds; undefined: from now on. */
  readonly sinceMs: number | undefined;
  /** Milliseconds; undefined: for ever. A time that has passed ends the stream after what is remembered. */
  readonly untilMs: number | undefined;
}

/** Remembered events of the range, then new ones as they happen, until the signal. */
export async function* eventStream(
  bus: EventBus,
  { sinceMs, untilMs }: EventRange,
  nowMs: number,
  signal: AbortSignal,
): AsyncGenerator<EngineEvent, void, undefined> {
  const isInRange = ({ timeMs }: EngineEvent): boolean =>
    timeMs >= (sinceMs ?? Number.NEGATIVE_INFINITY) && timeMs <= (untilMs ?? Number.POSITIVE_INFINITY);
  const queue = sinceMs === undefined ? [] : bus.history.filter(isInRange);
  if (untilMs !== undefined && untilMs <= nowMs) {
    yield* queue;
    return;
  }
  const end = bus.subscribe(event => void queue.push(event));
  try {
    while (true) {
      while (queue.length > 0) {
        const event = queue.shift();
        if (event && !isInRange(event) && untilMs !== undefined && event.timeMs > untilMs) return;
        if (event) yield event;
      }
      await bus.until(() => queue.length > 0, signal);
    }
  } finally {
    end();
  }
}

import type { EngineClock } from '../../clock/engine-clock.ts';
import type { EngineEvent, EventBus } from '../state/event-bus.ts';

export interface EventRange {
  /** Milliseconds; undefined: from now on. */
  readonly sinceMs: number | undefined;
  /** Milliseconds; undefined: for ever. */
  readonly untilMs: number | undefined;
}

/**
 * Remembered events of the range, then new ones as they happen, until the signal.
 *
 * @throws NoAnswerError if the stream is cut
 */
export async function* eventStream(
  bus: EventBus,
  { sinceMs, untilMs }: EventRange,
  clock: EngineClock,
  signal: AbortSignal,
): AsyncGenerator<EngineEvent, void, undefined> {
  const isInRange = ({ timeMs }: EngineEvent): boolean =>
    timeMs >= (sinceMs ?? Number.NEGATIVE_INFINITY) && timeMs <= (untilMs ?? Number.POSITIVE_INFINITY);
  const queue = sinceMs === undefined ? [] : bus.history.filter(isInRange);
  if (untilMs !== undefined && untilMs <= clock.now()) {
    yield* queue;
    return;
  }
  const over = new AbortController();
  const { connection } = bus;
  const either = AbortSignal.any([signal, over.signal, connection]);
  const end = bus.subscribe(event => void queue.push(event));
  if (untilMs !== undefined) void clock.sleep(untilMs - clock.now(), { signal: either }).then(() => over.abort('over'));
  try {
    while (true) {
      for (let event = queue.shift(); event !== undefined; event = queue.shift()) if (isInRange(event)) yield event;
      connection.throwIfAborted();
      if (over.signal.aborted) return;
      await bus
        .until(() => queue.length > 0, either)
        .catch((error: unknown) => {
          if (signal.aborted) throw error;
        });
    }
  } finally {
    end();
    over.abort('over');
  }
}

import type { ContainerRecord } from './container-record.ts';
import type { EngineState } from './engine-state.ts';

/** What was to happen to it by itself does not happen any more. */
export function forgetFuture(container: ContainerRecord): void {
  // With a reason of its own it costs no DOMException and its stack.
  container.future.abort('over');
  container.future = new AbortController();
}

/** At once without a delay; never if the delay has no end, or if it starts, ends or is removed before. */
export function later(state: EngineState, container: ContainerRecord, delayMs: number, act: () => void): void {
  if (delayMs === 0) {
    act();
    return;
  }
  if (delayMs === Number.POSITIVE_INFINITY) return;
  const { signal } = container.future;
  void state.clock.sleep(delayMs, { signal }).then(() => {
    if (!signal.aborted) act();
  });
}

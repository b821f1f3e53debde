import { expect, test } from 'vitest';
import { systemClock } from './time.ts';

const day = 24 * 3_600_000;

test('a wait is ended early by its signal, without an error and without a listener that stays', async () => {
  const stop = new AbortController();
  let listeners = 0;
  const { signal } = stop;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...given: Parameters<typeof add>) => {
    listeners += 1;
    add(...given);
  };
  signal.removeEventListener = (...given: Parameters<typeof remove>) => {
    listeners -= 1;
    remove(...given);
  };
  const waits = [systemClock.sleep(day, { signal }), systemClock.sleep(day, { signal })];
  await systemClock.sleep(0, { signal });
  expect(listeners).toBe(2);
  stop.abort();
  await Promise.all(waits);
  expect(listeners).toBe(0);
  await systemClock.sleep(day, { signal });
});

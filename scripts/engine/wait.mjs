import { setTimeout as pause } from 'node:timers/promises';

const everyMs = 50;

/** Asks `condition` until it holds. The time limit is the caller's to explain: false means that it has passed. */
export async function waitFor(condition, { timeoutMs, signal }) {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) return false;
    await pause(everyMs, undefined, { signal });
  }
  return true;
}

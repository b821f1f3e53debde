import { expect, it } from 'vitest';
import { restartDelayMs, startsWithDaemon } from './restart-policy.ts';

const always = { name: 'always', maxRetries: 0 };
const twice = { name: 'on-failure', maxRetries: 2 };
const crash = { exitCode: 1, ranMs: 0, restartCount: 0, lastDelayMs: 0 };

it('waits a tenth of a second, then twice as long each time, a minute at most', () => {
  const delays: (number | undefined)[] = [];
  for (let lastDelayMs = 0; delays.length < 12; lastDelayMs = delays.at(-1) ?? 0) {
    delays.push(restartDelayMs(always, { ...crash, lastDelayMs }));
  }
  expect(delays).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 51_200, 60_000, 60_000]);
});

it('begins anew with what has run for ten seconds', () => {
  expect(restartDelayMs(always, { ...crash, ranMs: 9_999, lastDelayMs: 800 })).toBe(1600);
  expect(restartDelayMs(always, { ...crash, ranMs: 10_000, lastDelayMs: 800 })).toBe(100);
});

it.each([
  ['no', 1, 0, undefined],
  ['always', 0, 50, 100],
  ['unless-stopped', 0, 50, 100],
  ['on-failure', 0, 0, undefined],
  ['on-failure', 1, 50, 100],
])('%s, exit code %i, restarted %i times: waits %j ms', (name, exitCode, restartCount, delayMs) => {
  expect(restartDelayMs({ name, maxRetries: 0 }, { ...crash, exitCode, restartCount })).toBe(delayMs);
});

it('gives up after the retries that a policy allows', () => {
  expect(restartDelayMs(twice, { ...crash, restartCount: 1 })).toBe(100);
  expect(restartDelayMs(twice, { ...crash, restartCount: 2 })).toBeUndefined();
});

it.each([
  ['no', 0, false, false],
  ['always', 0, true, true],
  ['unless-stopped', 0, false, true],
  ['unless-stopped', 0, true, false],
  ['on-failure', 0, false, false],
  ['on-failure', 143, false, true],
])('%s, exit code %i, stopped by a client %j: starts with the daemon %j', (name, exitCode, isStopped, starts) => {
  expect(startsWithDaemon({ name, maxRetries: 0 }, { exitCode, restartCount: 0, isStopped })).toBe(starts);
});

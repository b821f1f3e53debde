import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { VirtualClock } from '../clock/virtual-clock.ts';

/** What Node.js tells of both sides of an exchange. @see Node.js, "Diagnostics Channel", "Built-in Channels" */
const channels = [
  'http.client.request.start',
  'http.client.response.finish',
  'http.server.request.start',
  'http.server.response.finish',
];

/** How many rounds of the event loop without a word of HTTP mean that all wait for time to pass. */
const quietRounds = 30;
/** How many of them mean that no time will ever end it. */
const endlessRounds = 3000;
const longestMs = 30 * 60 * 1000;

/**
 * Plays with both client and engine in this process, and jumps to whatever is due next whenever nobody has anything to
 * say any more: what one side says, the other hears within a few rounds of the event loop.
 *
 * @throws what the play throws; Error if no time, or more than half an hour, would end it
 */
export async function playInVirtualTime<T>(clock: VirtualClock, play: () => Promise<T>): Promise<T> {
  const endMs = clock.now() + longestMs;
  let quiet = 0;
  const hear = (): void => {
    quiet = 0;
  };
  for (const channel of channels) subscribe(channel, hear);
  try {
    const result = play();
    let isOver = false;
    const end = (): void => {
      isOver = true;
    };
    result.then(end, end);
    while (!isOver) {
      await new Promise(resolve => setImmediate(resolve));
      quiet += 1;
      const { dueMs } = clock;
      if (quiet < quietRounds) continue;
      if (dueMs === undefined && quiet < endlessRounds) continue;
      if (dueMs === undefined || dueMs > endMs) throw new Error('It would never end.');
      await clock.advance(dueMs - clock.now());
      quiet = 0;
    }
    return await result;
  } finally {
    for (const channel of channels) unsubscribe(channel, hear);
  }
}

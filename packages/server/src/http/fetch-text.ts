import { type Clock, GopdaterError } from '@gopdater/core';
import { type PublicNetwork, requestPublic } from './public-request.ts';

export interface FetchTextOptions extends PublicNetwork {
  readonly clock: Clock;
}

/** Keys and certificates change seldom, and their senders keep old ones for longer than this. */
const keptMs = 3_600_000;
const maxKept = 100;

/**
 * Gets a text that a sender's deliveries are checked with. What a delivery names is never trusted with more: https on its
 * own port, no user, no redirect, an address that is a public one, five seconds, 64 kB.
 *
 * @returns a function that throws GopdaterError `KEYS_UNREACHABLE`, and keeps what it got for an hour
 */
export function createFetchText({ clock, ...network }: FetchTextOptions): (url: string) => Promise<string> {
  const kept = new Map<string, { readonly text: string; readonly at: number }>();
  return async url => {
    const known = kept.get(url);
    if (known !== undefined && clock.now() - known.at < keptMs) return known.text;
    const text = await requestPublic(url, {}, network).catch((error: unknown) => {
      throw unreachable(error instanceof Error ? error.message : String(error));
    });
    kept.delete(url);
    kept.set(url, { text, at: clock.now() });
    for (const oldest of kept.keys()) {
      if (kept.size <= maxKept) break;
      kept.delete(oldest);
    }
    return text;
  };
}

function unreachable(why: string): GopdaterError {
  return new GopdaterError('KEYS_UNREACHABLE', `What a delivery is checked with cannot be had: ${why}.`, {
    hint: 'Check this server’s way to the internet; the sender is asked to try again.',
  });
}

import type { ServicePolicy } from './policy.ts';

/** Why a service does not move yet, and when it may. */
export interface Waiting {
  readonly detail: string;
  /** Milliseconds since the Unix epoch. */
  readonly until: number;
}

/**
 * An image must be old enough, and the service's window open.
 *
 * @param firstSeenAt  when its digest was first seen
 * @returns `undefined` when it may move now, or when there is no time at which it could
 */
export function explainWaiting(
  { cooldownMs, window }: Pick<ServicePolicy, 'cooldownMs' | 'window'>,
  { firstSeenAt, now }: { readonly firstSeenAt: number; readonly now: number },
): Waiting | undefined {
  const oldEnoughAt = Math.max(now, firstSeenAt + cooldownMs);
  const until = window === undefined || window.isOpen(oldEnoughAt) ? oldEnoughAt : window.opensAfter(oldEnoughAt);
  if (until === undefined || until <= now) return undefined;
  const reasons = [
    ...(oldEnoughAt > now ? [`its image was first seen at ${formatTime(firstSeenAt)} and is too new`] : []),
    ...(until > oldEnoughAt ? [`its window (${window?.text}) is closed`] : []),
  ];
  return { detail: `${reasons.join(', and ')}: it is moved at ${formatTime(until)}.`, until };
}

/** e.g. `2026-11-26T14:30:00Z` */
function formatTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

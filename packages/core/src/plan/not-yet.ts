import { serviceKey } from './match-services.ts';
import type { Observed } from './observe.ts';
import type { LeftAlone } from './plan.ts';
import type { ServicePolicy } from './policy.ts';
import type { Target } from './resolve-targets.ts';

/** Why a service is not moved to a new version, or not yet. */
export type NotYet = Pick<LeftAlone, 'reason' | 'detail' | 'hint' | 'until'>;

/**
 * A new version must be signed where that is asked for, old enough, and the service's window open. What was begun while
 * it was open is ended.
 *
 * @returns `undefined` when it may move now
 */
export function explainNotYet(
  target: Target,
  policy: ServicePolicy,
  digest: string,
  observed: Observed,
): NotYet | undefined {
  const { now, unsigned, unfinished, firstSeen } = observed;
  const key = serviceKey(target);
  const firstSeenAt = firstSeen.get(digest);
  const fault = digest === target.digest ? unsigned.get(key) : undefined;
  if (fault !== undefined) return explainUnsigned(fault, { firstSeenAt, now });
  if (unfinished.get(key)?.digest === digest) return undefined;
  if (policy.cooldownMs > 0 && firstSeenAt === undefined) {
    const detail = 'it has a cooldown, and nothing remembers when its image was first seen.';
    return { reason: 'refused', detail, hint: 'Keep a store with sightings.' };
  }
  return explainWaiting(policy, { firstSeenAt: firstSeenAt ?? now, now });
}

/** An image is often signed some seconds after its push: so long it is waited for that, ever less often. */
const longestSigningMs = 15 * 60_000;
const shortestWaitMs = 15_000;

function explainUnsigned(
  fault: string,
  { firstSeenAt, now }: { readonly firstSeenAt: number | undefined; readonly now: number },
): NotYet {
  const age = firstSeenAt === undefined ? longestSigningMs : now - firstSeenAt;
  if (age < longestSigningMs) {
    const until = now + Math.max(age, shortestWaitMs);
    return {
      reason: 'waiting',
      detail: `${fault} yet: it is looked at again at ${formatTime(until)}.`,
      hint: undefined,
      until,
    };
  }
  const hint = 'Sign it (“cosign sign --key …”) and send the hook again, or correct GOPDATER_COSIGN_KEY.';
  return { reason: 'refused', detail: `${fault}.`, hint };
}

function explainWaiting(
  { cooldownMs, window }: Pick<ServicePolicy, 'cooldownMs' | 'window'>,
  { firstSeenAt, now }: { readonly firstSeenAt: number; readonly now: number },
): NotYet | undefined {
  const oldEnoughAt = Math.max(now, firstSeenAt + cooldownMs);
  const until = window === undefined || window.isOpen(oldEnoughAt) ? oldEnoughAt : window.opensAfter(oldEnoughAt);
  if (until === undefined || until <= now) return undefined;
  const reasons = [
    ...(oldEnoughAt > now ? [`its image was first seen at ${formatTime(firstSeenAt)} and is too new`] : []),
    ...(until > oldEnoughAt ? [`its window (${window?.text}) is closed`] : []),
  ];
  const detail = `${reasons.join(', and ')}: it is moved at ${formatTime(until)}.`;
  return { reason: 'waiting', detail, hint: undefined, until };
}

/** e.g. `2026-11-26T14:30:00Z` */
function formatTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

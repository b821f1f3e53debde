import type { CallOptions } from '../docker/engine.ts';
import { GopdaterError } from '../errors.ts';
import { formatReference, formatRepository, type ImageReference } from '../image/reference.ts';
import { higherVersions, isVersion, type MovingTag } from '../image/tag-policy.ts';
import type { Registry } from '../registry/registry.ts';
import type { Clock } from '../time.ts';
import type { BlockedDigests } from './blocked-digests.ts';
import type { LeaveReason } from './plan.ts';
import type { Sightings } from './sightings.ts';

/** Whether a pushed tag is the one for a service. */
export interface TagChoice {
  /** Why it is not; `undefined`: it is. */
  readonly stays: Stay | undefined;
  /** The tag that is for it instead, if another one is. */
  readonly instead: string | undefined;
}

/** Why a service stays on its tag. */
export interface Stay {
  readonly reason: LeaveReason;
  readonly detail: string;
  readonly hint: string | undefined;
}

export interface ChooseTagDependencies extends CallOptions {
  readonly registry: Pick<Registry, 'tags' | 'resolve'>;
  readonly blocked?: BlockedDigests | undefined;
  readonly sightings?: Sightings | undefined;
  readonly clock: Clock;
}

/**
 * Of versions the registry's own list tells which is the newest: a hook may be late, lost or forged. It is never lower than
 * the current one. What was rolled back, or is too new yet, is passed over, unless it is the pushed one: then somebody is to
 * hear of it.
 *
 * @param pushed  of the service's repository
 * @param current  what the service asks for now
 * @param cooldownMs  how long an image must have been known
 * @param canBe  whether a tag can be had for the service at all
 * @throws GopdaterError as {@link Registry.tags}
 */
export async function chooseVersion(
  policy: MovingTag,
  {
    pushed,
    current,
    cooldownMs,
    canBe,
  }: {
    readonly pushed: ImageReference;
    readonly current: ImageReference;
    readonly cooldownMs: number;
    readonly canBe: (tag: string) => boolean;
  },
  dependencies: ChooseTagDependencies,
): Promise<TagChoice> {
  const { registry, signal } = dependencies;
  const { tag: now = '' } = current;
  if (!isVersion(now)) {
    const detail = `its tag ${now} is no version, so ${policy.text} cannot tell what is newer.`;
    return stay({ reason: 'refused', detail, hint: 'Set its variable to the version that runs, e.g. 1.4.0.' });
  }
  // A list may be some minutes old, and miss what a hook tells of; whether that is there is asked like of any other.
  const tags = new Set([...(await registry.tags(current, { signal })), pushed.tag ?? now]);
  const higher = higherVersions(policy, [...tags], now).filter(canBe);
  const passedOver: string[] = [];
  let newest = now;
  let waiting: string | undefined;
  for (const tag of higher) {
    const verdict = await judge({ ...current, tag }, cooldownMs, dependencies);
    if (verdict === 'good') newest = tag;
    if (verdict === 'good') break;
    if (verdict === 'too-new') waiting ??= tag;
    passedOver.push(tag);
  }
  const best = newest === now ? waiting : newest;
  const instead = best === pushed.tag ? undefined : best;
  if ([newest, ...passedOver].includes(pushed.tag ?? '')) return { stays: undefined, instead };
  if (instead === undefined) {
    const detail = `it is at ${now}, and ${policy.text} takes no lower version, or one that is not the newest.`;
    return stay({ reason: 'up-to-date', detail, hint: undefined });
  }
  const detail = `${policy.text} takes the newest version, which is ${instead}.`;
  return stay(
    {
      reason: 'other-tag',
      detail,
      hint: `“gopdater plan ${formatReference({ ...current, tag: instead })}” shows what comes of it.`,
    },
    instead,
  );
}

function stay(stays: Stay, instead?: string): TagChoice {
  return { stays, instead };
}

/** `bad`: it was rolled back before, or is not there any more. */
async function judge(
  image: ImageReference,
  cooldownMs: number,
  { registry, blocked, sightings, clock, signal }: ChooseTagDependencies,
): Promise<'good' | 'too-new' | 'bad'> {
  try {
    const digest = await registry.resolve(image, { signal });
    if ((await blocked?.reasonFor(formatReference(image), digest)) !== undefined) return 'bad';
    if (cooldownMs === 0 || sightings === undefined) return 'good';
    const now = clock.now();
    return (await sightings.see(formatRepository(image), digest, now)) + cooldownMs > now ? 'too-new' : 'good';
  } catch (error) {
    if (error instanceof GopdaterError && error.code === 'IMAGE_NOT_FOUND') return 'bad';
    throw error;
  }
}

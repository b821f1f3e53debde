import type { CallOptions } from '../docker/engine.ts';
import { GopdaterError } from '../errors.ts';
import { formatReference, type ImageReference } from '../image/reference.ts';
import { higherVersions, isVersion, type MovingTag } from '../image/tag-policy.ts';
import type { Registry } from '../registry/registry.ts';
import type { BlockedDigests } from './blocked-digests.ts';
import type { LeaveReason } from './plan.ts';

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
}

/**
 * Of versions the registry's own list tells which is the newest: a hook may be late, lost or forged. It is never lower than
 * the current one. What was rolled back is passed over, unless it is the pushed one: then somebody is to hear of it.
 *
 * @param pushed  of the service's repository
 * @param current  what the service asks for now
 * @param canBe  whether a tag can be had for the service at all
 * @throws GopdaterError as {@link Registry.tags}
 */
export async function chooseVersion(
  policy: MovingTag,
  {
    pushed,
    current,
    canBe,
  }: {
    readonly pushed: ImageReference;
    readonly current: ImageReference;
    readonly canBe: (tag: string) => boolean;
  },
  { registry, blocked, signal }: ChooseTagDependencies,
): Promise<TagChoice> {
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
  for (const tag of higher) {
    newest = tag;
    if (!(await isBad({ ...current, tag }, { registry, blocked, signal }))) break;
    passedOver.push(tag);
    newest = now;
  }
  const instead = newest === now || newest === pushed.tag ? undefined : newest;
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

/** It was rolled back before, or is not there any more. */
async function isBad(image: ImageReference, { registry, blocked, signal }: ChooseTagDependencies): Promise<boolean> {
  try {
    const digest = await registry.resolve(image, { signal });
    return (await blocked?.reasonFor(formatReference(image), digest)) !== undefined;
  } catch (error) {
    if (error instanceof GopdaterError && error.code === 'IMAGE_NOT_FOUND') return true;
    throw error;
  }
}

import { type GopdaterError, toGopdaterError } from '../errors.ts';
import type { ImageReference } from '../image/reference.ts';
import { higherVersions, isVersion } from '../image/tag-policy.ts';
import type { Registry } from '../registry/registry.ts';
import type { DeploymentReport } from '../report/report.ts';
import type { Clock } from '../time.ts';
import { type WatchedTag, type WatchedTagsDependencies, watchedTags } from './watched-tags.ts';

export interface PollDependencies extends WatchedTagsDependencies {
  readonly registry: Pick<Registry, 'resolve' | 'tags'>;
  readonly clock: Clock;
  /**
   * Called with a tag that has another digest than at the last look, or a higher version beside it, and with each at the first
   * one. What failed, or gave
   * no report, comes again at the next turn.
   */
  readonly submit: (image: ImageReference) => Promise<DeploymentReport | undefined>;
  /** Called when a registry, or the projects, could not be read. */
  readonly onTrouble?: ((error: GopdaterError) => void) | undefined;
  /** From 0 to 1. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** What is watched when it begins. Default: the projects are read. */
  readonly tags?: ReadonlyMap<string, WatchedTag> | undefined;
  readonly signal: AbortSignal;
}

/** What is known of a tag that is polled. */
interface Polled {
  tag: WatchedTag;
  dueAt: number;
  /** What the registry had when its services were brought to that. */
  found: string | undefined;
  failures: number;
}

/** How often the projects are read where nothing is polled, in milliseconds: that may take a container. */
const lookMs = 3_600_000;
const longestWaitMs = 24 * 3_600_000;

/**
 * Asks registries for the tags that are to be polled, until the signal: one `HEAD` for each tag and turn, whatever number
 * of services follow it, and its list of tags where a service follows a range of versions. A turn comes up to a tenth earlier or later, so that servers do not come all at once. A registry
 * that fails is asked ever less often, and not before its `Retry-After`.
 */
export async function pollTags(dependencies: PollDependencies): Promise<void> {
  const { clock, signal } = dependencies;
  const polled = new Map<string, Polled>();
  let { tags } = dependencies;
  while (!signal.aborted) {
    await takeUpTags(polled, { ...dependencies, tags });
    tags = undefined;
    for (const each of polled.values()) {
      if (each.dueAt <= clock.now() && !signal.aborted) await look(each, dependencies);
    }
    const first = Math.min(...[...polled.values()].map(({ dueAt }) => dueAt), clock.now() + lookMs);
    await clock.sleep(first - clock.now(), { signal });
  }
}

async function takeUpTags(polled: Map<string, Polled>, dependencies: PollDependencies): Promise<void> {
  const { clock, onTrouble, random = Math.random } = dependencies;
  try {
    const { tags = await watchedTags(dependencies) } = dependencies;
    for (const name of polled.keys()) if (tags.get(name)?.pollMs === undefined) polled.delete(name);
    for (const [name, tag] of tags) {
      if (tag.pollMs === undefined) continue;
      const known = polled.get(name);
      if (known?.tag.pollMs === tag.pollMs) {
        known.tag = tag;
        continue;
      }
      const dueAt = clock.now() + tag.pollMs * random();
      polled.set(name, { found: undefined, failures: 0, ...known, tag, dueAt });
    }
  } catch (error) {
    onTrouble?.(toGopdaterError(error));
  }
}

async function look(
  polled: Polled,
  { registry, clock, submit, onTrouble, random = Math.random, signal }: PollDependencies,
) {
  const { image, pollMs = longestWaitMs } = polled.tag;
  try {
    const found = await lookFor(polled.tag, { registry, signal });
    polled.failures = 0;
    polled.dueAt = clock.now() + pollMs * (0.9 + 0.2 * random());
    if (found === polled.found) return;
    void submit(image).then(report => {
      if (report !== undefined && report.outcome !== 'failed') polled.found = found;
    });
  } catch (error) {
    if (signal.aborted) return;
    const trouble = toGopdaterError(error);
    polled.failures += 1;
    const waitMs = Math.min(pollMs * 2 ** polled.failures, longestWaitMs);
    polled.dueAt = clock.now() + Math.max(waitMs, trouble.retryAfterMs ?? 0);
    onTrouble?.(trouble);
  }
}

/** Its digest, and the highest version that each range has beside it. */
async function lookFor(
  { image, ranges }: WatchedTag,
  { registry, signal }: Pick<PollDependencies, 'registry' | 'signal'>,
): Promise<string> {
  const digest = await registry.resolve(image, { signal });
  const { tag = '' } = image;
  if (ranges.length === 0 || !isVersion(tag)) return digest;
  const tags = await registry.tags(image, { signal });
  return [digest, ...ranges.map(range => higherVersions(range, tags, tag)[0] ?? '')].join(' ');
}

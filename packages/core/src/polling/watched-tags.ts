import { formatReference, type ImageReference } from '../image/reference.ts';
import type { MovingTag } from '../image/tag-policy.ts';
import { type LoadDependencies, loadProjects, type ProjectSource } from '../plan/load-projects.ts';
import { referenceOf } from '../plan/match-services.ts';
import { type PolicyDefaults, readPolicy } from '../plan/policy.ts';
import { readTagPolicy } from '../plan/tag-labels.ts';
import type { WatchedProject } from '../plan/watched-project.ts';

/** A tag that services follow, however many do. */
export interface WatchedTag {
  readonly image: ImageReference;
  /** How often its registry is asked, in milliseconds; `undefined`: it is waited for a hook. The shortest of its services. */
  readonly pollMs: number | undefined;
  /** Those of its services that look for higher versions, each once. */
  readonly ranges: readonly MovingTag[];
}

export interface WatchedTagsDependencies extends LoadDependencies {
  readonly projects: ProjectSource;
  readonly defaults?: PolicyDefaults | undefined;
}

/**
 * The tags of all services that a push could update, each once, by its name in full.
 *
 * @throws GopdaterError as {@link loadProjects}
 */
export async function watchedTags({
  projects,
  defaults,
  ...dependencies
}: WatchedTagsDependencies): Promise<ReadonlyMap<string, WatchedTag>> {
  return tagsOf(await loadProjects(projects, dependencies), defaults);
}

/** {@link watchedTags} of projects that were read already. */
export function tagsOf(
  watched: readonly WatchedProject[],
  defaults?: PolicyDefaults | undefined,
): ReadonlyMap<string, WatchedTag> {
  const tags = new Map<string, WatchedTag>();
  for (const { project, obstacle } of watched) {
    for (const service of obstacle === undefined ? project.services.values() : []) {
      const image = referenceOf(service);
      if (image === undefined || image.digest !== undefined) continue;
      const name = formatReference(image);
      const all = [tags.get(name)?.pollMs, readPolicy(service, defaults).policy.pollMs].filter(ms => ms !== undefined);
      const { policy } = readTagPolicy(service);
      const known = tags.get(name)?.ranges ?? [];
      const isNew = policy.kind === 'semver' && known.every(({ text }) => text !== policy.text);
      const ranges = isNew ? [...known, policy] : known;
      tags.set(name, { image, pollMs: all.length === 0 ? undefined : Math.min(...all), ranges });
    }
  }
  return tags;
}

import { formatReference, type ImageReference, withoutHttpsPort } from '../image/reference.ts';
import { isFor, referenceOf } from '../plan/match-services.ts';
import type { WatchedProject } from '../plan/watched-project.ts';
import type { NamedService, PushedImage } from '../webhook/sender.ts';

/** What a delivery points at: an image, or a service by its name. */
export type Hint = Pick<PushedImage, 'image' | 'isTagLowerCased' | 'isOneOfSeveral'> | NamedService;

/**
 * The images to look at: what services ask for, in their own words. A hint only chooses among them.
 *
 * @param aliases  names of one registry, each list: `[['registry:5000', 'registry.example.com']]`
 * @returns each with a tag and without a digest, and each once
 */
export function matchHint(
  hint: Hint,
  projects: readonly WatchedProject[],
  aliases: readonly (readonly string[])[] = [],
): readonly ImageReference[] {
  const found = projects.flatMap(({ project }) =>
    [...project.services.values()].flatMap(service => {
      const reference = referenceOf(service);
      if (reference === undefined) return [];
      if (!('image' in hint)) {
        const isNamed = project.name === hint.project && service.name === hint.service;
        return isNamed && reference.tag !== undefined ? [reference] : [];
      }
      const { image } = hint;
      if (reference.repository !== image.repository || !isSameRegistry(reference.registry, image.registry, aliases)) {
        return [];
      }
      const tag = reference.tag ?? image.tag;
      if (tag === image.tag || (hint.isTagLowerCased === true && tag?.toLowerCase() === image.tag)) {
        return [{ ...reference, tag }];
      }
      if (isFor(image.tag, service, reference)) return [{ ...reference, tag: image.tag }];
      return hint.isOneOfSeveral === true && reference.digest === undefined ? [{ ...reference, tag }] : [];
    }),
  );
  return [...new Map(found.map(image => [formatReference({ ...image, digest: undefined }), image])).values()].map(
    image => ({ ...image, digest: undefined }),
  );
}

function isSameRegistry(one: string, other: string, aliases: readonly (readonly string[])[]): boolean {
  const [a, b] = [withoutHttpsPort(one), withoutHttpsPort(other)];
  return (
    a === b || aliases.map(names => names.map(withoutHttpsPort)).some(names => names.includes(a) && names.includes(b))
  );
}

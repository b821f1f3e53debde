import type { ComposeProject, ComposeService } from '../compose/project.ts';
import type { GopdaterError } from '../errors.ts';
import { type ImageReference, isSameRepository, parseReference } from '../image/reference.ts';
import { readTagPolicy } from './tag-labels.ts';
import type { WatchedProject } from './watched-project.ts';

/** A service that uses the image. */
export interface MatchedService {
  readonly project: ComposeProject;
  readonly service: ComposeService;
  /** What the service asks for; with a digest it never moves. */
  readonly reference: ImageReference;
  readonly obstacle: GopdaterError | undefined;
}

/**
 * The services of these projects whose image is that repository and whose tag is that tag, or whose policy accepts that
 * tag; those that a profile disables included. A service pinned to a digest matches when its tag does, or when it has none.
 */
export function matchServices(image: ImageReference, projects: readonly WatchedProject[]): readonly MatchedService[] {
  return projects.flatMap(({ project, obstacle }) =>
    [...project.services.values()].flatMap(service => {
      const reference = referenceOf(service);
      if (reference === undefined || !isSameRepository(reference, image)) return [];
      return isFor(image.tag, service, reference) ? [{ project, service, reference, obstacle }] : [];
    }),
  );
}

/** Whether a push of a tag of its repository is for a service. */
export function isFor(tag: string | undefined, service: ComposeService, reference: ImageReference): boolean {
  if (reference.tag === undefined || reference.tag === tag) return true;
  const { policy } = readTagPolicy(service);
  return reference.digest === undefined && policy.kind !== 'exact' && tag !== undefined && policy.accepts(tag);
}

/** How a service is called over all projects, `shop/web`. */
export function serviceKey({ project, service }: Pick<MatchedService, 'project' | 'service'>): string {
  return `${project.name}/${service.name}`;
}

/** What a service asks for; `undefined` for what is built only, and for what Docker itself would refuse. */
export function referenceOf({ image }: ComposeService): ImageReference | undefined {
  try {
    return image === undefined ? undefined : parseReference(image);
  } catch {
    return undefined;
  }
}

import { formatReference } from '../image/reference.ts';
import type { Registry } from '../registry/registry.ts';
import type { FollowedService } from './follow-tags.ts';

/** A service and the digest it should run. */
export interface Target extends FollowedService {
  /** What it is to be now; `undefined` when nobody was asked, as the service is pinned or has an obstacle. */
  readonly digest: string | undefined;
}

/**
 * Asks the registry what the services' tags mean now, once for each tag.
 *
 * @throws GopdaterError as {@link Registry.resolve}
 */
export async function resolveTargets(
  services: readonly FollowedService[],
  registry: Registry,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<readonly Target[]> {
  const asked = new Map<string, Promise<string>>();
  return await Promise.all(
    services.map(async matched => {
      if (!canMove(matched)) return { ...matched, digest: undefined };
      const name = formatReference(matched.reference);
      const answer = asked.get(name) ?? registry.resolve(matched.reference, options);
      asked.set(name, answer);
      return { ...matched, digest: await answer };
    }),
  );
}

/** The same services with a digest that was there before: a rollback by hand asks no registry. */
export function targetsAt(services: readonly FollowedService[], digest: string): readonly Target[] {
  return services.map(matched => ({ ...matched, digest: canMove(matched) ? digest : undefined }));
}

function canMove({ reference, obstacle, stays }: FollowedService): boolean {
  return reference.digest === undefined && obstacle === undefined && stays === undefined;
}

import { formatReference } from '../image/reference.ts';
import type { Registry } from '../registry/registry.ts';
import type { MatchedService } from './match-services.ts';

/** A service and the digest it should run. */
export interface Target extends MatchedService {
  /** What the registry serves for its tag now; `undefined` when it was not asked, as the service is pinned or has an obstacle. */
  readonly digest: string | undefined;
}

/**
 * Asks the registry what the services' tags mean now, once for each tag.
 *
 * @throws GopdaterError as {@link Registry.resolve}
 */
export async function resolveTargets(
  services: readonly MatchedService[],
  registry: Registry,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<readonly Target[]> {
  const asked = new Map<string, Promise<string>>();
  return await Promise.all(
    services.map(async matched => {
      const { reference, obstacle } = matched;
      if (reference.digest !== undefined || obstacle !== undefined) return { ...matched, digest: undefined };
      const name = formatReference(reference);
      const answer = asked.get(name) ?? registry.resolve(reference, options);
      asked.set(name, answer);
      return { ...matched, digest: await answer };
    }),
  );
}

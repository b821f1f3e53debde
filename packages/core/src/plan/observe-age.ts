import type { CallOptions, Container, Image } from '../docker/engine.ts';
import type { Registry } from '../registry/registry.ts';
import { serviceKey } from './match-services.ts';
import type { Target } from './resolve-targets.ts';
import { containersOf, isUp } from './service-containers.ts';

/**
 * Services whose new tag was built before the image that they run, under a policy that knows no order of tags. Where one of
 * the two does not say when, nobody knows.
 *
 * @returns by `project/service`
 */
export async function observeAge(
  targets: readonly Target[],
  { containers, images }: { readonly containers: readonly Container[]; readonly images: ReadonlyMap<string, Image> },
  { registry, signal }: CallOptions & { readonly registry?: Pick<Registry, 'describe'> | undefined },
): Promise<ReadonlySet<string>> {
  const older = new Set<string>();
  for (const { project, service, reference, digest, tagMove } of targets) {
    if (tagMove === undefined || !tagMove.isOrderUnknown || digest === undefined || registry === undefined) continue;
    const running = containersOf(containers, project.name, service.name).find(isUp);
    const config = running && images.get(running.imageId)?.config;
    if (config === undefined) continue;
    const incoming = await registry
      .describe({ ...reference, digest }, { platform: config.platform, signal })
      .catch(() => undefined);
    if (isBefore(incoming?.config.created, config.created)) older.add(serviceKey({ project, service }));
  }
  return older;
}

/** Reproducible builds say that they were made at the beginning of time. */
function isBefore(one: string | undefined, other: string | undefined): boolean {
  const [first, second] = [Date.parse(one ?? ''), Date.parse(other ?? '')];
  return first > 0 && second > 0 && first < second;
}

import type { ComposeCli } from '../docker/compose-cli.ts';
import { composeLabels } from '../docker/compose-labels.ts';
import type { CallOptions, Container, Engine, Image } from '../docker/engine.ts';
import { formatReference, formatRepository } from '../image/reference.ts';
import type { BlockedDigests } from './blocked-digests.ts';
import type { Target } from './resolve-targets.ts';
import { containersOf } from './service-containers.ts';
import type { UnfinishedMoves } from './unfinished-moves.ts';

/** What is there, read last thing before deciding. */
export interface Observed {
  /** All containers that Compose made, in any state. */
  readonly containers: readonly Container[];
  /** Images by what they were asked for with: a container's image id, a reference, `repository@digest`. */
  readonly images: ReadonlyMap<string, Image>;
  readonly composeVersion: string;
  /** Image ids that services come from which are on their way, by `project/service`. */
  readonly unfinished: ReadonlyMap<string, string>;
  /** Digests that were rolled back before, and why. */
  readonly blocked: ReadonlyMap<string, string>;
}

/** One list of containers, and one look at each image that matters, however many services there are. */
export async function observe(
  targets: readonly Target[],
  dependencies: CallOptions & {
    readonly engine: Engine;
    readonly compose: ComposeCli;
    readonly blocked?: BlockedDigests | undefined;
    readonly unfinished?: UnfinishedMoves | undefined;
  },
): Promise<Observed> {
  const { engine, compose, signal } = dependencies;
  const unfinished = await readUnfinished(targets, dependencies.unfinished);
  const containers = await engine.listContainers({ labels: [composeLabels.project] }, { signal });
  const names = new Set(
    targets.flatMap(({ project, service, reference, digest }) => [
      ...containersOf(containers, project.name, service.name).map(container => container.imageId),
      ...(digest === undefined ? [] : [formatReference(reference), `${formatRepository(reference)}@${digest}`]),
    ]),
  );
  for (const imageId of unfinished.values()) names.add(imageId);
  const images = new Map<string, Image>();
  await Promise.all(
    [...names].map(async name => {
      const image = await engine.inspectImage(name, { signal });
      if (image !== undefined) images.set(name, image);
    }),
  );
  const blocked = await readBlocked(targets, dependencies.blocked);
  return { containers, images, composeVersion: await compose.version(), unfinished, blocked };
}

async function readUnfinished(
  targets: readonly Target[],
  unfinished: UnfinishedMoves | undefined,
): Promise<ReadonlyMap<string, string>> {
  const imageIds = new Map<string, string>();
  for (const { project, service } of targets) {
    const oldImageId = await unfinished?.oldImageId({ project: project.name, service: service.name });
    if (oldImageId !== undefined) imageIds.set(`${project.name}/${service.name}`, oldImageId);
  }
  return imageIds;
}

async function readBlocked(
  targets: readonly Target[],
  blocked: BlockedDigests | undefined,
): Promise<ReadonlyMap<string, string>> {
  const reasons = new Map<string, string>();
  for (const { reference, digest } of targets) {
    if (digest === undefined || reasons.has(digest)) continue;
    const reason = await blocked?.reasonFor(formatReference(reference), digest);
    if (reason !== undefined) reasons.set(digest, reason);
  }
  return reasons;
}

import type { Image } from '../docker/engine.ts';
import { GopdaterError } from '../errors.ts';
import type { ImageReference } from '../image/reference.ts';
import type { Registry } from '../registry/registry.ts';
import { describeChanges } from './image-changes.ts';
import type { Plan } from './plan.ts';

/**
 * A plan to bring an image that is not here yet, with what the registry tells of it: what differs, and what it calls
 * itself. Of an image that is here that is known already. What cannot be told is a warning.
 */
export async function describeIncoming(
  plan: Plan,
  image: ImageReference,
  {
    images,
    registry,
    signal,
  }: {
    readonly images: ReadonlyMap<string, Image>;
    readonly registry: Registry;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<Plan> {
  const { handOver } = plan;
  const first = plan.moves[0] ?? handOver;
  const from = first && images.get(first.oldImageId);
  const isMissing = ![...images.values()].some(({ digests }) => digests.includes(plan.digest ?? ''));
  if (from === undefined || plan.digest === undefined || !isMissing) return plan;
  const { digest } = plan;
  const { platform } = from.config;
  try {
    const incoming = await registry.describe({ ...image, digest }, { platform, signal });
    const version = incoming.labels['org.opencontainers.image.version'];
    return {
      ...plan,
      changes: describeChanges(from, incoming),
      moves: plan.moves.map(move => ({ ...move, to: { ...move.to, version } })),
      handOver: handOver && { ...handOver, to: { ...handOver.to, version } },
    };
  } catch (error) {
    if (!(error instanceof GopdaterError) || error.code === 'ABORTED') throw error;
    return { ...plan, warnings: [...plan.warnings, `What differs in the image is not known: ${error.message}`] };
  }
}

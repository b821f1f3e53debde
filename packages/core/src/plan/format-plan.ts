import { shortDigest } from '../image/digest.ts';
import type { ExpectedGap, ImageVersion, LeftAlone, Move, Plan } from './plan.ts';
import { formatStep } from './step.ts';

/** The plan in words, a line each. */
export function formatPlan({
  image,
  digest,
  moves,
  handOver,
  steps,
  undo,
  changes,
  leftAlone,
  warnings,
}: Plan): string {
  return [
    digest === undefined ? `${image}:` : `${image} is to be ${shortDigest(digest)}.`,
    ...moves.map(formatMovedService),
    ...(handOver === undefined ? [] : [formatMovedService(handOver)]),
    ...changes.map(change => `  New in the image: ${change}`),
    ...steps.map((step, index) => `  ${index + 1}. ${formatStep(step)} — ${step.cause}`),
    ...(undo.length > 0
      ? ['  If a step fails, what was begun is put back:', ...undo.map(step => `     ${formatStep(step)}`)]
      : []),
    ...(steps.length + leftAlone.length === 0 ? ['  No watched service uses it.'] : []),
    ...(steps.length === 0 && leftAlone.length > 0 ? ['  Nothing is to be done.'] : []),
    ...leftAlone.map(formatLeftAlone),
    ...warnings.map(warning => `  Mind: ${warning}`),
  ].join('\n');
}

function formatMovedService({ project, service, from, to, order, orderCause, gap }: Move): string {
  return `  ${project}/${service}: ${formatMove(from, to)}, ${order}, as ${orderCause}; ${formatGap(gap)}.`;
}

function formatGap({ kind, lastMs }: ExpectedGap): string {
  if (kind === 'none') return 'no gap';
  if (kind === 'fewer-replicas') return 'no gap, but fewer replicas for a while';
  const last = lastMs === undefined ? '' : ` (the last time ${(lastMs / 1000).toFixed(1)} s)`;
  return `it does not serve from the end of the old container to the start of the new one${last}`;
}

/** e.g. `v1 → v2 (sha256:1f2e… → sha256:9c0d…)`; before the pull nobody may know what the new one calls itself. */
export function formatMove(from: ImageVersion, to: ImageVersion): string {
  const digests = `${formatDigest(from)} → ${formatDigest(to)}`;
  if (from.tag !== undefined && to.tag !== undefined && from.tag !== to.tag) {
    return `${from.tag} → ${to.tag} (${digests})`;
  }
  if (from.version !== undefined && to.version !== undefined) return `${from.version} → ${to.version} (${digests})`;
  return `${from.version === undefined ? '' : `${from.version}, `}${digests}`;
}

function formatDigest({ digest }: ImageVersion): string {
  return digest === undefined ? 'a local image' : shortDigest(digest);
}

function formatLeftAlone({ project, service, detail, hint }: LeftAlone): string {
  return `  ${project}/${service} is left alone: ${detail}${hint === undefined ? '' : ` ${hint}`}`;
}

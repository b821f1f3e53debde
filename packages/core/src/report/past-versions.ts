import type { MovedService } from '../plan/unfinished-moves.ts';
import type { HistoryEntry } from './history.ts';
import type { MoveReport, ServiceReport } from './report.ts';

/** Stands for the delivery where a person asked for a version. */
export const byHand = 'by-hand';

/** What was deployed of a service, newest first. */
export function updatesOf(
  entries: readonly HistoryEntry[],
  service: MovedService,
): readonly (MoveReport & { readonly isByHand: boolean })[] {
  return entries.flatMap(({ report: { deliveryId, services } }) =>
    services.flatMap(one =>
      isOf(one, service) && one.outcome === 'updated' ? [{ ...one, isByHand: deliveryId === byHand }] : [],
    ),
  );
}

/**
 * The digests that led to the one that a service runs, oldest first. What a person has gone back from is not among them:
 * so whoever goes back twice goes back two versions.
 */
export function pathOf(entries: readonly HistoryEntry[], service: MovedService): readonly string[] {
  const path: string[] = [];
  for (const { from, to, isByHand } of updatesOf(entries, service).toReversed()) {
    const before = to.digest === undefined ? -1 : path.lastIndexOf(to.digest);
    if (isByHand && before >= 0) path.length = before + 1;
    else for (const { digest } of [from, to]) if (digest !== undefined && digest !== path.at(-1)) path.push(digest);
  }
  return path;
}

function isOf(one: ServiceReport, { project, service }: MovedService): boolean {
  return one.project === project && one.service === service;
}

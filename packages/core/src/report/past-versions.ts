import { parseReference } from '../image/reference.ts';
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

/** The tag under which a service ran a digest last; `undefined` if nobody knows. */
export function tagOf(entries: readonly HistoryEntry[], service: MovedService, digest: string): string | undefined {
  for (const { report } of entries) {
    for (const one of report.services) {
      if (!isOf(one, service) || one.outcome !== 'updated') continue;
      const { tag } = parseReference(report.image);
      if (one.to.digest === digest) return tag;
      if (one.from.digest === digest) return one.from.tag ?? tag;
    }
  }
  return undefined;
}

function isOf(one: ServiceReport, { project, service }: MovedService): boolean {
  return one.project === project && one.service === service;
}

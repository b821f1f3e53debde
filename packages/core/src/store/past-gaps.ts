import type { MovedService } from '../plan/unfinished-moves.ts';
import type { HistoryEntry } from '../report/history.ts';

/** What the newest report that knows says. */
export function lastGapMs(
  newestFirst: readonly HistoryEntry[],
  { project, service }: MovedService,
): number | undefined {
  for (const { report } of newestFirst) {
    const own = report.services.find(one => one.project === project && one.service === service);
    if (own?.outcome === 'updated' && own.gapMs !== undefined) return own.gapMs;
  }
  return undefined;
}

import { EngineError } from '../../errors.ts';
import type { PruneFilter } from '../state/prune.ts';
import { type Filters, hasLabels, parseFilters } from './filters.ts';

const msPerUnit: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** `label` and `label!`, and what else the kind of object has; default `until`. */
export function parsePruneFilters(
  text: string | undefined,
  { nowMs, others = ['until'] }: { readonly nowMs: number; readonly others?: readonly string[] },
): { readonly filters: Filters; readonly mayGo: PruneFilter } {
  const filters = parseFilters(text, { modelled: ['label', 'label!', ...others] });
  const until = filters.get('until') ?? [];
  if (until.length > 1) throw new EngineError(400, 'more than one until filter specified');
  const beforeMs = until[0] === undefined ? Number.POSITIVE_INFINITY : parseUntil(until[0], nowMs);
  const unwanted = (filters.get('label!') ?? []).map(label => new Map([['label', [label]]]));
  const mayGo: PruneFilter = ({ createdMs, labels }) =>
    createdMs < beforeMs && hasLabels(filters, labels) && !unwanted.some(one => hasLabels(one, labels));
  return { filters, mayGo };
}

/** A moment, or how long ago: `24h`, `1h30m`. */
function parseUntil(text: string, nowMs: number): number {
  if (!/^(\d+(\.\d+)?(h|ms|m|s))+$/.test(text)) {
    const moment = Number.isNaN(Number(text)) ? Date.parse(text) : Number(text) * 1000;
    if (Number.isNaN(moment)) throw new EngineError(400, `failed to parse value as time or duration: "${text}"`);
    return moment;
  }
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
  return nowMs - parts.reduce((sum, [, count, unit = 's']) => sum + Number(count) * (msPerUnit[unit] ?? 0), 0);
}

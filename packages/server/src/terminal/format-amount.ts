import type { PulledBytes } from '@gopdater/core';

const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** As Docker has it: e.g. `12.3 MB`, a thousand of each unit to the next. */
export function formatBytes(bytes: number): string {
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(bytes) / 3)));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

/** e.g. `12.3 MB of 45.6 MB (27 %)`; without a total what has come. */
export function formatPulled({ current, total }: PulledBytes): string {
  if (total === undefined) return formatBytes(current);
  return `${formatBytes(current)} of ${formatBytes(total)} (${Math.floor(shareOf({ current, total }) * 100)} %)`;
}

/** From 0 to 1. */
export function shareOf({ current, total }: { readonly current: number; readonly total: number }): number {
  return total === 0 ? 1 : Math.min(1, current / total);
}

import type { EngineState } from '../state/engine-state.ts';
import type { VolumeRecord } from '../state/volumes.ts';
import { booleanFilter, type Filters, fitsName, hasLabels, type KnownFilters, passes } from './filters.ts';

export const volumeFilters: KnownFilters = { modelled: ['dangling', 'driver', 'label', 'name'] };

export function listVolumes(state: EngineState, filters: Filters): VolumeRecord[] {
  const isDangling = booleanFilter(filters, 'dangling');
  const used = new Set([...state.containers.values()].flatMap(({ mounts }) => mounts.map(({ name }) => name)));
  return [...state.volumes.values()].filter(
    ({ name, driver, labels }) =>
      hasLabels(filters, labels) &&
      passes(filters, 'name', value => fitsName(value, name)) &&
      passes(filters, 'driver', value => value === driver) &&
      (isDangling === undefined || isDangling === !used.has(name)),
  );
}

export function volumeView({
  name,
  driver,
  createdMs,
  mountpoint,
  labels,
  options,
}: VolumeRecord): Record<string, unknown> {
  return {
    CreatedAt: new Date(createdMs).toISOString().replace(/\.\d+Z$/, 'Z'),
    Driver: driver,
    Labels: labels,
    Mountpoint: mountpoint,
    Name: name,
    Options: options,
    Scope: 'local',
  };
}

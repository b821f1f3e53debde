import { type ContainerRecord, isRunning } from '../state/container-record.ts';
import type { EngineState } from '../state/engine-state.ts';
import { type Filters, fitsName, hasLabels, type KnownFilters, passes } from './filters.ts';

export const containerFilters: KnownFilters = {
  modelled: ['ancestor', 'exited', 'health', 'id', 'label', 'name', 'network', 'status', 'volume'],
  others: ['before', 'expose', 'is-task', 'isolation', 'publish', 'since'],
};

/** Newest first; stopped ones only with `all` or a filter that asks for a status. */
export function listContainers(state: EngineState, filters: Filters, { all }: { all: boolean }): ContainerRecord[] {
  const includesStopped = all || filters.has('status') || filters.has('exited');
  return [...state.containers.values()]
    .filter(container => includesStopped || isRunning(container))
    .filter(container => fits(state, container, filters))
    .reverse();
}

function fits(state: EngineState, container: ContainerRecord, filters: Filters): boolean {
  const { id, name, imageId, spec, health, endpoints, mounts } = container;
  const { status, exitCode } = container.state;
  return (
    hasLabels(filters, spec.labels) &&
    passes(filters, 'id', value => id.startsWith(value)) &&
    passes(filters, 'name', value => fitsName(value, name) || fitsName(value, `/${name}`)) &&
    passes(filters, 'status', value => value === status) &&
    passes(filters, 'exited', value => status === 'exited' && Number(value) === exitCode) &&
    passes(filters, 'health', value => value === (health ?? 'none')) &&
    passes(filters, 'ancestor', value => state.images.find(value)?.id === imageId) &&
    passes(filters, 'network', value =>
      [...endpoints].some(([key, { networkId }]) => key === value || networkId === value),
    ) &&
    passes(filters, 'volume', value => mounts.some(mount => mount.name === value || mount.destination === value))
  );
}

import { EngineError } from '../../errors.ts';
import type { EngineProfile } from '../engine-profile.ts';
import { type ContainerRecord, hasProcess, isRunning } from '../state/container-record.ts';
import { findContainer } from '../state/containers.ts';
import type { EngineState } from '../state/engine-state.ts';
import { booleanFilter, checkValues, type Filters, fitsName, hasLabels, type KnownFilters, passes } from './filters.ts';

export const containerFilters: KnownFilters = {
  modelled: [
    ...['ancestor', 'before', 'exited', 'expose', 'health', 'id', 'is-task', 'label', 'name', 'network', 'publish'],
    ...['since', 'status', 'volume'],
  ],
  others: ['isolation'],
};

const statuses = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'];
const healths = ['none', 'starting', 'healthy', 'unhealthy'];

/** Newest first; stopped ones only with `all`, a limit, or a filter that asks for them. */
export function listContainers(
  state: EngineState,
  filters: Filters,
  { all, limit = 0 }: { readonly all: boolean; readonly limit?: number },
): ContainerRecord[] {
  check(filters, state.profile);
  const includesStopped = all || limit > 0 || ['status', 'exited', 'before', 'since'].some(name => filters.has(name));
  const found = [...state.containers.values()]
    .filter(container => includesStopped || isRunning(container))
    .filter(isBetween(state, filters))
    .filter(container => fits(state, container, filters))
    .reverse();
  return limit > 0 ? found.slice(0, limit) : found;
}

function check(filters: Filters, { isSince28 }: EngineProfile): void {
  const oneOf = (what: string, words: readonly string[]) => (value: string) => {
    if (words.includes(value)) return undefined;
    return isSince28 ? `invalid value for ${what} (${value}): must be one of ${words.join(', ')}` : '';
  };
  checkValues(filters, 'status', oneOf('state', statuses));
  if (!isSince28) checkHealthsBefore28(filters);
  checkValues(filters, 'health', oneOf('health', healths));
  checkValues(filters, 'exited', value =>
    /^-?\d+$/.test(value) ? undefined : `strconv.Atoi: parsing "${value}": invalid syntax`,
  );
  for (const name of ['publish', 'expose']) {
    for (const value of filters.get(name) ?? []) {
      if (!/^\d+(-\d+)?(\/\w+)?$/.test(value)) throw new EngineError(400, `invalid filter '${name}=${value}'`);
    }
  }
  booleanFilter(filters, 'is-task');
}

function checkHealthsBefore28(filters: Filters): void {
  const unknown = filters.get('health')?.find(value => !healths.includes(value));
  if (unknown !== undefined) throw new EngineError(400, `unrecognized filter value for health: ${unknown}`);
}

/** Created before the last one that `before` names and after the last one that `since` names. */
function isBetween(state: EngineState, filters: Filters): (container: ContainerRecord) => boolean {
  const order = [...state.containers.keys()];
  const placeOf = (name: string): number | undefined => {
    const named = (filters.get(name) ?? []).map(value => findContainer(state, value)).at(-1);
    return named && order.indexOf(named.id);
  };
  const [before = order.length, since = -1] = [placeOf('before'), placeOf('since')];
  return ({ id }) => order.indexOf(id) > since && order.indexOf(id) < before;
}

function fits(state: EngineState, container: ContainerRecord, filters: Filters): boolean {
  const { id, name, imageId, spec, health, endpoints, mounts, ports } = container;
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
    passes(filters, 'volume', value => mounts.some(mount => mount.name === value || mount.destination === value)) &&
    passes(filters, 'publish', value => ports.some(({ hostPort }) => isInRange(`${hostPort}`, value))) &&
    passes(
      filters,
      'expose',
      value => hasProcess(container) && spec.exposedPorts.some(port => isInRange(port, value)),
    ) &&
    booleanFilter(filters, 'is-task') !== true
  );
}

/** @param port  e.g. `80/tcp`  @param range  e.g. `80`, `80-90/udp`; the protocol is tcp unless it is said */
function isInRange(port: string, range: string): boolean {
  const [number, protocol = 'tcp'] = port.split('/');
  const [numbers = '', wanted = 'tcp'] = range.split('/');
  const [first, last = first] = numbers.split('-');
  return protocol === wanted && Number(number) >= Number(first) && Number(number) <= Number(last);
}

import { EngineError } from '../../errors.ts';
import type { EngineState } from '../state/engine-state.ts';
import { endpointsOf, isPredefined, type NetworkRecord } from '../state/network-record.ts';
import { type Filters, fitsName, hasLabels, type KnownFilters, passes } from './filters.ts';
import { containersView } from './network-containers.ts';
import { overlayView } from './overlay-view.ts';
import { formatTime } from './time.ts';

export const networkFilters: KnownFilters = {
  modelled: ['dangling', 'driver', 'id', 'label', 'name', 'scope', 'type'],
};

export function listNetworks(state: EngineState, filters: Filters): NetworkRecord[] {
  const isDangling = danglingFilter(filters);
  for (const type of filters.get('type') ?? []) {
    if (!['builtin', 'custom'].includes(type)) throw new EngineError(500, `invalid filter: 'type'='${type}'`);
  }
  return [...state.networks.values()].filter(network => {
    const { id, name, driver, labels, overlay } = network;
    return (
      overlay?.isRemoved !== true &&
      hasLabels(filters, labels) &&
      passes(filters, 'id', value => id.startsWith(value)) &&
      passes(filters, 'name', value => fitsName(value, name)) &&
      passes(filters, 'driver', value => value === driver) &&
      passes(filters, 'scope', value => value === (overlay ? 'swarm' : 'local')) &&
      passes(filters, 'type', value => (value === 'builtin') === isPredefined(network)) &&
      (isDangling === undefined || isDangling === isUnused(state, network))
    );
  });
}

function danglingFilter(filters: Filters): boolean | undefined {
  const [value] = filters.get('dangling') ?? [];
  if (value === undefined) return undefined;
  if (['1', 'true'].includes(value)) return true;
  if (['0', 'false'].includes(value)) return false;
  throw new EngineError(400, `invalid value for filter 'dangling', must be "true" (or "1"), or "false" (or "0")`);
}

function isUnused(state: EngineState, network: NetworkRecord): boolean {
  return !isPredefined(network) && endpointsOf(state, network).length === 0;
}

/** `GET /networks/{id}`; in the list `Containers` is empty. */
export function networkView(
  state: EngineState,
  network: NetworkRecord,
  { isList }: { isList: boolean },
): Record<string, unknown> {
  const { subnet, overlay } = network;
  if (overlay) return overlayView(state, network, overlay, { isList });
  return {
    Name: network.name,
    Id: network.id,
    Created: formatTime(network.createdMs),
    Scope: 'local',
    Driver: network.driver,
    ...(state.profile.isSince28 && { EnableIPv4: true }),
    EnableIPv6: false,
    IPAM: {
      Driver: 'default',
      Options: network.ipam?.options ?? null,
      Config: network.ipam?.config ?? (subnet === undefined ? null : [chosenRange(subnet)]),
    },
    Internal: network.isInternal,
    Attachable: network.isAttachable,
    Ingress: false,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Containers: isList ? {} : containersView(state, network, { prefixLength: 16 }),
    Options: network.options,
    Labels: network.labels,
  };
}
const chosenRange = (subnet: number): Record<string, string> => ({
  ...{ Subnet: `172.${subnet}.0.0/16`, Gateway: `172.${subnet}.0.1` },
});

import type { EngineState } from '../state/engine-state.ts';
import type { NetworkRecord } from '../state/network-record.ts';
import { type Filters, fitsName, hasLabels, type KnownFilters, passes } from './filters.ts';
import { containersView } from './network-containers.ts';
import { overlayView } from './overlay-view.ts';
import { formatTime } from './time.ts';

export const networkFilters: KnownFilters = {
  modelled: ['driver', 'id', 'label', 'name', 'scope', 'type'],
  others: ['dangling'],
};

export function listNetworks(state: EngineState, filters: Filters): NetworkRecord[] {
  return [...state.networks.values()].filter(
    ({ id, name, driver, labels, overlay }) =>
      overlay?.isRemoved !== true &&
      hasLabels(filters, labels) &&
      passes(filters, 'id', value => id.startsWith(value)) &&
      passes(filters, 'name', value => fitsName(value, name)) &&
      passes(filters, 'driver', value => value === driver) &&
      passes(filters, 'scope', value => value === (overlay ? 'swarm' : 'local')) &&
      passes(filters, 'type', value => (value === 'builtin') === ['bridge', 'host', 'none'].includes(name)),
  );
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
    EnableIPv4: true,
    EnableIPv6: false,
    IPAM: {
      Driver: 'default',
      Options: null,
      Config: subnet === undefined ? null : [{ Subnet: `172.${subnet}.0.0/16`, Gateway: `172.${subnet}.0.1` }],
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

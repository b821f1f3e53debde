import { endpointsOf } from '../state/endpoints.ts';
import type { EngineState } from '../state/engine-state.ts';
import type { NetworkRecord, Overlay } from '../state/network-record.ts';
import { type Filters, fitsName, hasLabels, type KnownFilters, passes } from './filters.ts';
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
  return {
    Name: network.name,
    Id: network.id,
    Created: formatTime(network.createdMs),
    Scope: overlay ? 'swarm' : 'local',
    Driver: network.driver,
    EnableIPv4: true,
    EnableIPv6: false,
    IPAM: {
      Driver: 'default',
      Options: null,
      Config: subnet === undefined ? null : [ipamView(network)],
    },
    Internal: network.isInternal,
    Attachable: network.isAttachable,
    Ingress: overlay?.isIngress === true,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Containers: isList ? (overlay ? null : {}) : containersView(state, network),
    Options: { ...network.options, ...(overlay && vxlanOptions(overlay)) },
    Labels: overlay && Object.keys(network.labels).length === 0 ? null : network.labels,
  };
}

function ipamView({ overlay, subnet }: NetworkRecord): Record<string, string> {
  return overlay
    ? { Subnet: `10.0.${subnet}.0/24`, Gateway: `10.0.${subnet}.1` }
    : { Subnet: `172.${subnet}.0.0/16`, Gateway: `172.${subnet}.0.1` };
}

export function vxlanOptions({ vxlanId }: Overlay): Record<string, string> {
  return { 'com.docker.network.driver.overlay.vxlanid_list': String(vxlanId) };
}

/** The node knows no containers of a network of the swarm before it has any. */
function containersView(state: EngineState, network: NetworkRecord): Record<string, unknown> | null {
  const prefix = network.overlay ? 24 : 16;
  if (network.overlay?.isOnNode === false) return null;
  return Object.fromEntries(
    endpointsOf(state, network).map(({ container, endpoint }) => [
      container.id,
      {
        Name: container.name,
        EndpointID: endpoint.id,
        MacAddress: endpoint.macAddress,
        IPv4Address: endpoint.ipAddress && `${endpoint.ipAddress}/${prefix}`,
        IPv6Address: '',
      },
    ]),
  );
}

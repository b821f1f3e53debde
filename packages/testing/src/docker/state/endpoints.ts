import { EngineError } from '../../errors.ts';
import { AddressPool } from './address-pool.ts';
import { type ContainerRecord, hasProcess } from './container-record.ts';
import type { EngineState } from './engine-state.ts';
import {
  addressIn,
  type Endpoint,
  emitNetwork,
  findNetwork,
  gatewayOf,
  hostIn,
  isPredefined,
  type NetworkRecord,
  newEndpoint,
} from './network-record.ts';

/** Gives a running container its addresses, or remembers the network for a stopped one. */
export function connectNetwork(
  state: EngineState,
  container: ContainerRecord,
  network: NetworkRecord,
  aliases: readonly string[],
): void {
  if (container.endpoints.has(network.name)) {
    throw new EngineError(403, `endpoint with name ${container.name} already exists in network ${network.name}`);
  }
  const endpoint = newEndpoint(aliases);
  endpoint.dnsNames = dnsNamesOf(container, network, endpoint);
  container.endpoints.set(network.name, endpoint);
  if (!hasProcess(container)) return;
  activateEndpoint(state, container, network.name);
  emitNetwork(state, network, 'connect', container);
}

export function disconnectNetwork(state: EngineState, container: ContainerRecord, network: NetworkRecord): void {
  if (!container.endpoints.has(network.name)) {
    throw new EngineError(500, `container ${container.id} is not connected to network ${network.name}`);
  }
  const isActive = container.endpoints.get(network.name)?.id !== '';
  deactivateEndpoint(state, container, network.name);
  container.endpoints.delete(network.name);
  // Before 28.0 an engine tells of it twice.
  if (isActive && !state.profile.isSince28) emitNetwork(state, network, 'disconnect', container);
}

/** Nobody is told of it yet. */
export function activateEndpoint(state: EngineState, container: ContainerRecord, networkName: string): void {
  const endpoint = container.endpoints.get(networkName);
  if (!endpoint) return;
  const network = findNetwork(state, networkName);
  endpoint.networkId = network.id;
  endpoint.id = state.ids.next('endpoint');
  endpoint.dnsNames = dnsNamesOf(container, network, endpoint);
  endpoint.gateway = gatewayOf(network);
  endpoint.ipAddress = takeAddress(state, network, endpoint.reservedIp);
  endpoint.macAddress = macOf(endpoint.ipAddress);
}

export function deactivateEndpoint(state: EngineState, container: ContainerRecord, networkName: string): void {
  const endpoint = container.endpoints.get(networkName);
  if (!endpoint?.id) return;
  const network = findNetwork(state, networkName);
  if (endpoint.ipAddress !== '') poolOf(state, network).giveBack(hostIn(network, endpoint.ipAddress));
  const { aliases, networkId } = endpoint;
  container.endpoints.set(networkName, { ...newEndpoint(aliases), networkId });
  emitNetwork(state, network, 'disconnect', container);
}

/** Containers that run in the network. */
export function endpointsOf(
  state: EngineState,
  { id, name }: NetworkRecord,
): { container: ContainerRecord; endpoint: Endpoint }[] {
  return [...state.containers.values()].flatMap(container => {
    const endpoint = container.endpoints.get(name);
    return endpoint?.id && endpoint.networkId === id ? [{ container, endpoint }] : [];
  });
}

/** Empty in a network without addresses. */
function takeAddress(state: EngineState, network: NetworkRecord, reserved: string | undefined): string {
  if (network.subnet === undefined) return '';
  return addressIn(
    network,
    poolOf(state, network).take(reserved === undefined ? undefined : hostIn(network, reserved)),
  );
}

function poolOf({ addresses }: EngineState, { id }: NetworkRecord): AddressPool {
  const pool = addresses.get(id) ?? new AddressPool();
  addresses.set(id, pool);
  return pool;
}

function dnsNamesOf(
  { id, name }: ContainerRecord,
  network: NetworkRecord,
  { aliases }: Endpoint,
): readonly string[] | undefined {
  return isPredefined(network) ? undefined : [...new Set([name, ...aliases, id.slice(0, 12)])];
}

/** Empty for an empty one. */
export function macOf(ipAddress: string): string {
  return ipAddress && `02:42:${ipAddress.split('.').map(Number).map(hex).join(':')}`;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

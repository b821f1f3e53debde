import { EngineError } from '../../errors.ts';
import { type ContainerRecord, hasProcess } from './container-record.ts';
import type { EngineState } from './engine-state.ts';
import { addressIn, type Endpoint, emitNetwork, findNetwork, type NetworkRecord } from './network-record.ts';

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
  container.endpoints.set(network.name, { networkId: network.id, aliases, id: '', ipAddress: '', macAddress: '' });
  if (hasProcess(container)) activateEndpoint(state, container, network.name);
}

export function disconnectNetwork(state: EngineState, container: ContainerRecord, network: NetworkRecord): void {
  if (!container.endpoints.has(network.name)) {
    throw new EngineError(403, `container ${container.id} is not connected to network ${network.name}`);
  }
  deactivateEndpoint(state, container, network.name);
  container.endpoints.delete(network.name);
}

export function activateEndpoint(state: EngineState, container: ContainerRecord, networkName: string): void {
  const endpoint = container.endpoints.get(networkName);
  if (!endpoint) return;
  const network = findNetwork(state, networkName);
  endpoint.id = state.ids.next('endpoint');
  endpoint.ipAddress = endpoint.reservedIp ?? freeAddress(state, network);
  endpoint.macAddress = macOf(endpoint.ipAddress);
  emitNetwork(state, network, 'connect', container);
}

export function deactivateEndpoint(state: EngineState, container: ContainerRecord, networkName: string): void {
  const endpoint = container.endpoints.get(networkName);
  if (!endpoint?.id) return;
  endpoint.id = '';
  endpoint.ipAddress = '';
  endpoint.macAddress = '';
  emitNetwork(state, findNetwork(state, networkName), 'disconnect', container);
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

/** .1 is the gateway. */
function freeAddress(state: EngineState, network: NetworkRecord): string {
  const taken = new Set(endpointsOf(state, network).map(({ endpoint }) => endpoint.ipAddress));
  let host = 2;
  while (taken.has(addressIn(network, host)) && network.subnet !== undefined) host += 1;
  return addressIn(network, host);
}

function macOf(ipAddress: string): string {
  return ipAddress && `02:42:${ipAddress.split('.').map(Number).map(hex).join(':')}`;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

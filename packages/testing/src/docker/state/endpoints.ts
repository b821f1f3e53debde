import { EngineError } from '../../errors.ts';
import { type ContainerRecord, hasProcess } from './container-record.ts';
import type { EngineState } from './engine-state.ts';
import { type Endpoint, emitNetwork, findNetwork, type NetworkRecord } from './network-record.ts';

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
  const host = freeHost(state, network);
  endpoint.id = state.ids.next('endpoint');
  endpoint.ipAddress = network.subnet === undefined ? '' : `172.${network.subnet}.${host >> 8}.${host & 255}`;
  endpoint.macAddress =
    network.subnet === undefined ? '' : `02:42:ac:${[network.subnet, host >> 8, host & 255].map(hex).join(':')}`;
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
function freeHost(state: EngineState, network: NetworkRecord): number {
  const taken = new Set(endpointsOf(state, network).map(({ endpoint }) => endpoint.ipAddress));
  let host = 2;
  while (taken.has(`172.${network.subnet}.${host >> 8}.${host & 255}`)) host += 1;
  return host;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

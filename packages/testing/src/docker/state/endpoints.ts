import { EngineError } from '../../errors.ts';
import { attachToOverlay, isAttachable, releaseOverlays, whyNotAttachable } from '../swarm/overlays.ts';
import { giveBackAddress, takeAddress } from './addresses.ts';
import { type ContainerRecord, hasProcess } from './container-record.ts';
import type { EngineState } from './engine-state.ts';
import {
  type Endpoint,
  emitNetwork,
  findNetwork,
  gatewayOf,
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
  if (container.endpoints.has(network.name)) throw alreadyConnected(container, network);
  if (hasProcess(container) && !isAttachable(state, network)) throw new EngineError(500, whyNotAttachable(network));
  const endpoint = newEndpoint(aliases);
  endpoint.dnsNames = dnsNamesOf(container, network, endpoint);
  container.endpoints.set(network.name, endpoint);
  if (!hasProcess(container)) return;
  activateEndpoint(state, container, network.name);
  emitNetwork(state, network, 'connect', container);
}

/** A swarm has its own words for it. */
function alreadyConnected({ name }: ContainerRecord, network: NetworkRecord): EngineError {
  if (network.overlay) return new EngineError(409, `${name} is already attached to network ${network.name}`);
  return new EngineError(403, `endpoint with name ${name} already exists in network ${network.name}`);
}

export function disconnectNetwork(state: EngineState, container: ContainerRecord, network: NetworkRecord): void {
  if (!container.endpoints.has(network.name)) {
    throw new EngineError(500, `container ${container.id} is not connected to network ${network.name}`);
  }
  const isActive = container.endpoints.get(network.name)?.id !== '';
  deactivateEndpoint(state, container, network.name);
  container.endpoints.delete(network.name);
  if (network.overlay && state.swarm) releaseOverlays(state.swarm);
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
  endpoint.ipAddress = takeAddress(state, network, container.id, endpoint.reservedIp);
  endpoint.macAddress = macOf(endpoint.ipAddress);
  if (network.overlay) attachToOverlay(state, endpoint, network);
}

export function deactivateEndpoint(state: EngineState, container: ContainerRecord, networkName: string): void {
  const endpoint = container.endpoints.get(networkName);
  if (!endpoint?.id) return;
  const network = findNetwork(state, networkName);
  giveBackAddress(state, network, container.id, endpoint.ipAddress);
  const { aliases, networkId } = endpoint;
  container.endpoints.set(networkName, { ...newEndpoint(aliases), networkId });
  emitNetwork(state, network, 'disconnect', container);
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

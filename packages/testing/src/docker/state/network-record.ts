import { EngineError } from '../../errors.ts';
import type { ContainerRecord } from './container-record.ts';
import type { EngineState } from './engine-state.ts';
import type { Ids } from './ids.ts';

export interface NetworkRecord {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly createdMs: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  readonly isInternal: boolean;
  readonly isAttachable: boolean;
  /** As a client asked for them; undefined: what the engine chooses. */
  readonly ipam?: IpamSpec | undefined;
  /** The N of 172.N.0.0/16, or of 10.0.N.0/24 in a swarm; undefined for `host` and `none`. */
  readonly subnet: number | undefined;
  /** A network of the swarm. */
  readonly overlay?: Overlay;
}

export interface Overlay {
  readonly vxlanId: number;
  readonly isIngress: boolean;
  /** In the swarm. */
  readonly version: number;
  /** There is something of it on this node. */
  isOnNode: boolean;
  /** From the swarm, but not yet from this node. */
  isRemoved: boolean;
  /** What spreads requests over the tasks, on a node that has some. */
  balancer: { readonly endpointId: string; readonly address: string } | undefined;
}

/** A container's place in a network; all but its aliases is empty while the container does not run. */
export interface Endpoint {
  networkId: string;
  readonly aliases: readonly string[];
  /** Which address it is to have; default any. */
  reservedIp: string | undefined;
  /** By which others find it; none in a predefined network. */
  dnsNames: readonly string[] | undefined;
  id: string;
  gateway: string;
  ipAddress: string;
  macAddress: string;
}

export const newEndpoint = (aliases: readonly string[], reservedIp?: string): Endpoint => ({
  ...{ networkId: '', aliases, reservedIp, dnsNames: undefined, id: '', gateway: '', ipAddress: '', macAddress: '' },
});

export interface NetworkSpec {
  readonly name: string;
  readonly driver: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  readonly isInternal: boolean;
  readonly isAttachable: boolean;
  readonly ipam?: IpamSpec | undefined;
}

/** Kept as it is; addresses do not come from it. */
export interface IpamSpec {
  readonly config: readonly Readonly<Record<string, unknown>>[];
  readonly options: Readonly<Record<string, string>> | null;
}

/** The nth address; empty in a network without addresses. */
export function addressIn({ subnet, overlay }: NetworkRecord, host: number): string {
  if (subnet === undefined) return '';
  return overlay ? `10.0.${subnet}.${host}` : `172.${subnet}.${host >> 8}.${host & 255}`;
}

/** Where it leads to others; networks of a swarm and internal ones lead nowhere else. */
export function gatewayOf(network: NetworkRecord): string {
  return network.overlay || network.isInternal ? '' : addressIn(network, 1);
}

/** Which address of the network it is. */
export function hostIn({ overlay }: NetworkRecord, address: string): number {
  const [third = 0, fourth = 0] = address.split('.').slice(2).map(Number);
  return overlay ? fourth : third * 256 + fourth;
}

export const firstSubnet = 17;

export const isPredefined = ({ name }: Pick<NetworkRecord, 'name'>): boolean =>
  ['bridge', 'host', 'none'].includes(name);

export function predefinedNetworks(ids: Ids, createdMs: number): NetworkRecord[] {
  const common = { createdMs, labels: {}, options: {}, isInternal: false, isAttachable: false };
  return [
    { ...common, id: ids.next('network'), name: 'bridge', driver: 'bridge', subnet: firstSubnet },
    { ...common, id: ids.next('network'), name: 'host', driver: 'host', subnet: undefined },
    { ...common, id: ids.next('network'), name: 'none', driver: 'null', subnet: undefined },
  ];
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

/** By name, id or the beginning of an id. */
export function findNetwork(state: EngineState, nameOrId: string): NetworkRecord {
  const all = [...state.networks.values()];
  const found =
    all.find(({ id }) => id === nameOrId) ??
    all.find(({ name }) => name === nameOrId) ??
    all.find(({ id }) => nameOrId !== '' && id.startsWith(nameOrId));
  if (!found) throw new EngineError(404, `network ${nameOrId} not found`);
  return found;
}

export function emitNetwork(
  state: EngineState,
  { id, name, driver }: NetworkRecord,
  action: string,
  container?: ContainerRecord,
): void {
  const attributes = { ...(container && { container: container.id }), name, type: driver };
  state.events.emit({ type: 'network', action, id, attributes, timeMs: state.clock.now() });
}

import { EngineError } from '../../errors.ts';
import { createOverlay, removeOverlay } from '../swarm/overlays.ts';
import type { EngineState } from './engine-state.ts';
import {
  emitNetwork,
  endpointsOf,
  findNetwork,
  firstSubnet,
  isPredefined,
  type NetworkRecord,
  type NetworkSpec,
} from './network-record.ts';

export function createNetwork(state: EngineState, spec: NetworkSpec): NetworkRecord {
  if (spec.driver === 'overlay') return createOverlay(state, spec);
  if (isPredefined(spec)) {
    throw new EngineError(403, `operation is not permitted on predefined ${spec.name} network `);
  }
  if (!['', 'bridge', 'macvlan', 'ipvlan'].includes(spec.driver)) {
    throw new EngineError(404, `plugin "${spec.driver}" not found`);
  }
  if ([...state.networks.values()].some(({ name }) => name === spec.name)) {
    throw new EngineError(409, `network with name ${spec.name} already exists`);
  }
  const network: NetworkRecord = {
    ...spec,
    id: state.ids.next('network'),
    driver: spec.driver || 'bridge',
    createdMs: state.clock.now(),
    ipam: spec.ipam,
    subnet: freeSubnet(state),
  };
  state.networks.set(network.id, network);
  emitNetwork(state, network, 'create');
  return network;
}

export function removeNetwork(state: EngineState, nameOrId: string): void {
  const network = findNetwork(state, nameOrId);
  if (isPredefined(network)) {
    throw new EngineError(403, `${network.name} is a pre-defined network and cannot be removed`);
  }
  if (network.overlay && state.swarm) {
    removeOverlay(state.swarm, network);
    return;
  }
  if (endpointsOf(state, network).length > 0) {
    throw new EngineError(403, `error while removing network: ${activeEndpoints(state, network)}`);
  }
  state.networks.delete(network.id);
  emitNetwork(state, network, 'destroy');
}

function activeEndpoints(state: EngineState, network: NetworkRecord): string {
  const { name, id } = network;
  if (!state.profile.isSince28) return `network ${name} id ${id} has active endpoints`;
  const list = endpointsOf(state, network).map(
    ({ container, endpoint }) => `name:"${container.name}" id:"${endpoint.id.slice(0, 12)}"`,
  );
  return `network ${name} has active endpoints (${list.join(', ')})`;
}

/** Of networks of this node. */
export function freeSubnet(state: EngineState): number {
  const taken = new Set([...state.networks.values()].map(({ subnet, overlay }) => (overlay ? undefined : subnet)));
  let subnet = firstSubnet;
  while (taken.has(subnet)) subnet += 1;
  return subnet;
}

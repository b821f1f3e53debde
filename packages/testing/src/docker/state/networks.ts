import { EngineError } from '../../errors.ts';
import { createOverlay, removeOverlay } from '../swarm/overlays.ts';
import { endpointsOf } from './endpoints.ts';
import type { EngineState } from './engine-state.ts';
import { emitNetwork, findNetwork, firstSubnet, type NetworkRecord, type NetworkSpec } from './network-record.ts';

export function createNetwork(state: EngineState, spec: NetworkSpec): NetworkRecord {
  if (spec.driver === 'overlay') return createOverlay(state, spec);
  if ([...state.networks.values()].some(({ name }) => name === spec.name)) {
    throw new EngineError(409, `network with name ${spec.name} already exists`);
  }
  const network: NetworkRecord = {
    ...spec,
    id: state.ids.next('network'),
    driver: spec.driver || 'bridge',
    createdMs: state.clock.now(),
    subnet: freeSubnet(state),
  };
  state.networks.set(network.id, network);
  emitNetwork(state, network, 'create');
  return network;
}

export function removeNetwork(state: EngineState, nameOrId: string): void {
  const network = findNetwork(state, nameOrId);
  if (['bridge', 'host', 'none'].includes(network.name)) {
    throw new EngineError(403, `${network.name} is a pre-defined network and cannot be removed`);
  }
  if (network.overlay && state.swarm) {
    removeOverlay(state.swarm, network);
    return;
  }
  const active = endpointsOf(state, network);
  if (active.length > 0) {
    const list = active.map(({ container }) => `name:"${container.name}" id:"${container.id.slice(0, 12)}"`).join(', ');
    throw new EngineError(403, `error while removing network: network ${network.name} has active endpoints (${list})`);
  }
  state.networks.delete(network.id);
  emitNetwork(state, network, 'destroy');
}

/** Of networks of this node. */
export function freeSubnet(state: EngineState): number {
  const taken = new Set([...state.networks.values()].map(({ subnet, overlay }) => (overlay ? undefined : subnet)));
  let subnet = firstSubnet;
  while (taken.has(subnet)) subnet += 1;
  return subnet;
}

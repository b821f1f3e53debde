import { EngineError } from '../../errors.ts';
import { attachToOverlay, releaseOverlays } from '../swarm/overlays.ts';
import type { ContainerRecord } from './container-record.ts';
import { activateEndpoint, deactivateEndpoint } from './endpoints.ts';
import type { EngineState } from './engine-state.ts';
import { findNetwork } from './network-record.ts';
import { allocatePorts } from './ports.ts';
import { emitVolume, removeVolume } from './volumes.ts';

/** Gives a container what it runs with: addresses, host ports, volumes. */
export function acquireResources(state: EngineState, container: ContainerRecord): void {
  attachNetworks(state, container);
  publishPorts(state, container);
  emitVolumes(state, container, 'mount');
}

export function releaseResources(state: EngineState, container: ContainerRecord): void {
  for (const name of container.endpoints.keys()) deactivateEndpoint(state, container, name);
  container.ports = [];
  emitVolumes(state, container, 'unmount');
  if (state.swarm) releaseOverlays(state.swarm);
}

function attachNetworks(state: EngineState, container: ContainerRecord): void {
  for (const [name, endpoint] of container.endpoints) {
    const network = findNetwork(state, name);
    container.endpoints.set(name, { ...endpoint, networkId: network.id });
    if (network.overlay) attachToOverlay(state, container, network);
  }
  for (const name of container.endpoints.keys()) activateEndpoint(state, container, name);
}

/** A taken port leaves the container as it was, with exit code 128 and the reason. */
function publishPorts(state: EngineState, container: ContainerRecord): void {
  if (container.spec.portBindings.length === 0) return;
  const taken = [...state.containers.values()].flatMap(({ ports }) => ports);
  try {
    container.ports = allocatePorts(container.spec.portBindings, taken);
  } catch (cause) {
    if (cause instanceof EngineError || !(cause instanceof Error)) throw cause;
    const endpoint = [...container.endpoints.values()][0]?.id ?? '';
    const message = `${state.profile.networkingErrorPrefix}driver failed programming external connectivity on endpoint ${container.name} (${endpoint}): ${cause.message}`;
    for (const name of container.endpoints.keys()) deactivateEndpoint(state, container, name);
    container.state = { ...container.state, exitCode: 128, error: message };
    throw new EngineError(500, message);
  }
}

function emitVolumes(state: EngineState, container: ContainerRecord, action: 'mount' | 'unmount'): void {
  for (const { name } of container.mounts) {
    const volume = state.volumes.get(name);
    if (volume) emitVolume(state, volume, action, container);
  }
}

/** Volumes of a container that is gone and that nobody named. Those that another container has, too, stay. */
export function removeAnonymousVolumes(state: EngineState, { mounts }: ContainerRecord): void {
  const used = new Set([...state.containers.values()].flatMap(container => container.mounts.map(({ name }) => name)));
  for (const { name, isAnonymous } of mounts) {
    if (isAnonymous && !used.has(name)) removeVolume(state, name, { force: true });
  }
}

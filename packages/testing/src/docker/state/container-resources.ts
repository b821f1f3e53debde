import { EngineError } from '../../errors.ts';
import { isAttachable, releaseOverlays, whyNotAttachable } from '../swarm/overlays.ts';
import type { ContainerRecord } from './container-record.ts';
import type { PortBinding } from './container-spec.ts';
import { activateEndpoint, deactivateEndpoint } from './endpoints.ts';
import type { EngineState } from './engine-state.ts';
import { emitNetwork, findNetwork } from './network-record.ts';
import { allocatePorts } from './ports.ts';
import { emitVolume, removeVolume } from './volumes.ts';

/** Gives a container what it runs with: addresses, host ports, volumes. */
export function acquireResources(state: EngineState, container: ContainerRecord): void {
  const { isSince28 } = state.profile;
  container.staleEndpoints = undefined;
  if (isSince28) emitVolumes(state, container, 'mount');
  attachNetworks(state, container);
  publishPorts(state, container);
  if (!isSince28) tellOfNetworks(state, container);
  if (!isSince28) emitVolumes(state, container, 'mount');
}

/** Since 28.0 an engine tells of it only once the program can be run. */
export function tellOfNetworks(state: EngineState, container: ContainerRecord): void {
  for (const name of container.endpoints.keys()) emitNetwork(state, findNetwork(state, name), 'connect', container);
}

export function releaseResources(state: EngineState, container: ContainerRecord): void {
  for (const name of container.endpoints.keys()) deactivateEndpoint(state, container, name);
  container.ports = [];
  emitVolumes(state, container, 'unmount');
  if (state.swarm) releaseOverlays(state.swarm);
}

function attachNetworks(state: EngineState, container: ContainerRecord): void {
  const refuse = (status: number, why: string): never => {
    const error = `${state.profile.networkingErrorPrefix}${why}`;
    container.state = { ...container.state, exitCode: 128, error };
    throw new EngineError(status, error);
  };
  for (const [name, { networkId, reservedIp }] of container.endpoints) {
    const network = [...state.networks.values()].find(({ name: other }) => other === name);
    if (!network) refuse(404, `network ${networkId || name} not found`);
    // That of a task has been let in by the swarm.
    else if (reservedIp === undefined && !isAttachable(state, network)) refuse(500, whyNotAttachable(network));
  }
  for (const name of container.endpoints.keys()) activateEndpoint(state, container, name);
}

/** A taken port leaves the container as it was, with exit code 128 and the reason. */
function publishPorts(state: EngineState, container: ContainerRecord): void {
  const bindings = bindingsOf(container);
  if (bindings.length === 0) return;
  const taken = [...state.containers.values()].flatMap(({ ports }) => ports);
  try {
    container.ports = allocatePorts(bindings, taken);
  } catch (cause) {
    if (cause instanceof EngineError || !(cause instanceof Error)) throw cause;
    const endpoint = [...container.endpoints.values()][0]?.id ?? '';
    const message = `${state.profile.networkingErrorPrefix}driver failed programming external connectivity on endpoint ${container.name} (${endpoint}): ${cause.message}`;
    container.staleEndpoints = new Map([...container.endpoints].map(([name, one]) => [name, { ...one, gateway: '' }]));
    for (const name of container.endpoints.keys()) deactivateEndpoint(state, container, name);
    container.state = { ...container.state, exitCode: 128, error: message };
    throw new EngineError(500, message);
  }
}

/** Only ports that are exposed are published. */
function bindingsOf({ spec: { portBindings, exposedPorts, publishesAll = false } }: ContainerRecord): PortBinding[] {
  const bound = portBindings.filter(({ containerPort }) => exposedPorts.includes(containerPort));
  if (!publishesAll) return bound;
  const others = exposedPorts.filter(port => bound.every(({ containerPort }) => containerPort !== port));
  return [...bound, ...others.map(containerPort => ({ containerPort, hostIp: '', hostPort: '' }))];
}

export function emitVolumes(state: EngineState, container: ContainerRecord, action: 'mount' | 'unmount'): void {
  for (const mount of container.mounts) {
    const volume = state.volumes.get(mount.name);
    if (volume) emitVolume(state, volume, action, { container, mount });
  }
}

/** Volumes of a container that is gone and that nobody named. Those that another container has, too, stay. */
export function removeAnonymousVolumes(state: EngineState, { mounts }: ContainerRecord): void {
  const used = new Set([...state.containers.values()].flatMap(container => container.mounts.map(({ name }) => name)));
  for (const { name, isAnonymous } of mounts) {
    if (isAnonymous && !used.has(name)) removeVolume(state, name, { force: true });
  }
}

import { EngineError } from '../../errors.ts';
import type { ContainerRecord } from './container-record.ts';
import { emitContainer, findContainer } from './containers.ts';
import { activateEndpoint, deactivateEndpoint } from './endpoints.ts';
import type { EngineState } from './engine-state.ts';
import { findNetwork } from './network-record.ts';
import { allocatePorts } from './ports.ts';
import { exitContainer } from './stop-container.ts';
import { emitVolume } from './volumes.ts';

/** @returns false if it runs already */
export function startContainer(state: EngineState, nameOrId: string): boolean {
  const container = findContainer(state, nameOrId);
  if (container.state.status === 'running') return false;
  if (container.state.status === 'paused') {
    throw new EngineError(409, 'cannot start a paused container, try unpause instead');
  }
  attachNetworks(state, container);
  publishPorts(state, container);
  mountVolumes(state, container);
  container.state = { ...container.state, status: 'running', exitCode: 0, error: '', startedMs: state.clock.now() };
  const { behaviour } = state.images.get(container.imageId);
  container.health = hasHealthcheck(container) ? behaviour.health : undefined;
  emitContainer(state, container, 'start');
  if (container.health && container.health !== 'starting') {
    emitContainer(state, container, `health_status: ${container.health}`);
  }
  if (behaviour.exitCode !== undefined) exitContainer(state, container, behaviour.exitCode);
  return true;
}

function attachNetworks(state: EngineState, container: ContainerRecord): void {
  for (const [name, endpoint] of container.endpoints) {
    container.endpoints.set(name, { ...endpoint, networkId: findNetwork(state, name).id });
  }
  for (const name of container.endpoints.keys()) activateEndpoint(state, container, name);
}

/** A taken port leaves the container created, with exit code 128 and the reason. */
function publishPorts(state: EngineState, container: ContainerRecord): void {
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

function mountVolumes(state: EngineState, container: ContainerRecord): void {
  for (const { name } of container.mounts) {
    const volume = state.volumes.get(name);
    if (volume) emitVolume(state, volume, 'mount', container);
  }
}

function hasHealthcheck({ spec }: ContainerRecord): boolean {
  const [kind] = spec.healthcheck?.test ?? [];
  return kind !== undefined && kind !== 'NONE';
}

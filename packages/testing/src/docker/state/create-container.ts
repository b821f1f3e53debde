import { EngineError } from '../../errors.ts';
import { ProcessTable } from '../../process/process-table.ts';
import { fillVolumes } from './container-files.ts';
import { ContainerLog } from './container-log.ts';
import { type ContainerRecord, type Mount, noRestarts } from './container-record.ts';
import type { ContainerSpec, MountSpec } from './container-spec.ts';
import { openInput } from './container-streams.ts';
import { checkNameIsFree, emitContainer, findContainer } from './containers.ts';
import type { EngineState } from './engine-state.ts';
import type { ImageRecord } from './image-store.ts';
import { checkLogDriver } from './log-driver.ts';
import { newEndpoint } from './network-record.ts';
import { createVolume } from './volumes.ts';

/** @param name  without one the engine makes one up */
export function createContainer(state: EngineState, spec: ContainerSpec, name?: string): ContainerRecord {
  const image = state.images.get(spec.image);
  const withDefaults = withImageDefaults(withContainerOfNetwork(state, spec), image);
  if (withDefaults.entrypoint.length + withDefaults.command.length === 0) {
    throw new EngineError(400, 'no command specified');
  }
  checkLogDriver(spec);
  const id = state.ids.next('container');
  const finalName = name?.replace(/^\//, '') || `fake_${id.slice(0, 8)}`;
  checkNameIsFree(state, finalName);
  const mounts = mountsOrDestroyed(state, withDefaults, { id, name: finalName });
  const container: ContainerRecord = {
    id,
    name: finalName,
    createdMs: state.clock.now(),
    imageId: image.id,
    image,
    spec: withDefaults,
    behaviour: image.behaviour,
    state: {
      status: 'created',
      exitCode: 0,
      error: '',
      isOutOfMemory: false,
      startedMs: undefined,
      finishedMs: undefined,
    },
    health: undefined,
    restarts: noRestarts,
    pendingStops: 0,
    isBeingRestarted: false,
    future: new AbortController(),
    log: new ContainerLog(state.clock),
    probes: [],
    failingStreak: 0,
    monitor: new AbortController(),
    processes: new ProcessTable(),
    main: undefined,
    stdin: undefined,
    terminal: undefined,
    sessions: new Set(),
    files: undefined,
    mounts,
    endpoints: new Map([...spec.networks].map(([network, aliases]) => [network, newEndpoint(aliases)])),
    staleEndpoints: undefined,
    ports: [],
  };
  state.containers.set(id, container);
  openInput(container);
  fillVolumes(state, container);
  emitContainer(state, container, 'create');
  return container;
}

/** The container whose network it joins is kept by its id. */
function withContainerOfNetwork(state: EngineState, spec: ContainerSpec): ContainerSpec {
  const [kind, name] = spec.networkMode.split(':');
  if (kind !== 'container' || name === undefined) return spec;
  return { ...spec, networkMode: `container:${findContainer(state, name).id}` };
}

function withImageDefaults(spec: ContainerSpec, { config, labels }: ImageRecord): ContainerSpec {
  const own = new Set(spec.env.map(line => line.split('=')[0]));
  const replacesEntrypoint = spec.entrypoint.length > 0;
  const command = spec.command.length > 0 || replacesEntrypoint ? spec.command : (config.Cmd ?? []);
  const inherited = config.Healthcheck && { test: config.Healthcheck.Test ?? [], raw: { ...config.Healthcheck } };
  return {
    ...spec,
    labels: { ...labels, ...spec.labels },
    env: [...spec.env, ...(config.Env ?? []).filter(line => !own.has(line.split('=')[0]))],
    entrypoint: replacesEntrypoint ? spec.entrypoint : (config.Entrypoint ?? []),
    command,
    exposedPorts: [...new Set([...spec.exposedPorts, ...Object.keys(config.ExposedPorts ?? {})])],
    healthcheck: spec.healthcheck ?? inherited,
  };
}

/** What cannot have its mounts is told to be destroyed, although nobody was told that it was created. */
function mountsOrDestroyed(
  state: EngineState,
  spec: ContainerSpec,
  identity: { readonly id: string; readonly name: string },
): Mount[] {
  try {
    return mountsOf(state, spec);
  } catch (error) {
    emitContainer(state, { ...identity, spec }, 'destroy');
    throw error;
  }
}

/** A container's own mounts win over those it gets from others. */
function mountsOf(state: EngineState, { volumesFrom, mounts }: ContainerSpec): Mount[] {
  for (const mount of mounts) checkDestination(mount);
  const own: Mount[] = [];
  for (const mount of mounts) {
    const { destination } = mount;
    const isTaken = own.some(other => other.destination === destination);
    if (isTaken) throw new EngineError(400, `Duplicate mount point: ${destination}`);
    own.push(resolveMount(state, mount));
  }
  const others = volumesFrom.flatMap(text => {
    const [name = '', mode = ''] = text.split(':');
    const { mounts: theirs } = findContainer(state, name);
    return mode === 'ro' ? theirs.map(mount => ({ ...mount, isWritable: false, mode: '' })) : theirs;
  });
  return [...others.filter(({ destination }) => own.every(mount => mount.destination !== destination)), ...own];
}

function checkDestination({ type, destination, bind }: MountSpec): void {
  if (destination.startsWith('/')) return;
  const reason = `invalid mount config for type "${type}": invalid mount path: '${destination}' mount path must be absolute`;
  if (bind === undefined) throw new EngineError(400, reason);
  throw new EngineError(500, `invalid volume specification: '${bind}': ${reason}`);
}

/** A named volume that is not there yet is created, as the engine does. */
function resolveMount(state: EngineState, mount: MountSpec): Mount {
  const { type, source, destination, isWritable, mode = isWritable ? 'rw' : 'ro', labels, copies = true } = mount;
  const common = { type, destination, isWritable, mode, copies };
  if (type !== 'volume') return { ...common, name: '', source, isAnonymous: false };
  const { name, mountpoint } = createVolume(state, { name: source, ...(labels && { labels }) });
  return { ...common, name, source: mountpoint, isAnonymous: source === '' };
}

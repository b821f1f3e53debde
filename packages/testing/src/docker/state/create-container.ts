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
import { createVolume } from './volumes.ts';

/** @param name  without one the engine makes one up */
export function createContainer(state: EngineState, spec: ContainerSpec, name?: string): ContainerRecord {
  const image = state.images.get(spec.image);
  const withDefaults = withImageDefaults(spec, image);
  if (withDefaults.entrypoint.length + withDefaults.command.length === 0) {
    throw new EngineError(400, 'no command specified');
  }
  const id = state.ids.next('container');
  const finalName = name?.replace(/^\//, '') || `fake_${id.slice(0, 8)}`;
  checkNameIsFree(state, finalName);
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
    mounts: mountsOf(state, spec),
    endpoints: new Map(
      [...spec.networks].map(([network, aliases]) => [
        network,
        { networkId: '', aliases, id: '', ipAddress: '', macAddress: '' },
      ]),
    ),
    ports: [],
  };
  state.containers.set(id, container);
  openInput(container);
  fillVolumes(state, container);
  emitContainer(state, container, 'create');
  return container;
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

/** A container's own mounts win over those it gets from others. */
function mountsOf(state: EngineState, { volumesFrom, mounts }: ContainerSpec): Mount[] {
  const own = mounts.map(mount => resolveMount(state, mount));
  const others = volumesFrom.flatMap(name => findContainer(state, name).mounts);
  return [...others.filter(({ destination }) => own.every(mount => mount.destination !== destination)), ...own];
}

/** A named volume that is not there yet is created, as the engine does. */
function resolveMount(state: EngineState, { type, source, destination, isWritable, labels }: MountSpec): Mount {
  if (type === 'bind') return { type, name: '', source, destination, isWritable, isAnonymous: false };
  const { name, mountpoint } = createVolume(state, { name: source, ...(labels && { labels }) });
  return { type, name, source: mountpoint, destination, isWritable, isAnonymous: source === '' };
}

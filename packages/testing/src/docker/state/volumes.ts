import { EngineError } from '../../errors.ts';
import { makeDirectory } from '../../files/file-node.ts';
import type { FileTree } from '../../files/file-system.ts';
import type { ContainerRecord, Mount } from './container-record.ts';
import type { EngineState } from './engine-state.ts';

export interface VolumeRecord {
  readonly name: string;
  readonly driver: string;
  readonly createdMs: number;
  readonly mountpoint: string;
  /** Null when the client sent none, as the engine answers. */
  readonly labels: Readonly<Record<string, string>> | null;
  readonly options: Readonly<Record<string, string>> | null;
  readonly files: FileTree;
}

export interface VolumeSpec {
  /** Empty: the engine makes up a name. */
  readonly name: string;
  readonly driver?: string;
  readonly labels?: Readonly<Record<string, string>> | null;
  readonly options?: Readonly<Record<string, string>> | null;
}

/** The engine's mark on a volume that nobody gave a name. */
const anonymousLabel = 'com.docker.volume.anonymous';

/** Creating a volume that exists answers with that volume. */
export function createVolume(state: EngineState, spec: VolumeSpec): VolumeRecord {
  const name = spec.name || state.ids.next('volume');
  const existing = state.volumes.get(name);
  if (existing) return existing;
  checkVolume(name, spec.driver || 'local');
  const volume: VolumeRecord = {
    name,
    driver: spec.driver || 'local',
    createdMs: state.clock.now(),
    mountpoint: `${state.dataDirectory}/volumes/${name}/_data`,
    labels: spec.name === '' ? { [anonymousLabel]: '', ...spec.labels } : (spec.labels ?? null),
    options: spec.options ?? null,
    files: { root: makeDirectory() },
  };
  state.volumes.set(name, volume);
  emitVolume(state, volume, 'create');
  return volume;
}

/** True if nobody gave it a name. */
export function isAnonymous({ labels }: VolumeRecord): boolean {
  return labels !== null && anonymousLabel in labels;
}

function checkVolume(name: string, driver: string): void {
  if (driver !== 'local') {
    const reason = `plugin "${driver}" not found`;
    throw new EngineError(404, `create ${name}: error looking up volume plugin ${driver}: ${reason}`);
  }
  if (name.length < 2) {
    const reason = 'volume name is too short, names should be at least two alphanumeric characters';
    throw new EngineError(400, `create ${name}: ${reason}`);
  }
  if (/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name)) return;
  const allowed = 'only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed';
  throw new EngineError(
    400,
    `create ${name}: "${name}" includes invalid characters for a local volume name, ${allowed}. If you intended to pass a host directory, use absolute path`,
  );
}

export function findVolume(state: EngineState, name: string): VolumeRecord {
  const volume = state.volumes.get(name);
  if (!volume) throw new EngineError(404, `get ${name}: no such volume`);
  return volume;
}

export function removeVolume(state: EngineState, name: string, { force }: { force: boolean }): void {
  const volume = force ? state.volumes.get(name) : findVolume(state, name);
  if (!volume) return;
  const users = [...state.containers.values()].filter(({ mounts }) => mounts.some(mount => mount.name === name));
  if (users.length > 0) {
    throw new EngineError(409, `remove ${name}: volume is in use - [${users.map(({ id }) => id).join(', ')}]`);
  }
  state.volumes.delete(name);
  emitVolume(state, volume, 'destroy');
}

export function emitVolume(
  state: EngineState,
  { name, driver }: VolumeRecord,
  action: 'create' | 'destroy' | 'mount' | 'unmount',
  use?: { readonly container: ContainerRecord; readonly mount: Mount },
): void {
  const how = use &&
    action === 'mount' && {
      ...{ destination: use.mount.destination, propagation: '', 'read/write': String(use.mount.isWritable) },
    };
  const attributes = { ...(use && { container: use.container.id }), driver, ...how };
  state.events.emit({ type: 'volume', action, id: name, attributes, timeMs: state.clock.now() });
}

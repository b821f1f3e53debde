import { sizeOf } from '../../files/file-node.ts';
import { isRunning } from './container-record.ts';
import { containerSize } from './container-size.ts';
import { emitPrune } from './emit-prune.ts';
import type { EngineState } from './engine-state.ts';
import { endpointsOf, isPredefined } from './network-record.ts';
import { removeNetwork } from './networks.ts';
import { removeContainer } from './remove-container.ts';
import { deleteUnused, type RemovedImage } from './remove-image.ts';
import { isAnonymous, removeVolume } from './volumes.ts';

/** What may go: older than the filters say, and with their labels. */
export type PruneFilter = (object: {
  readonly createdMs: number;
  readonly labels: Readonly<Record<string, string>> | null;
}) => boolean;

export interface Pruned<T> {
  readonly removed: readonly T[];
  readonly reclaimedBytes: number;
}

/** Containers that do not run. */
export function pruneContainers(state: EngineState, mayGo: PruneFilter): Pruned<string> {
  const found = [...state.containers.values()].filter(
    container => !isRunning(container) && mayGo({ createdMs: container.createdMs, labels: container.spec.labels }),
  );
  const reclaimedBytes = found.reduce((sum, container) => sum + containerSize(state, container).ownBytes, 0);
  for (const { id } of found) removeContainer(state, id, { force: false });
  emitPrune(state, 'container', reclaimedBytes);
  return { removed: found.map(({ id }) => id), reclaimedBytes };
}

/** Networks in which nothing runs, by name; those of the engine stay. */
export function pruneNetworks(state: EngineState, mayGo: PruneFilter): Pruned<string> {
  const found = [...state.networks.values()].filter(
    network => !isPredefined(network) && endpointsOf(state, network).length === 0 && mayGo(network),
  );
  for (const { id } of found) removeNetwork(state, id);
  emitPrune(state, 'network', 0);
  return { removed: found.map(({ name }) => name), reclaimedBytes: 0 };
}

/** Volumes that no container has. @param options.all  also those that somebody has named */
export function pruneVolumes(
  state: EngineState,
  mayGo: PruneFilter,
  { all }: { readonly all: boolean },
): Pruned<string> {
  const used = new Set([...state.containers.values()].flatMap(({ mounts }) => mounts.map(({ name }) => name)));
  const found = [...state.volumes.values()].filter(
    volume => !used.has(volume.name) && (all || isAnonymous(volume)) && mayGo(volume),
  );
  const reclaimedBytes = found.reduce((sum, { files }) => sum + sizeOf(files.root), 0);
  for (const { name } of found) removeVolume(state, name, { force: false });
  emitPrune(state, 'volume', reclaimedBytes);
  return { removed: found.map(({ name }) => name), reclaimedBytes };
}

/** Images without a container. @param options.onlyDangling  only those without a tag */
export function pruneImages(
  state: EngineState,
  mayGo: PruneFilter,
  { onlyDangling }: { readonly onlyDangling: boolean },
): Pruned<RemovedImage> {
  const used = new Set([...state.containers.values()].map(({ imageId }) => imageId));
  const found = state.images
    .all()
    .filter(({ id }) => !used.has(id) && (!onlyDangling || state.images.tagsOf(id).length === 0))
    .filter(({ created, pulledMs, labels }) => {
      // What containerd goes by is when it got the image.
      return mayGo({ createdMs: state.imageStore === 'classic' ? Date.parse(created) : pulledMs, labels });
    })
    .reverse();
  const removed = found.flatMap(image => deleteUnused(state, image));
  const reclaimedBytes = found.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (state.imageStore === 'classic') emitPrune(state, 'image', reclaimedBytes);
  return { removed, reclaimedBytes };
}

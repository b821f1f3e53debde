import { sizeOf } from '../../files/file-node.ts';
import { json, type Reply, type Route, type RouteCall } from '../router.ts';
import type { EngineState } from '../state/engine-state.ts';
import type { VolumeRecord } from '../state/volumes.ts';
import { containerListView, sizeView } from '../wire/container-list-view.ts';
import { imageListView } from '../wire/image-view.ts';
import { volumeView } from '../wire/volume-view.ts';

export const diskUsageRoutes: readonly Route[] = [{ method: 'GET', path: '/system/df', handle: diskUsage }];

/** Of all kinds of objects, or of those asked for with `type`. */
function diskUsage({ state, searchParams }: RouteCall): Reply {
  const types = searchParams.getAll('type');
  const isWanted = (type: string): boolean => types.length === 0 || types.includes(type);
  const containers = [...state.containers.values()];
  return json({
    ...(isWanted('image') && { LayersSize: layersSize(state), Images: images(state) }),
    ...(isWanted('container') && {
      Containers: containers.map(container => ({
        ...containerListView(state, container),
        ...sizeView(state, container),
      })),
    }),
    ...(isWanted('volume') && { Volumes: [...state.volumes.values()].map(volume => volumeUsage(state, volume)) }),
    ...(isWanted('build-cache') && { BuildCache: [] }),
  });
}

/** A layer that several images have counts once. */
function layersSize({ images }: EngineState): number {
  const layers = images.all().flatMap(({ content }) => content.layers);
  const sizes = new Map(layers.map(({ digest, bytes }) => [digest, bytes.length]));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

function images(state: EngineState): Record<string, unknown>[] {
  return state.images.all().map(image => ({
    ...imageListView(state, image, new Map()),
    Containers: [...state.containers.values()].filter(({ imageId }) => imageId === image.id).length,
    SharedSize: 0,
  }));
}

function volumeUsage({ containers }: EngineState, volume: VolumeRecord): Record<string, unknown> {
  const users = [...containers.values()].filter(({ mounts }) => mounts.some(({ name }) => name === volume.name));
  return { ...volumeView(volume), UsageData: { RefCount: users.length, Size: sizeOf(volume.files.root) } };
}

import type { EngineState } from '../state/engine-state.ts';
import type { ImageRecord } from '../state/image-store.ts';
import { type Filters, hasLabels, type KnownFilters, passes } from './filters.ts';
import { zeroTime } from './time.ts';

export const imageFilters: KnownFilters = {
  modelled: ['dangling', 'label', 'reference'],
  others: ['before', 'since', 'until'],
};

/** Newest first. `reference` may have `*` for any part of a path element. */
export function listImages(state: EngineState, filters: Filters): ImageRecord[] {
  return [...state.images.all()].reverse().filter(({ id, labels }) => {
    const tags = state.images.tagsOf(id);
    return (
      hasLabels(filters, labels) &&
      passes(filters, 'dangling', value => ['true', '1'].includes(value) === (tags.length === 0)) &&
      passes(filters, 'reference', pattern => tags.some(tag => fitsReference(pattern, tag)))
    );
  });
}

/** `GET /images/{name}/json`. */
export function imageView(state: EngineState, image: ImageRecord): Record<string, unknown> {
  const { config } = image;
  return {
    Id: image.id,
    RepoTags: state.images.tagsOf(image.id),
    RepoDigests: state.images.digestsOf(image.id),
    Parent: '',
    Comment: image.comment,
    Created: image.created,
    DockerVersion: '',
    Author: image.author,
    Architecture: image.architecture,
    Os: image.os,
    Size: image.sizeBytes,
    GraphDriver: { Data: null, Name: 'overlay2' },
    RootFS: { Type: 'layers', Layers: image.diffIds },
    Metadata: { LastTagTime: zeroTime },
    Config: {
      ...config,
      Cmd: config.Cmd ?? null,
      Entrypoint: config.Entrypoint ?? null,
      Env: config.Env ?? null,
      Labels: config.Labels ?? null,
      OnBuild: null,
      User: config.User ?? '',
      Volumes: null,
      WorkingDir: config.WorkingDir ?? '',
    },
  };
}

/** One element of `GET /images/json`. */
export function imageListView(state: EngineState, image: ImageRecord): Record<string, unknown> {
  return {
    Containers: -1,
    Created: Math.floor(Date.parse(image.created) / 1000),
    Id: image.id,
    Labels: image.labels,
    ParentId: '',
    RepoDigests: state.images.digestsOf(image.id),
    RepoTags: state.images.tagsOf(image.id),
    SharedSize: -1,
    Size: image.sizeBytes,
  };
}

function fitsReference(pattern: string, tag: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]');
  return new RegExp(`^${source}$`).test(tag) || new RegExp(`^${source}$`).test(tag.slice(0, tag.lastIndexOf(':')));
}

import { createHash } from 'node:crypto';
import type { EngineState } from '../state/engine-state.ts';
import type { ImageRecord } from '../state/image-store.ts';
import { booleanFilter, type Filters, hasLabels, type KnownFilters, passes } from './filters.ts';
import { formatTime, zeroTime } from './time.ts';

export const imageFilters: KnownFilters = {
  modelled: ['dangling', 'label', 'reference'],
  others: ['before', 'since', 'until'],
};

/** Newest first. `reference` may have `*` for any part of a path element. */
export function listImages(state: EngineState, filters: Filters): ImageRecord[] {
  const isDangling = booleanFilter(filters, 'dangling');
  return [...state.images.all()].reverse().filter(({ id, labels }) => {
    const tags = state.images.tagsOf(id);
    const names = [...tags, ...state.images.digestsOf(id)];
    return (
      hasLabels(filters, labels) &&
      (isDangling === undefined || isDangling === (tags.length === 0)) &&
      passes(filters, 'reference', pattern => names.some(name => fitsReference(pattern, name)))
    );
  });
}

/** `GET /images/{name}/json`. */
export function imageView(state: EngineState, image: ImageRecord): Record<string, unknown> {
  const { config } = image;
  return {
    Id: image.id,
    RepoTags: tagsView(state, image),
    RepoDigests: state.images.digestsOf(image.id),
    Parent: '',
    Comment: image.comment,
    Created: image.created,
    DockerVersion: '',
    Author: image.author,
    Architecture: image.architecture,
    Os: image.os,
    Size: image.sizeBytes,
    GraphDriver: graphDriverView(state, image),
    RootFS: { Type: 'layers', Layers: image.diffIds },
    Metadata: { LastTagTime: zeroTime },
    Config: {
      // Before 28.0 the configuration of a container stood here.
      ...(!state.profile.isSince28 && emptyContainerConfig),
      ...config,
      Cmd: config.Cmd ?? null,
      Entrypoint: config.Entrypoint ?? null,
      Env: config.Env ?? null,
      Labels: config.Labels ?? null,
      OnBuild: config.OnBuild ?? null,
      User: config.User ?? '',
      Volumes: config.Volumes ?? null,
      WorkingDir: config.WorkingDir ?? '',
    },
    ...descriptorView(state, image),
    ...(state.imageStore === 'containerd' && { Metadata: { LastTagTime: formatTime(image.pulledMs) } }),
  };
}

const emptyContainerConfig = {
  ...{ Hostname: '', Domainname: '', AttachStdin: false, AttachStdout: false, AttachStderr: false, Tty: false },
  ...{ OpenStdin: false, StdinOnce: false, Image: '' },
};

function graphDriverView({ imageStore, dataDirectory }: EngineState, { id }: ImageRecord): Record<string, unknown> {
  if (imageStore === 'containerd') return { Data: null, Name: 'overlayfs' };
  const layer = `${dataDirectory}/overlay2/${createHash('sha256').update(`layer ${id}`).digest('hex')}`;
  const Data = { MergedDir: `${layer}/merged`, UpperDir: `${layer}/diff`, WorkDir: `${layer}/work` };
  return { Data, Name: 'overlay2' };
}

function descriptorView({ imageStore }: EngineState, { content }: ImageRecord): Record<string, unknown> {
  const { mediaType, digest, bytes } = content.manifest;
  return imageStore === 'containerd' ? { Descriptor: { mediaType, digest, size: bytes.length } } : {};
}

/** One element of `GET /images/json`; what a reference was asked for does not fit is left out of the names. */
export function imageListView(state: EngineState, image: ImageRecord, filters: Filters): Record<string, unknown> {
  const isWanted = (name: string): boolean => passes(filters, 'reference', pattern => fitsReference(pattern, name));
  const isClassic = state.imageStore === 'classic';
  return {
    Containers: state.profile.isSince28 ? 0 : -1,
    Created: Math.floor(Date.parse(image.created) / 1000),
    Id: image.id,
    Labels: image.labels,
    ParentId: '',
    RepoDigests: state.images.digestsOf(image.id).filter(name => !isClassic || isWanted(name)),
    RepoTags: tagsView(state, image).filter(name => !isClassic || isWanted(name)),
    SharedSize: -1,
    Size: image.sizeBytes,
    ...descriptorView(state, image),
  };
}

/** With containerd's store an image that was pulled by digest has that as its tag. */
function tagsView({ images, imageStore }: EngineState, { id }: ImageRecord): readonly string[] {
  const tags = images.tagsOf(id);
  return imageStore === 'containerd' && tags.length === 0 ? images.digestsOf(id) : tags;
}

/** A pattern without a tag fits every tag, and digests too. */
function fitsReference(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]');
  const repository = name.replace(/(:[^:/]+|@sha256:.*)$/, '');
  return [name, repository].some(text => new RegExp(`^${source}$`).test(text));
}

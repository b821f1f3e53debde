import type { ContainerRecord } from './state/container-record.ts';
import type { EngineState } from './state/engine-state.ts';
import type { ImageRecord } from './state/image-store.ts';
import { type SwarmSnapshot, swarmSnapshot } from './swarm-snapshot.ts';

/** What the engine knows, as plain JSON: each list in the order in which its things came to be. Times in milliseconds. */
export interface Snapshot {
  readonly engine: { readonly version: string; readonly imageStore: string };
  readonly nowMs: number;
  readonly containers: readonly ContainerSnapshot[];
  readonly images: readonly ImageSnapshot[];
  readonly networks: readonly Readonly<Record<string, unknown>>[];
  readonly volumes: readonly Readonly<Record<string, unknown>>[];
  /** The one that it is in. */
  readonly swarm: SwarmSnapshot | null;
}

export interface ContainerSnapshot {
  readonly id: string;
  readonly name: string;
  /** The reference it was created from. */
  readonly image: string;
  readonly imageId: string;
  readonly createdMs: number;
  readonly status: string;
  readonly exitCode: number;
  readonly error: string;
  readonly startedMs: number | null;
  readonly finishedMs: number | null;
  readonly health: string | null;
  readonly restartCount: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly env: readonly string[];
  readonly command: readonly string[];
  readonly networks: readonly Readonly<Record<string, unknown>>[];
  readonly ports: readonly Readonly<Record<string, unknown>>[];
  readonly mounts: readonly Readonly<Record<string, unknown>>[];
  /** As it was sent. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly hostConfig: Readonly<Record<string, unknown>>;
  readonly log: readonly string[];
}

export interface ImageSnapshot {
  readonly id: string;
  readonly tags: readonly string[];
  readonly digests: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** Copies the state; what happens to the engine later does not change the copy. */
export function takeSnapshot(state: EngineState): Snapshot {
  const { profile, imageStore, clock, containers, images, networks, volumes, swarm } = state;
  return structuredClone({
    engine: { version: profile.version, imageStore },
    nowMs: clock.now(),
    containers: [...containers.values()].map(containerSnapshot),
    images: images.all().map(image => imageSnapshot(state, image)),
    networks: [...networks.values()].map(({ subnet = null, ...network }) => ({ ...network, subnet })),
    volumes: [...volumes.values()].map(({ files: _, ...volume }) => volume),
    swarm: swarm ? swarmSnapshot(swarm) : null,
  });
}

function containerSnapshot(container: ContainerRecord): ContainerSnapshot {
  const { id, name, imageId, createdMs, state, health, restarts, spec, endpoints, ports, mounts, log } = container;
  const { startedMs = null, finishedMs = null, ...rest } = state;
  return {
    id,
    name,
    image: spec.image,
    imageId,
    createdMs,
    ...rest,
    startedMs,
    finishedMs,
    health: health ?? null,
    restartCount: restarts.count,
    labels: spec.labels,
    env: spec.env,
    command: [...spec.entrypoint, ...spec.command],
    networks: [...endpoints].map(([network, endpoint]) => ({ network, ...endpoint })),
    ports: ports.map(port => ({ ...port })),
    mounts: mounts.map(mount => ({ ...mount })),
    config: spec.config,
    hostConfig: spec.hostConfig,
    log: log.lines.map(({ text }) => text),
  };
}

function imageSnapshot({ images }: EngineState, { id, labels }: ImageRecord): ImageSnapshot {
  return { id, tags: images.tagsOf(id), digests: images.digestsOf(id), labels };
}

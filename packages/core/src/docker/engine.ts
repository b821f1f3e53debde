import type { RegistryCredentials } from '../image/credentials.ts';
import type { ImageConfig } from '../image/image-config.ts';

/**
 * The calls gopdater makes to a Docker engine: a port with a real implementation (`createDockerodeEngine`) and an
 * in-process one (`createFakeEngine` of `@gopdater/testing`), both held to one contract test.
 *
 * Every call rejects with an error whose `code` is `ENGINE_UNREACHABLE` (no answer from the daemon), `ENGINE_FAILED`
 * (it answered with an error) or `ABORTED` (the signal); `pullImage` also with `PULL_FAILED`.
 */
export interface Engine {
  /** The daemon's version and the highest API version it speaks. */
  version(options?: CallOptions): Promise<EngineVersion>;

  /** Containers in any state that have all the labels (`key` or `key=value`). */
  listContainers(filter: ContainerFilter, options?: CallOptions): Promise<readonly Container[]>;

  /** `undefined` if there is no such container. */
  inspectContainer(id: string, options?: CallOptions): Promise<ContainerDetails | undefined>;

  /**
   * Asks a container to end, with its stop signal, and kills it when the time is over; one that does not run or is gone
   * is no error.
   *
   * @param options.graceMs  in milliseconds; default: what it was created with, else 10_000
   */
  stopContainer(id: string, options?: CallOptions & { readonly graceMs?: number | undefined }): Promise<void>;

  /** Removes a container that does not run; one that is gone already is no error. */
  removeContainer(id: string, options?: CallOptions): Promise<void>;

  /**
   * What happens to the containers that have all the labels, from now on.
   *
   * Ends when the signal comes; rejects with `ENGINE_UNREACHABLE` when the daemon goes away.
   */
  watchContainers(filter: ContainerFilter, options: { readonly signal: AbortSignal }): AsyncIterable<ContainerEvent>;

  /** The last lines of both outputs, oldest first. */
  readLogs(id: string, options: CallOptions & { readonly lines: number }): Promise<readonly string[]>;

  /** @param reference  a reference, an image id, or `repository@digest`; `undefined` if the engine has no such image */
  inspectImage(reference: string, options?: CallOptions): Promise<Image | undefined>;

  /** The images that have a tag in this repository, e.g. `docker.io/acme/web`. */
  listImages(repository: string, options?: CallOptions): Promise<readonly Image[]>;

  /**
   * Takes a name from an image, and the image with its last name; one that is gone already is no error.
   *
   * @param reference  with a tag, or the id of an image that has no tag
   * @returns false if it stays, as a container uses it
   */
  removeImage(reference: string, options?: CallOptions): Promise<boolean>;

  /**
   * Pulls `repository@digest` or `repository:tag`.
   *
   * An error inside the stream (which the daemon answers with status 200) rejects like any other.
   */
  pullImage(reference: string, options?: PullOptions): Promise<void>;

  /**
   * Gives an image another name; a tag that names another image moves.
   *
   * @param target  with a tag
   */
  tagImage(source: string, target: string, options?: CallOptions): Promise<void>;
}

/** For every call. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Besides the signal: who to be, and who is told of the progress. */
export interface PullOptions extends CallOptions {
  readonly credentials?: RegistryCredentials | undefined;
  readonly onProgress?: ((progress: PullProgress) => void) | undefined;
}

/** One line of a pull: `{ id: '3c1f…', status: 'Downloading', current: 1024, total: 4096 }`; sizes in bytes. */
export interface PullProgress {
  readonly status: string;
  readonly id?: string | undefined;
  readonly current?: number | undefined;
  readonly total?: number | undefined;
}

/** What the daemon says it is. */
export interface EngineVersion {
  /** e.g. `28.5.2` */
  readonly version: string;
  /** e.g. `1.51` */
  readonly apiVersion: string;
}

/** Which containers; each of these must hold. */
export interface ContainerFilter {
  readonly labels: readonly string[];
}

/** As the Engine API has them. */
export type ContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

/** A container, as a list shows it. */
export interface Container {
  readonly id: string;
  /** Without the leading slash. */
  readonly name: string;
  /** As it was created: a reference, or an image id if the tag has moved since. */
  readonly image: string;
  /** Opaque; see {@link Image.id}. */
  readonly imageId: string;
  readonly state: ContainerState;
  /** Of a container that has ended. */
  readonly exitCode: number | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

/** A container, as it is now. */
export interface ContainerDetails {
  readonly id: string;
  /** Without the leading slash. */
  readonly name: string;
  readonly imageId: string;
  readonly state: ContainerState;
  /** Of its last end; 0 if it has not ended. */
  readonly exitCode: number;
  /** How often the engine started it again by itself. */
  readonly restartCount: number;
  /** What its health check says; `undefined` without one. */
  readonly health: ContainerHealth | undefined;
  /** IP addresses in its networks; empty when it does not run, or shares somebody else's network. */
  readonly addresses: readonly string[];
  readonly settings: ContainerSettings;
}

/** What a container was made with, as the Engine API has it. */
export interface ContainerSettings {
  /** `KEY=VALUE`, those of its image included. May hold secrets. */
  readonly environment: readonly string[];
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly user: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Names of its networks. */
  readonly networks: readonly string[];
  /** `bridge`, `host`, `none`, a network, or `container:<id>`. */
  readonly networkMode: string;
  /** `[address:]port:target/protocol`, of the ports that are published at a given port of the host. */
  readonly ports: readonly string[];
  /** `source:target` of bind mounts and named volumes. */
  readonly mounts: readonly string[];
  /** e.g. `unless-stopped`; `no` without one. */
  readonly restart: string;
}

/** As the Engine API has them. */
export interface ContainerHealth {
  readonly status: 'starting' | 'healthy' | 'unhealthy';
  /** What the last probe printed; empty before the first. */
  readonly output: string;
}

/** Something happened to a container: look at it again. */
export interface ContainerEvent {
  readonly id: string;
  /** e.g. `die`, `start`, `health_status: healthy` */
  readonly action: string;
  /** When, by the engine's clock: milliseconds since the Unix epoch. */
  readonly at: number;
}

/** An image that the engine has. */
export interface Image {
  /**
   * Opaque: the config's digest with the classic image store, the manifest's with the containerd image store.
   * Compare it with other ids of the same engine only.
   */
  readonly id: string;
  /** References that name this image now, as the engine writes them, e.g. `acme/web:latest`. */
  readonly tags: readonly string[];
  /** Manifest digests it is known by in registries, e.g. `sha256:9f86…`. */
  readonly digests: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly config: ImageConfig;
}

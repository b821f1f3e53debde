import type { RegistryCredentials } from '../image/credentials.ts';
import type { ImageConfig } from '../image/image-config.ts';

/**
 * The calls gopdater makes to a Docker engine: a port with a real implementation (`createDockerodeEngine`) and an
 * in-process one (`createFakeEngine` of `@gopdater/testing`), both held to one contract test.
 *
 * Every call rejects with an error whose `code` is `ENGINE_UNREACHABLE` (the daemon is not there, or was cut off),
 * `ENGINE_TIMEOUT` (it does not answer), `ENGINE_FAILED` (it answered with an error) or `ABORTED` (the signal);
 * `pullImage` also with `PULL_FAILED`.
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

  /**
   * Makes a container, and does not start it. Its image must be here: nothing is pulled.
   *
   * @returns its id
   */
  createContainer(spec: ContainerSpec, options?: CallOptions): Promise<string>;

  /** One that runs already is no error. */
  startContainer(id: string, options?: CallOptions): Promise<void>;

  /** Resolves to the exit code when a container has ended, however long that takes; at once if it does not run. */
  waitContainer(id: string, options?: CallOptions): Promise<number>;

  /** Removes a container that does not run; one that is gone already is no error. */
  removeContainer(id: string, options?: RemoveOptions): Promise<void>;

  /**
   * What happens to the containers that have all the labels, from now on.
   *
   * Ends when the signal comes; rejects with `ENGINE_UNREACHABLE` when the daemon goes away.
   *
   * @param options.since  first what it remembers of the time since then, in milliseconds since the Unix epoch by the
   * engine's clock: an engine remembers some hundred events
   */
  watchContainers(
    filter: ContainerFilter,
    options: { readonly signal: AbortSignal; readonly since?: number | undefined },
  ): AsyncIterable<ContainerEvent>;

  /** The last lines of both outputs, oldest first. */
  readLogs(id: string, options: CallOptions & { readonly lines: number }): Promise<readonly string[]>;

  /** All that a container has printed and prints, until it ends or the signal comes. */
  followLogs(id: string, options?: CallOptions): AsyncIterable<LogLine>;

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

/** Besides the signal: what goes along. */
export interface RemoveOptions extends CallOptions {
  /** Kills a container that runs, instead of refusing. Default false. */
  readonly force?: boolean | undefined;
  /** Its anonymous volumes go, too, unless another container has them. Default false. */
  readonly volumes?: boolean | undefined;
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
  /** When it last ended, by the engine's clock: milliseconds since the Unix epoch; `undefined` if it never did. */
  readonly endedAt: number | undefined;
  /** How often the engine started it again by itself. */
  readonly restartCount: number;
  /** What its health check says; `undefined` without one. */
  readonly health: ContainerHealth | undefined;
  /** IP addresses in its networks; empty when it does not run, or shares somebody else's network. */
  readonly addresses: readonly string[];
  readonly settings: ContainerSettings;
  readonly mounts: readonly Mount[];
  readonly network: ContainerNetwork;
  readonly rights: ContainerRights;
  /** What it uses of other containers. */
  readonly sharing: readonly Sharing[];
}

/** Something of another container that a container uses: a namespace, or the volumes. */
export interface Sharing {
  readonly what: 'network' | 'pid' | 'ipc' | 'volumes';
  /** The other's id; of volumes it may be its name. */
  readonly container: string;
}

/** What a container is made from. */
export interface ContainerSpec {
  /** The id of an image, or a reference. */
  readonly image: string;
  /** The whole command; nothing of the image's is used. */
  readonly command: readonly string[];
  readonly workingDirectory?: string | undefined;
  /** Besides the image's own; `undefined` takes a variable of the image away. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** A source that is not there is refused, never made. Default: none. */
  readonly mounts?: readonly Mount[] | undefined;
  /** The id of a container whose mounts it gets, too. */
  readonly volumesFrom?: string | undefined;
  readonly network: ContainerNetwork;
  readonly rights: ContainerRights;
  /** `unless-stopped`: the engine starts it again whenever it ends, and after its own restart. Default `no`. */
  readonly restart?: 'no' | 'unless-stopped' | undefined;
}

/** Something that a container sees at a path of its own. */
export interface Mount {
  /** `other`, e.g. a tmpfs, is told of a container but not made. */
  readonly type: 'bind' | 'volume' | 'other';
  /** A path of the engine's host, or the name of a volume. */
  readonly source: string;
  /** Absolute, in the container. */
  readonly target: string;
  readonly readOnly: boolean;
}

/** How a container reaches others. */
export interface ContainerNetwork {
  /** `bridge`, `host`, `none`, a network, or `container:<id>`. */
  readonly mode: string;
  /** All its networks by name; empty where the mode says all. */
  readonly names: readonly string[];
  /** Addresses of DNS servers; empty: the engine's choice. */
  readonly dns: readonly string[];
  /** `host:address` */
  readonly extraHosts: readonly string[];
}

/** Who a container's processes are, and what they may do. */
export interface ContainerRights {
  /** As in `docker run --user`; empty: the image's. */
  readonly user: string;
  /** Additional groups. */
  readonly groups: readonly string[];
  /** e.g. `label=disable` */
  readonly securityOptions: readonly string[];
  readonly privileged: boolean;
  /** `host`, or empty for the engine's choice. */
  readonly userNamespace: string;
}

/** A line that a container printed. */
export interface LogLine {
  readonly output: 'stdout' | 'stderr';
  readonly text: string;
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
  /** Those of which the repository is known, with it, as the engine writes them, e.g. `acme/web@sha256:9f86…`. */
  readonly repositoryDigests: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly config: ImageConfig;
}

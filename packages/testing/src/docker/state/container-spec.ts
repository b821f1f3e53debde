/** What a container is created from; `config` and `hostConfig` keep the rest as the client sent it. */
export interface ContainerSpec {
  /** As the client wrote it. */
  readonly image: string;
  /** With the image's own. */
  readonly labels: Readonly<Record<string, string>>;
  readonly env: readonly string[];
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  /** e.g. `80/tcp` */
  readonly exposedPorts: readonly string[];
  readonly healthcheck: HealthcheckSpec | undefined;
  readonly hostname: string | undefined;
  /** Default `SIGTERM`. */
  readonly stopSignal: string | undefined;
  /** Between the stop signal and the kill; default 10_000. */
  readonly stopTimeoutMs: number | undefined;
  readonly networkMode: string;
  readonly autoRemove: boolean;
  readonly restartPolicy: RestartPolicy;
  /** Of ports that are exposed; the engine does nothing about others. */
  readonly portBindings: readonly PortBinding[];
  /** Every port that is exposed gets one of the host, unless it has one. */
  readonly publishesAll?: boolean;
  readonly mounts: readonly MountSpec[];
  /** Containers whose mounts it gets, too; `:ro` after the name makes them read-only. */
  readonly volumesFrom: readonly string[];
  /** By network name; the one of `networkMode` included. */
  readonly networks: ReadonlyMap<string, readonly string[]>;
  /** What a swarm puts into it: its secrets and configs. */
  readonly givenFiles?: readonly GivenFile[];
  readonly config: Readonly<Record<string, unknown>>;
  readonly hostConfig: Readonly<Record<string, unknown>>;
}

/** A file that nobody can change. */
export interface GivenFile {
  readonly path: string;
  readonly content: Buffer;
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

export interface RestartPolicy {
  /** `no`, `always`, `unless-stopped` or `on-failure` */
  readonly name: string;
  /** Of `on-failure`; 0: no limit. */
  readonly maxRetries: number;
}

/** As in the API: `test` begins with `NONE`, `CMD` or `CMD-SHELL`; `raw` is the whole object. */
export interface HealthcheckSpec {
  readonly test: readonly string[];
  readonly raw: Readonly<Record<string, unknown>>;
}

export interface PortBinding {
  /** e.g. `80/tcp` */
  readonly containerPort: string;
  /** Empty for all addresses. */
  readonly hostIp: string;
  /** A port, a range such as `8090-8099`, or empty for any free one. */
  readonly hostPort: string;
}

export interface MountSpec {
  readonly type: 'volume' | 'bind' | 'tmpfs';
  /** A volume's name (empty for an anonymous one) or a path. */
  readonly source: string;
  readonly destination: string;
  readonly isWritable: boolean;
  /** Of a volume that is made for it. */
  readonly labels?: Readonly<Record<string, string>>;
  /** A new volume gets what the image has in its place; default true. */
  readonly copies?: boolean;
  /** Options as they were written. */
  readonly mode?: string;
  /** The whole text of it in `Binds`. */
  readonly bind?: string;
}

/**
 * Compose, as far as gopdater and its tests need it: a port with a real implementation (`createDockerCompose`: `docker compose`) and an
 * in-process one (`createInProcessCompose` of `@gopdater/testing`), both held to one contract test.
 *
 * Every call rejects with an error whose `code` is `COMPOSE_FAILED` (the command ended with an error; its message has
 * Compose's own last lines), `COMPOSE_NOT_FOUND` (no `docker compose` to run) or `ABORTED` (`up` and `pull`, by
 * the signal; the command and its children are ended first).
 */
export interface ComposeCli {
  /** e.g. `2.40.3` */
  version(): Promise<string>;

  /** `docker compose up -d`, for these services; for all of the project if none is named. */
  up(project: ComposeProjectOptions, services: readonly string[], options?: UpOptions): Promise<ComposeResult>;

  /** `docker compose pull`, for these services; for all of the project if none is named. */
  pull(project: ComposeProjectOptions, services: readonly string[], options?: ComposeOptions): Promise<ComposeResult>;

  /**
   * `docker compose config --hash`: what Compose would write into the label `com.docker.compose.config-hash` of these
   * services' containers now, by service. Those that a profile disables have none to tell.
   */
  configHashes(
    project: ComposeProjectOptions,
    services: readonly string[],
    options?: Pick<ComposeOptions, 'signal'>,
  ): Promise<ReadonlyMap<string, string>>;

  /**
   * `docker compose config --format json`, as it is printed. An implementation that has no such command leaves it out, or
   * gives `undefined`.
   */
  readonly config?: (
    project: ComposeProjectOptions,
    options?: Pick<ComposeOptions, 'signal'>,
  ) => Promise<string | undefined>;

  /**
   * `docker compose --dry-run up`: the networks of these services that `up` would remove and make again, since the files
   * say something else of them now. That stops whatever is in them. Always empty before Compose 2.32, which lets them be.
   */
  networksToReplace(
    project: ComposeProjectOptions,
    services: readonly string[],
    options?: Pick<ComposeOptions, 'signal'>,
  ): Promise<readonly string[]>;

  /** `docker compose ps --all`: the project's containers, in any state, without one-off containers. */
  ps(project: ComposeProjectOptions): Promise<readonly ComposeContainer[]>;
}

/** What every Compose command must be told so that it sees the project as the user's own command did. */
export interface ComposeProjectOptions {
  /** `-p` */
  readonly name: string;
  /** `--project-directory`, absolute */
  readonly projectDirectory: string;
  /** `-f`, absolute, in order of merging; at least one */
  readonly files: readonly string[];
  /** `--env-file`, absolute; empty: the `.env` of the project directory */
  readonly envFiles: readonly string[];
  /** `--profile` */
  readonly profiles: readonly string[];
}

/** For commands that take long. */
export interface ComposeOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with each line that Compose prints, as it prints it. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/** The flags of `docker compose up`. */
export interface UpOptions extends ComposeOptions {
  /** `--no-deps`: leave the services it depends on alone. Default false. */
  readonly noDeps?: boolean | undefined;
  /** `--no-start`: create, do not start. Default false. */
  readonly noStart?: boolean | undefined;
  /** `--no-recreate`: keep containers that exist, even if they differ. Default false. */
  readonly noRecreate?: boolean | undefined;
  /** `--scale SERVICE=N` */
  readonly scale?: Readonly<Record<string, number>> | undefined;
  /** `--pull`; default: what the service's `pull_policy` says, else `missing`. */
  readonly pull?: 'always' | 'missing' | 'never' | undefined;
  /** `--no-build`. Default false. */
  readonly noBuild?: boolean | undefined;
  /** What the longest of its containers may take to end, in milliseconds: Compose prints nothing meanwhile. Default 10_000. */
  readonly graceMs?: number | undefined;
  /** What their hooks `post_start` and `pre_stop` may take besides, in milliseconds: as silent. Default 0. */
  readonly hooksMs?: number | undefined;
}

/** What a command did, container by container, in order: the last status each was left in. */
export interface ComposeResult {
  readonly containers: readonly ComposeContainerResult[];
}

/** One container of a {@link ComposeResult}. */
export interface ComposeContainerResult {
  readonly name: string;
  /** Compose's own last word, e.g. `Running` (left alone), `Created`, `Started`, `Healthy`, `Removed`. */
  readonly status: string;
}

/** A container as `docker compose ps` lists it. */
export interface ComposeContainer {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  /** e.g. `running`, `exited` */
  readonly state: string;
  /** The reference it was created from. */
  readonly image: string;
}

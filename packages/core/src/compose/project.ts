/**
 * A Compose project as its files describe it, after interpolation and merging.
 *
 * @see Compose Specification, "The Compose application model"
 */
export interface ComposeProject {
  /** `name` in the specification: what containers, networks and volumes are prefixed with. */
  readonly name: string;
  /** Absolute; relative paths in the files start here. */
  readonly workingDirectory: string;
  /** Absolute, in order of merging. */
  readonly files: readonly string[];
  /** Absolute `--env-file`s that were asked for; empty when the project's own `.env` is used. */
  readonly envFiles: readonly string[];
  /** Active profiles. */
  readonly profiles: readonly string[];
  /** All services, those that a profile disables included, by name in the order of the files. */
  readonly services: ReadonlyMap<string, ComposeService>;
}

/** The attributes of a service that gopdater reads, in the specification's words. */
export interface ComposeService {
  readonly name: string;
  /** As Compose prints it, e.g. `acme/web:1.4`; `undefined` if the service is only built. */
  readonly image: string | undefined;
  /** False when the service has `profiles` and none of them is active. */
  readonly enabled: boolean;
  /** `scale` or `deploy.replicas`, default 1. */
  readonly scale: number;
  readonly containerName: string | undefined;
  readonly dependsOn: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** The whole merged service, for what is not read above. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

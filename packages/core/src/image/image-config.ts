import { objectOf, textOf } from '../json.ts';

/**
 * What an image brings along.
 *
 * @see OCI Image Configuration v1.1, "Properties"
 */
export interface ImageConfig {
  /** e.g. `linux/arm64` */
  readonly platform: string;
  /** ISO 8601; `undefined` if it does not say. */
  readonly created: string | undefined;
  /** `KEY=VALUE` */
  readonly environment: readonly string[];
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly user: string;
  /** e.g. `8080/tcp` */
  readonly exposedPorts: readonly string[];
  /** Paths in the container. */
  readonly volumes: readonly string[];
}

/** An image’s configuration as registries have it, and its labels. */
export function parseImageConfig(json: unknown): {
  readonly config: ImageConfig;
  readonly labels: Readonly<Record<string, string>>;
} {
  const { os, architecture, created, config } = objectOf(json);
  const { Env, Entrypoint, Cmd, User, ExposedPorts, Volumes, Labels } = objectOf(config);
  return {
    config: {
      platform: `${textOf(os) ?? ''}/${textOf(architecture) ?? ''}`,
      created: textOf(created),
      environment: textsOf(Env),
      entrypoint: textsOf(Entrypoint),
      command: textsOf(Cmd),
      user: textOf(User) ?? '',
      exposedPorts: Object.keys(objectOf(ExposedPorts)),
      volumes: Object.keys(objectOf(Volumes)),
    },
    labels: Object.fromEntries(Object.entries(objectOf(Labels)).map(([key, value]) => [key, String(value)])),
  };
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

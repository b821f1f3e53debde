import type { Compat } from './compat.ts';

/** Which project, in Compose's own terms. */
export interface LoadOptions {
  /** As given to `-f`, relative to `cwd`; default: `COMPOSE_FILE`, else what is found in `cwd` or above it. */
  readonly files?: readonly string[] | undefined;
  /** Where relative paths in the files start; default: the directory of the first file. */
  readonly projectDirectory?: string | undefined;
  /** As given to `--env-file`, relative to `cwd`; default: the project's `.env`. */
  readonly envFiles?: readonly string[] | undefined;
  /** Default: `COMPOSE_PROFILES`. */
  readonly profiles?: readonly string[] | undefined;
  /** As given to `-p`. */
  readonly name?: string | undefined;
  /** As which version of Compose; default: 2.40. */
  readonly compat?: Compat | undefined;
  /** Absolute. */
  readonly cwd: string;
  /** Wins over every env file. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Texts to read in the place of files, by absolute path: what the project would be with these. Default: none. */
  readonly texts?: Readonly<Record<string, string>> | undefined;
}

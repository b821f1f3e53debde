import type { ComposeCli, ComposeProjectOptions } from './compose-cli.ts';
import type { Engine } from './engine.ts';
import { createHelperCompose } from './helper-compose.ts';
import { isSamePath } from './host-paths.ts';
import type { OwnContainer } from './own-container.ts';

/** What a Compose that sees every project's paths as Docker does stands on. */
export interface PathSafeComposeOptions {
  readonly engine: Engine;
  readonly own: OwnContainer;
  /** The Compose of our own container. */
  readonly compose: ComposeCli;
  /** As that one's. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * For a gopdater that runs in a container: a project whose folders are mounted there at their host paths is dealt with
 * there; any other, in a helper container for each command.
 *
 * Compose makes relative bind mounts absolute by the paths that it sees, and Docker takes them for the host's.
 */
export function createPathSafeCompose({ engine, own, compose, environment }: PathSafeComposeOptions): ComposeCli {
  const choose = async (project: ComposeProjectOptions): Promise<Omit<ComposeCli, 'version'>> => {
    const details = await own.details();
    const { projectDirectory, files, envFiles } = project;
    const isHere =
      details === undefined ||
      [projectDirectory, ...files, ...envFiles].every(path => isSamePath(path, details.mounts));
    return isHere ? compose : createHelperCompose({ engine, own: details, environment });
  };
  return {
    version: async () => await compose.version(),
    up: async (project, ...rest) => await (await choose(project)).up(project, ...rest),
    pull: async (project, ...rest) => await (await choose(project)).pull(project, ...rest),
    config: async (project, ...rest) => await (await choose(project)).config?.(project, ...rest),
    configHashes: async (project, ...rest) => await (await choose(project)).configHashes(project, ...rest),
    networksToReplace: async (project, ...rest) => await (await choose(project)).networksToReplace(project, ...rest),
    ps: async project => await (await choose(project)).ps(project),
  };
}

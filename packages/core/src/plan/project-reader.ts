import { realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { LoadProject } from '../compose/cached-load.ts';
import { explainUnwritable } from '../compose/env-file.ts';
import { type LoadedProject, loadProject } from '../compose/load.ts';
import type { LoadOptions } from '../compose/load-options.ts';
import type { CallOptions, ContainerDetails, Engine } from '../docker/engine.ts';
import type { ProjectPaths } from '../docker/helper-container.ts';
import { hostPathOf, isSamePath } from '../docker/host-paths.ts';
import type { OwnContainer } from '../docker/own-container.ts';
import { GopdaterError } from '../errors.ts';
import type { Clock } from '../time.ts';
import { type HostLoadOptions, loadInHelper } from './load-in-helper.ts';

/** Reads projects' files from where Compose sees them. */
export interface ProjectReader {
  /** Paths are those of this process; those of the project that it gives are the engine's host's. */
  load(options: LoadOptions, call?: CallOptions): Promise<LoadedProject>;
  /** Paths are those of the engine's host, as Compose writes them into its labels. */
  loadFromHost(options: HostLoadOptions, call?: CallOptions): Promise<LoadedProject>;
  /**
   * Why an env file of a project could not be changed from here.
   *
   * @param file  as the project has it
   * @returns `PROJECT_NOT_VISIBLE`, with what to mount or to allow
   */
  explainUneditable(file: string): Promise<GopdaterError | undefined>;
}

/** Where our paths are the host's, or nobody knows better. */
export function createPlainReader(load: LoadProject = loadProject): ProjectReader {
  return {
    load: async options => await load(options),
    loadFromHost: async options => await load(options),
    explainUneditable: async file => {
      const obstacle = await explainUnwritable(file);
      return obstacle && uneditable(file, obstacle.why, rightsHint(file));
    },
  };
}

/** What a reader in a container stands on. */
export interface PathSafeReaderOptions {
  readonly engine: Engine;
  readonly own: OwnContainer;
  /** The words that start the program of our own image, which answers `read-project REQUEST`. */
  readonly program: readonly string[];
  readonly clock: Clock;
  /** Reads projects whose files are here; default: {@link loadProject}. */
  readonly load?: LoadProject | undefined;
}

/**
 * For a gopdater that runs in a container: files that are mounted there at their host paths are read there; others, in a
 * helper container that sees them as Compose did.
 *
 * Its calls reject with `PROJECT_NOT_VISIBLE` when a helper cannot see them either, and with the engine's errors.
 */
export function createPathSafeReader(dependencies: PathSafeReaderOptions): ProjectReader {
  const { own, load: loadHere = loadProject } = dependencies;
  const loadFromHost = async (options: HostLoadOptions, call: CallOptions = {}): Promise<LoadedProject> => {
    const details = await own.details();
    if (details === undefined || isHere(options, details)) return await loadHere(options);
    return await loadInHelper(options, details, { ...dependencies, ...call });
  };
  return {
    load: async (options, call) => {
      const details = await own.details();
      if (details === undefined) return await loadHere(options);
      const found = await loadUnlessElsewhere(options, details, loadHere);
      if ('services' in found && isHere(pathsOf(found), details)) return found;
      const hostPath = (path: string) => hostPathOf(path, details.mounts);
      const { projectDirectory, files, envFiles } = 'services' in found ? pathsOf(found) : found;
      const onHost = {
        cwd: hostPath(options.cwd),
        projectDirectory: hostPath(projectDirectory),
        files: files.map(hostPath),
        envFiles: envFiles.map(hostPath),
      };
      return await loadFromHost({ ...options, ...onHost }, call);
    },
    loadFromHost,
    explainUneditable: async file => {
      const details = await own.details();
      const target = await realpath(file).catch(() => file);
      const unmounted = details && explainUnmounted([file, target], details);
      const unwritable = await explainUnwritable(file);
      const why = unmounted ?? unwritable?.why;
      const mount = [...new Set([dirname(file), dirname(target)])].map(path => `“- ${path}:${path}”`).join(' and ');
      const mountHint = `Add to the volumes of the gopdater service, without “:ro”: ${mount}.`;
      const isRights = unmounted === undefined && unwritable?.kind === 'rights';
      return why === undefined ? undefined : uneditable(file, why, isRights ? rightsHint(file) : mountHint);
    },
  };
}

function explainUnmounted(paths: readonly string[], { mounts }: ContainerDetails): string | undefined {
  if (!paths.every(path => isSamePath(path, mounts))) return 'it is not mounted here at its own path';
  const isAlone = mounts.some(({ target }) => paths.includes(target));
  return isAlone ? 'it is mounted alone, and a file is replaced in its folder' : undefined;
}

function rightsHint(file: string): string {
  return `Let gopdater run as the user to whom ${file} belongs, with write access to its folder; in a container: “user:”.`;
}

function uneditable(file: string, why: string, hint: string): GopdaterError {
  return new GopdaterError('PROJECT_NOT_VISIBLE', `${file} cannot be changed from here: ${why}.`, { hint });
}

function isHere({ projectDirectory, files, envFiles }: ProjectPaths, { mounts }: ContainerDetails): boolean {
  return [projectDirectory, ...files, ...envFiles].every(path => isSamePath(path, mounts));
}

function pathsOf({ workingDirectory, files, envFiles }: LoadedProject): ProjectPaths {
  return { projectDirectory: workingDirectory, files, envFiles };
}

/** The project; or, when its files are not here and nothing says that they should be, where they were looked for. */
async function loadUnlessElsewhere(
  options: LoadOptions,
  details: ContainerDetails,
  load: LoadProject,
): Promise<LoadedProject | ProjectPaths> {
  try {
    return await load(options);
  } catch (error) {
    const { cwd, projectDirectory } = options;
    const files = (options.files ?? []).map(file => resolve(cwd, file));
    const envFiles = (options.envFiles ?? []).map(file => resolve(cwd, file));
    const asked = { projectDirectory: resolve(cwd, projectDirectory ?? dirname(files[0] ?? cwd)), files, envFiles };
    const isNotFound = error instanceof GopdaterError && error.code === 'COMPOSE_FILE_NOT_FOUND';
    if (!isNotFound || files.length === 0 || isHere(asked, details)) throw error;
    return asked;
  }
}

import { posix } from 'node:path';
import { GopdaterError } from '../errors.ts';
import type { ContainerDetails, ContainerNetwork, ContainerSpec, Mount } from './engine.ts';
import { isWithin, mountOf } from './host-paths.ts';

/** On each helper: the id of the container that it helps. */
export const helperLabel = 'gopdater.helper';

/** Where a project's files are on the engine's host; all absolute. */
export interface ProjectPaths {
  readonly projectDirectory: string;
  readonly files: readonly string[];
  readonly envFiles: readonly string[];
}

export interface HelperOptions {
  /** The first words of its command: a program of our own image. */
  readonly program: readonly string[];
  readonly args: readonly string[];
  readonly project: ProjectPaths;
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  readonly network: ContainerNetwork;
  /** Paths of our own container that it must see, too. */
  readonly ownPaths?: readonly string[] | undefined;
}

/**
 * A short-lived container of our own image in which a project's folders lie where they lie on the host: then the paths
 * that Compose computes are Docker's, too. What is mounted into our own container at its host path lies there as well.
 *
 * @throws GopdaterError `PROJECT_NOT_VISIBLE` for a folder without which the helper itself could not run
 */
export function helperContainer(own: ContainerDetails, options: HelperOptions): ContainerSpec {
  const { program, args, project, environment, network, ownPaths = [] } = options;
  const shared = own.mounts.filter(({ type, source, target }) => type === 'bind' && source === target);
  const needed = ownPaths.flatMap(path => mountOf(path, own.mounts) ?? []);
  const mounts = [...new Set([...shared, ...needed])];
  for (const path of pathsOf(project, program)) {
    if (shared.some(({ target }) => isWithin(path, target))) continue;
    mounts.push({ type: 'bind', source: path, target: path, readOnly: true } satisfies Mount);
  }
  return {
    image: own.imageId,
    command: [...program, ...args],
    workingDirectory: project.projectDirectory,
    environment,
    labels: { [helperLabel]: own.id },
    mounts,
    network,
    rights: own.rights,
  };
}

/** The project's folder, and those of its files that lie elsewhere. */
function pathsOf({ projectDirectory, files, envFiles }: ProjectPaths, program: readonly string[]): readonly string[] {
  const isTaken = (directory: string) =>
    systemDirectories.has(directory) || program.some(word => posix.isAbsolute(word) && isWithin(word, directory));
  if (isTaken(projectDirectory)) {
    throw new GopdaterError(
      'PROJECT_NOT_VISIBLE',
      `${projectDirectory} cannot be given to a helper container, which needs its own.`,
      { hint: 'Move the project into a folder of its own, and run “docker compose up -d” there once.' },
    );
  }
  const others = [...files, ...envFiles]
    .filter(file => !isWithin(file, projectDirectory))
    .map(file => (isTaken(posix.dirname(file)) ? file : posix.dirname(file)));
  const all = [...new Set([projectDirectory, ...others])];
  return all.filter(path => all.every(other => other === path || !isWithin(path, other)));
}

/** Where the image's own system is. */
const systemDirectories: ReadonlySet<string> = new Set([
  ...['/', '/bin', '/dev', '/etc', '/lib', '/lib64', '/proc', '/run', '/sbin', '/sys', '/var', '/var/run'],
  ...['/usr', '/usr/bin', '/usr/lib', '/usr/libexec', '/usr/sbin'],
  ...['/usr/local', '/usr/local/bin', '/usr/local/lib', '/usr/local/libexec'],
]);

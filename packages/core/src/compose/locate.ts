import { dirname, resolve } from 'node:path';
import { type Compat, isBefore } from './compat.ts';
import { type DiscoveredFiles, discoverComposeFiles } from './discover.ts';
import type { Disk } from './disk.ts';
import {
  askedEnvFiles,
  defaultEnvFiles,
  type Environment,
  extendEnvironment,
  isEnvFileDisabled,
  startingEnvironment,
} from './environment.ts';
import type { LoadOptions } from './load-options.ts';
import { invalidProject } from './problem.ts';

/** Where a project is, and what its variables are. */
export interface Location {
  readonly files: readonly string[];
  readonly workingDirectory: string;
  readonly environment: Environment;
  readonly envFiles: readonly string[];
  readonly warnings: readonly string[];
}

/** Finds the files and the environment; each may tell where the other is, so `.env` is looked for twice. */
export async function locate(options: LoadOptions, compat: Compat, disk: Disk): Promise<Location> {
  const { cwd } = options;
  const given = (options.files ?? []).map(file => localFile(file, cwd));
  const asked = options.projectDirectory === undefined ? undefined : resolve(cwd, options.projectDirectory);
  const isOld = isBefore(compat, '2.40');
  const starting = startingEnvironment(options.environment, isOld ? undefined : cwd);
  const envFiles = askedEnvFiles(options.envFiles ?? [], starting, cwd);

  const found = async (variables: Environment): Promise<DiscoveredFiles> =>
    given.length > 0
      ? { files: given, warnings: [] }
      : await unnamedFiles(variables, { directory: asked ?? cwd, cwd, disk });
  // Older versions first look where the compose file is found without `.env`, newer ones in the current directory.
  const [guess = given[0]] = isOld
    ? await found(starting).then(
        ({ files }) => files,
        () => [],
      )
    : [];
  const first = asked ?? (guess === undefined ? cwd : dirname(guess));
  const early = await withDotenv(starting, envFiles, { directory: first, disk, compat });
  if (isOld) checkExportable(early);
  const { files, warnings } = await found(early);
  const workingDirectory = asked ?? dirname(files[0] ?? cwd);
  const surroundings = { directory: workingDirectory, disk, compat };
  const complete = async (): Promise<Environment> => {
    if (envFiles.length > 0) return early;
    if (isEnvFileDisabled(early)) return isOld ? early : exported(early, starting);
    return workingDirectory === first ? early : await withDotenv(early, envFiles, surroundings);
  };
  return { files, workingDirectory, environment: await complete(), envFiles, warnings };
}

/** What remains of a `.env` that switches itself off. */
function exported(read: Environment, starting: Environment): Environment {
  return new Map(Array.from(read).filter(([name]) => starting.has(name) || name.startsWith('COMPOSE_')));
}

/** Those versions export all of `.env` to their own process. */
function checkExportable(environment: Environment): void {
  for (const [name, value] of environment) {
    if (name !== '' && !`${name}${value}`.includes('\0')) continue;
    throw invalidProject(`.env sets the variable "${name}", which cannot be exported.`, 'Correct its name or value.');
  }
}

interface Surroundings {
  readonly directory: string;
  readonly disk: Disk;
  readonly compat: Compat;
}

async function withDotenv(
  environment: Environment,
  asked: readonly string[],
  { directory, disk, compat }: Surroundings,
): Promise<Environment> {
  const files = asked.length > 0 ? asked : await defaultEnvFiles(directory, environment, disk);
  return extendEnvironment(environment, files, { disk, compat });
}

async function unnamedFiles(
  environment: Environment,
  { directory, cwd, disk }: Omit<Surroundings, 'compat'> & { readonly cwd: string },
): Promise<DiscoveredFiles> {
  const listed = environment.get('COMPOSE_FILE');
  if (listed === undefined) return discoverComposeFiles(directory, disk);
  const separator = environment.get('COMPOSE_PATH_SEPARATOR') || ':';
  return { files: listed.split(separator).map(file => localFile(file, cwd)), warnings: [] };
}

function localFile(file: string, cwd: string): string {
  if (file === '-' || /:\/\/|^git@/.test(file)) {
    throw invalidProject(`"${file}" is not a local compose file.`, 'Save it to a file and name that.');
  }
  return resolve(cwd, file);
}

import { dirname, resolve } from 'node:path';
import { type Compat, defaultCompat, isBefore } from './compat.ts';
import { type ComposeModel, createModel } from './compose-model.ts';
import { checkConsistency } from './consistency.ts';
import { discoverComposeFiles } from './discover.ts';
import {
  askedEnvFiles,
  defaultEnvFiles,
  type Environment,
  extendEnvironment,
  lookupIn,
  startingEnvironment,
} from './environment.ts';
import { createFileCache } from './files.ts';
import { readModel } from './model.ts';
import { projectName } from './name.ts';
import { normalize } from './normalize.ts';
import { printService, withFiles } from './print-service.ts';
import { invalidProject } from './problem.ts';
import { activeProfiles, isEnabled } from './profiles.ts';
import type { ComposeProject, ComposeService } from './project.ts';
import { createService } from './service.ts';
import { entriesOf, entryOf, type Mapping, stringsOf } from './tree.ts';

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
}

export interface LoadedProject extends ComposeProject {
  /** What `docker compose config` prints of it. */
  readonly model: ComposeModel;
  /** Sentences about what Compose copes with, e.g. a variable that is not set. */
  readonly warnings: readonly string[];
}

/**
 * Reads a project from its compose files, as `docker compose config` does, without Docker.
 *
 * Whatever it does not understand it refuses.
 *
 * @throws GopdaterError `COMPOSE_FILE_NOT_FOUND` | `COMPOSE_FILE_INVALID`, with file, line and what is wrong
 * @see Compose Specification
 */
export async function loadProject(options: LoadOptions): Promise<LoadedProject> {
  const { compat = defaultCompat } = options;
  const { files, environment, workingDirectory, envFiles, warnings } = await locate(options, compat);
  const lookup = lookupIn(environment);
  const cache = createFileCache();
  const documents = (await Promise.all(files.map(file => cache.documents(file)))).flat();
  const name = projectName({ asked: options.name, lookup, documents, workingDirectory });
  const named: Environment = new Map([...environment, ['COMPOSE_PROJECT_NAME', name]]);
  const profiles = activeProfiles(options.profiles ?? [], lookup);

  const unset = new Set<string>();
  const model = await readModel({
    paths: files,
    directory: workingDirectory,
    home: environment.get('HOME'),
    environment: named,
    onUnset: variable => unset.add(variable),
    files: cache,
    compat,
    chain: [],
  });
  const normal = normalize(model, name, named);
  const services = await createServices(normal, { profiles, environment: named, compat });
  const enabled = Array.from(services.values()).filter(service => service.enabled);
  return {
    name,
    workingDirectory,
    files,
    envFiles,
    profiles,
    services,
    model: createModel(normal, { name, services: enabled, compat }),
    warnings: [
      ...warnings,
      ...Array.from(unset, variable => `The variable ${variable} is not set; it is taken as empty.`),
    ],
  };
}

interface Location {
  readonly files: readonly string[];
  readonly workingDirectory: string;
  readonly environment: Environment;
  readonly envFiles: readonly string[];
  readonly warnings: readonly string[];
}

/** Finds the files and the environment; each may tell where the other is, so `.env` is looked for twice. */
async function locate(options: LoadOptions, compat: Compat): Promise<Location> {
  const { cwd } = options;
  const given = (options.files ?? []).map(file => localFile(file, cwd));
  const asked = options.projectDirectory === undefined ? undefined : resolve(cwd, options.projectDirectory);
  const starting = startingEnvironment(options.environment, cwd);
  const envFiles = askedEnvFiles(options.envFiles ?? [], starting, cwd);

  const isOld = isBefore(compat, '2.40');
  const found = async (variables: Environment): ReturnType<typeof discoverComposeFiles> =>
    given.length > 0 ? { files: given, warnings: [] } : await unnamedFiles(variables, asked ?? cwd, cwd);
  // Older versions first look where the compose file is found without `.env`, newer ones in the current directory.
  const [guess = given[0]] = isOld
    ? await found(starting).then(
        ({ files }) => files,
        () => [],
      )
    : [];
  const first = asked ?? (guess === undefined ? cwd : dirname(guess));
  const early = await withDotenv(starting, envFiles, first);
  if (isOld) checkExportable(early);
  const { files, warnings } = await found(early);
  const workingDirectory = asked ?? dirname(files[0] ?? cwd);
  const isRead = workingDirectory === first || envFiles.length > 0;
  const environment = isRead ? early : await withDotenv(early, envFiles, workingDirectory);
  return { files, workingDirectory, environment, envFiles, warnings };
}

/** Those versions export all of `.env` to their own process. */
function checkExportable(environment: Environment): void {
  for (const [name, value] of environment) {
    if (name !== '' && !`${name}${value}`.includes('\0')) continue;
    throw invalidProject(`.env sets the variable "${name}", which cannot be exported.`, 'Correct its name or value.');
  }
}

async function withDotenv(environment: Environment, asked: readonly string[], directory: string): Promise<Environment> {
  const files = asked.length > 0 ? asked : await defaultEnvFiles(directory, environment);
  return extendEnvironment(environment, files);
}

async function unnamedFiles(
  environment: Environment,
  directory: string,
  cwd: string,
): ReturnType<typeof discoverComposeFiles> {
  const listed = environment.get('COMPOSE_FILE');
  if (!listed) return discoverComposeFiles(directory);
  const separator = environment.get('COMPOSE_PATH_SEPARATOR') || ':';
  return { files: listed.split(separator).map(file => localFile(file, cwd)), warnings: [] };
}

function localFile(file: string, cwd: string): string {
  if (file === '-' || /:\/\/|^git@/.test(file)) {
    throw invalidProject(`"${file}" is not a local compose file.`, 'Save it to a file and name that.');
  }
  return resolve(cwd, file);
}

async function createServices(
  normal: Mapping,
  {
    profiles,
    environment,
    compat,
  }: { readonly profiles: readonly string[]; readonly environment: Environment; readonly compat: Compat },
): Promise<ReadonlyMap<string, ComposeService>> {
  const nodes = new Map(entriesOf(entryOf(normal, 'services')));
  const printed = new Map(Array.from(nodes, ([name, node]) => [name, printService(name, node, compat)]));
  const enabled = new Set([...nodes].filter(([, node]) => isEnabled(node, profiles)).map(([name]) => name));
  checkConsistency(normal, { printed, enabled, compat });
  const services = new Map<string, ComposeService>();
  for (const [name, node] of nodes) {
    const isOn = enabled.has(name);
    const attributes = printed.get(name) ?? {};
    services.set(
      name,
      createService({
        name,
        // Compose does not open the files of a disabled service: they may well be missing.
        printed: isOn ? await withFiles(attributes, node, environment) : attributes,
        labelFiles: stringsOf(entryOf(node, 'label_file')),
        enabled: isOn,
        canDependOn: other => enabled.has(other),
      }),
    );
  }
  return services;
}

import { join, resolve } from 'node:path';
import { type Compat, isBefore } from './compat.ts';
import type { Disk } from './disk.ts';
import { readEnvFile } from './files.ts';
import { invalidProject } from './problem.ts';
import type { Lookup } from './template.ts';

/** Variables for interpolation; what was in it first wins. */
export type Environment = ReadonlyMap<string, string>;

/**
 * The environment handed in.
 *
 * @param cwd  what `PWD` is if it is not set, as a shell would set it
 */
export function startingEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
  cwd: string | undefined,
): Environment {
  const environment = new Map<string, string>();
  for (const [name, value] of Object.entries(variables)) if (value !== undefined) environment.set(name, value);
  if (cwd !== undefined && !environment.has('PWD')) environment.set('PWD', cwd);
  return environment;
}

/** Absolute env files that were asked for: `--env-file`, else `COMPOSE_ENV_FILES`. */
export function askedEnvFiles(asked: readonly string[], environment: Environment, cwd: string): readonly string[] {
  const listed = (environment.get('COMPOSE_ENV_FILES') ?? '').split(',').filter(file => file !== '');
  return (asked.length > 0 ? asked : listed).map(file => resolve(cwd, file));
}

/**
 * Whether `.env` is not read.
 *
 * @throws GopdaterError `COMPOSE_FILE_INVALID` if it is not said with a word for true or false
 */
export function isEnvFileDisabled(environment: Environment): boolean {
  const said = environment.get('COMPOSE_DISABLE_ENV_FILE');
  if (said === undefined || /^(?:0|[fF]|FALSE|[fF]alse)$/.test(said)) return false;
  if (/^(?:1|[tT]|TRUE|[tT]rue)$/.test(said)) return true;
  throw invalidProject('COMPOSE_DISABLE_ENV_FILE is neither true nor false.', 'Write true or false.');
}

/** The `.env` of a directory, if there is one and it is not switched off. */
export async function defaultEnvFiles(
  directory: string,
  environment: Environment,
  disk: Disk,
): Promise<readonly string[]> {
  if (isEnvFileDisabled(environment)) return [];
  const file = join(directory, '.env');
  return (await disk.isFile(file)) ? [file] : [];
}

/** Adds what env files say and the environment does not; of the files the last one wins. */
export async function extendEnvironment(
  environment: Environment,
  files: readonly string[],
  { disk, compat }: { readonly disk: Disk; readonly compat: Compat },
): Promise<Environment> {
  if (files.length === 0) return environment;
  const read = new Map<string, string>();
  for (const file of files) {
    // Older versions ask the files before this one first.
    const earlier = isBefore(compat, '2.40') ? new Map(read) : undefined;
    const lookup: Lookup = name => environment.get(name) ?? earlier?.get(name);
    await readEnvFile(file, { disk, lookup, into: read });
  }
  return new Map([...read, ...environment]);
}

export function lookupIn(environment: Environment): Lookup {
  return name => environment.get(name);
}

import { GopdaterError } from '../errors.ts';
import { objectOf, textOf } from '../json.ts';
import type {
  ComposeCli,
  ComposeContainer,
  ComposeOptions,
  ComposeProjectOptions,
  ComposeResult,
  UpOptions,
} from './compose-cli.ts';

/** Runs a command where the project's paths are Docker's. */
export type RunCommand = (
  words: readonly string[],
  project: ComposeProjectOptions,
  options: ComposeOptions,
) => Promise<CommandResult>;

/** What came of a command. */
export interface CommandResult {
  /** `null` when a signal ended it. */
  readonly exitCode: number | null;
  /** Of both outputs. */
  readonly lines: readonly string[];
}

/** The command lines of `docker compose` and what its answers mean, wherever it runs. */
export function createComposeCommands(runCommand: RunCommand): Omit<ComposeCli, 'version'> {
  const runWords = async (
    name: string,
    words: readonly string[],
    project: ComposeProjectOptions,
    options: ComposeOptions = {},
  ): Promise<readonly string[]> => {
    const { exitCode, lines } = await runCommand(words, project, options);
    if (options.signal?.aborted) throw new GopdaterError('ABORTED', `“docker compose ${name}” was stopped.`);
    if (exitCode !== 0) throw composeError(name, exitCode, lines);
    return lines;
  };
  const run = async (project: ComposeProjectOptions, args: readonly string[], options?: ComposeOptions) =>
    await runWords(args[0] ?? '', dockerCompose(project, args), project, options);
  return {
    up: async (project, services, options: UpOptions = {}) =>
      resultOf(await run(project, ['up', '--detach', ...upFlags(options), '--', ...services], options)),
    pull: async (project, services, options) => resultOf(await run(project, ['pull', '--', ...services], options)),
    config: async (project, options) => {
      const lines = await run(project, ['config', '--format', 'json'], options);
      // What it warns of stands before.
      return lines.slice(lines.indexOf('{'), lines.lastIndexOf('}') + 1).join('\n');
    },
    configHashes: async (project, services, options) => {
      const lines = await runWords('config', hashCommand(project, services), project, options);
      return new Map(lines.flatMap(parseHash));
    },
    networksToReplace: async (project, services, options) => {
      const flags = upFlags({ noDeps: true, noRecreate: true, noBuild: true, pull: 'never' });
      const words = dockerCompose(project, ['--dry-run', 'up', '--detach', ...flags, '--', ...services]);
      const lines = await runWords('--dry-run', withScratch(words), project, options);
      return lines.flatMap(line => /DRY-RUN MODE -\s+Network (\S+)\s+Removed/.exec(line)?.[1] ?? []);
    },
    ps: async project => parseContainers(await run(project, psArguments)),
  };
}

/**
 * `config --hash` leaves `env_file` as it is and hashes that, other than `up`; so it gets what `config` prints, where the
 * variables are in `environment` already.
 */
function hashCommand(project: ComposeProjectOptions, services: readonly string[]): readonly string[] {
  const print = dockerCompose(project, ['config']);
  const hash = dockerCompose({ ...project, files: ['-'] }, ['config', '--hash', services.join(',')]);
  return ['sh', '-c', `${print.map(quoted).join(' ')} | ${hash.map(quoted).join(' ')}`];
}

/** `--dry-run` makes a folder for buildx in that of Docker's configuration, which may be read-only. */
function withScratch(words: readonly string[]): readonly string[] {
  const script =
    'BUILDX_CONFIG=$(mktemp -d) && export BUILDX_CONFIG && "$@"; code=$?; rm -rf "$BUILDX_CONFIG"; exit $code';
  return ['sh', '-c', script, 'sh', ...words];
}

function dockerCompose(project: ComposeProjectOptions, args: readonly string[]): readonly string[] {
  return ['docker', 'compose', ...projectFlags(project), ...args];
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

export const psArguments: readonly string[] = ['ps', '--all', '--format', 'json'];

export function projectFlags({ name, projectDirectory, files, envFiles, profiles }: ComposeProjectOptions): string[] {
  return [
    ...['--project-name', name, '--project-directory', projectDirectory],
    ...files.flatMap(file => ['--file', file]),
    ...envFiles.flatMap(file => ['--env-file', file]),
    ...profiles.flatMap(profile => ['--profile', profile]),
  ];
}

function upFlags({ noDeps, noStart, noRecreate, noBuild, pull, scale = {} }: UpOptions): string[] {
  return [
    ...(noDeps ? ['--no-deps'] : []),
    ...(noStart ? ['--no-start'] : []),
    ...(noRecreate ? ['--no-recreate'] : []),
    ...(noBuild ? ['--no-build'] : []),
    ...(pull === undefined ? [] : ['--pull', pull]),
    ...Object.entries(scale).flatMap(([service, count]) => ['--scale', `${service}=${count}`]),
  ];
}

/** A line such as `web 9f86d081…`. */
function parseHash(line: string): readonly [string, string][] {
  const [, service, hash] = /^(\S+) ([0-9a-f]{64})$/.exec(line) ?? [];
  return service === undefined || hash === undefined ? [] : [[service, hash]];
}

/** From lines such as ` Container shop-web-1  Started`; the last one of a container counts. */
function resultOf(lines: readonly string[]): ComposeResult {
  const statuses = new Map<string, string>();
  for (const line of lines) {
    const [, name, status] = /^\s*Container (\S+)\s+([A-Z]\w*)/.exec(line) ?? [];
    if (name !== undefined && status !== undefined) statuses.set(name, status);
  }
  return { containers: [...statuses].map(([name, status]) => ({ name, status })) };
}

export function parseContainers(lines: readonly string[]): readonly ComposeContainer[] {
  return lines.filter(line => line.startsWith('{')).map(parseContainer);
}

function parseContainer(line: string): ComposeContainer {
  const row = objectOf(JSON.parse(line));
  const text = (key: string) => textOf(row[key]) ?? '';
  return { id: text('ID'), name: text('Name'), service: text('Service'), state: text('State'), image: text('Image') };
}

const shownLines = 10;

export function composeError(command: string, exitCode: number | null, lines: readonly string[]): GopdaterError {
  const last = lines.filter(line => line.trim() !== '').slice(-shownLines);
  const missing = last.some(line => /(unknown command: docker compose|'compose' is not a docker command)/.test(line));
  if (missing) return composeNotFound(new Error(last.join('\n')));
  return new GopdaterError(
    'COMPOSE_FAILED',
    `“docker compose ${command}” ended with ${exitCode === null ? 'a signal' : `exit code ${exitCode}`}: ${last.join('\n').trim()}`,
    { hint: 'Run the same command in the project directory to see more.' },
  );
}

export function composeNotFound(cause: unknown): GopdaterError {
  return new GopdaterError('COMPOSE_NOT_FOUND', 'There is no “docker compose” to run.', {
    hint: 'Install the Docker CLI and its Compose plugin where gopdater runs; its image has both.',
    cause,
  });
}

import {
  version as composeVersion,
  execCompose,
  type IDockerComposeOptions,
  type IDockerComposeResult,
} from 'docker-compose';
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
import { runProcess } from './process.ts';
import type { ProcessRecords } from './process-records.ts';

/** What the command sees. */
export interface DockerComposeOptions {
  /** The whole environment of the command; `PATH` finds `docker`, `DOCKER_HOST` names the engine. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where commands that act are written down. Default: nowhere. */
  readonly processes?: ProcessRecords | undefined;
}

/**
 * The real `docker compose`, found in `PATH`.
 *
 * Short questions go through the `docker-compose` package; what takes long and must be stoppable runs in a process
 * group of its own. The version is asked once: the package takes half a second for any answer.
 */
export function createDockerCompose({ environment, processes }: DockerComposeOptions): ComposeCli {
  const run = async (
    project: ComposeProjectOptions,
    args: readonly string[],
    { signal, onLine }: ComposeOptions = {},
  ): Promise<readonly string[]> => {
    const { exitCode, lines } = await runProcess('docker', ['compose', ...projectFlags(project), ...args], {
      cwd: project.projectDirectory,
      environment,
      signal,
      onLine,
      records: processes,
    }).catch((cause: unknown) => {
      throw notFound(cause);
    });
    if (signal?.aborted) throw new GopdaterError('ABORTED', `“docker compose ${args[0]}” was stopped.`);
    if (exitCode !== 0) throw composeError(args[0] ?? '', exitCode, lines);
    return lines;
  };
  const ask = async (
    name: string,
    question: (options: IDockerComposeOptions) => Promise<IDockerComposeResult>,
  ): Promise<string> => {
    try {
      return (await question({ env: { ...environment } })).out;
    } catch (error) {
      throw isComposeResult(error) ? composeError(name, error.exitCode, error.err.split('\n')) : notFound(error);
    }
  };

  let version: string | undefined;
  const askVersion = async () => {
    const out = await ask('version', options => composeVersion({ ...options, commandOptions: ['--short'] }));
    return out
      .trim()
      .replace(/^v/, '')
      .replace(/[-+].*$/, '');
  };

  return {
    version: async () => {
      version ??= await askVersion();
      return version;
    },
    up: async (project, services, options: UpOptions = {}) =>
      resultOf(await run(project, ['up', '--detach', ...upFlags(options), '--', ...services], options)),
    pull: async (project, services, options) => resultOf(await run(project, ['pull', '--', ...services], options)),
    configHashes: async (project, services, options) => {
      const lines = await run(project, ['config', '--hash', services.join(',')], options);
      return new Map(lines.flatMap(parseHash));
    },
    networksToReplace: async (project, services, options) => {
      const flags = upFlags({ noDeps: true, noRecreate: true, noBuild: true, pull: 'never' });
      const lines = await run(project, ['--dry-run', 'up', '--detach', ...flags, '--', ...services], options);
      return lines.flatMap(line => /DRY-RUN MODE -\s+Network (\S+)\s+Removed/.exec(line)?.[1] ?? []);
    },
    ps: async project => {
      const out = await ask('ps', options =>
        execCompose('ps', ['--all', '--format', 'json'], {
          ...options,
          cwd: project.projectDirectory,
          composeOptions: projectFlags(project),
        }),
      );
      return out
        .split('\n')
        .filter(line => line.startsWith('{'))
        .map(parseContainer);
    },
  };
}

function projectFlags({ name, projectDirectory, files, envFiles, profiles }: ComposeProjectOptions): string[] {
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

function parseContainer(line: string): ComposeContainer {
  const row = objectOf(JSON.parse(line));
  const text = (key: string) => textOf(row[key]) ?? '';
  return { id: text('ID'), name: text('Name'), service: text('Service'), state: text('State'), image: text('Image') };
}

function isComposeResult(error: unknown): error is IDockerComposeResult {
  return typeof error === 'object' && error !== null && 'exitCode' in error && 'err' in error;
}

const shownLines = 10;

function composeError(command: string, exitCode: number | null, lines: readonly string[]): GopdaterError {
  const last = lines.filter(line => line.trim() !== '').slice(-shownLines);
  const missing = last.some(line => /(unknown command: docker compose|'compose' is not a docker command)/.test(line));
  if (missing) return notFound(new Error(last.join('\n')));
  return new GopdaterError(
    'COMPOSE_FAILED',
    `“docker compose ${command}” ended with ${exitCode === null ? 'a signal' : `exit code ${exitCode}`}: ${last.join('\n').trim()}`,
    { hint: 'Run the same command in the project directory to see more.' },
  );
}

function notFound(cause: unknown): GopdaterError {
  return new GopdaterError('COMPOSE_NOT_FOUND', 'There is no “docker compose” to run.', {
    hint: 'Install the Docker CLI and its Compose plugin where gopdater runs; its image has both.',
    cause,
  });
}

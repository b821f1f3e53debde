import type * as DockerCompose from 'docker-compose';
import type { IDockerComposeOptions, IDockerComposeResult } from 'docker-compose';
import type { ComposeCli } from './compose-cli.ts';
import {
  composeError,
  composeNotFound,
  createComposeCommands,
  parseContainers,
  projectFlags,
  psArguments,
} from './compose-command.ts';
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
  const commands = createComposeCommands(async ([command = '', ...args], { projectDirectory }, { signal, onLine }) => {
    const options = { cwd: projectDirectory, environment, signal, onLine, records: processes };
    try {
      return await runProcess(command, args, options);
    } catch (cause) {
      throw composeNotFound(cause);
    }
  });
  const ask = async (
    name: string,
    question: (compose: typeof DockerCompose, options: IDockerComposeOptions) => Promise<IDockerComposeResult>,
  ): Promise<string> => {
    const compose = await import('docker-compose');
    try {
      return (await question(compose, { env: { ...environment } })).out;
    } catch (error) {
      throw isComposeResult(error) ? composeError(name, error.exitCode, error.err.split('\n')) : composeNotFound(error);
    }
  };

  let version: string | undefined;
  const askVersion = async () => {
    const out = await ask('version', (compose, options) =>
      compose.version({ ...options, commandOptions: ['--short'] }),
    );
    return out
      .trim()
      .replace(/^v/, '')
      .replace(/[-+].*$/, '');
  };

  return {
    ...commands,
    version: async () => {
      version ??= await askVersion();
      return version;
    },
    ps: async project => {
      const [command = '', ...args] = psArguments;
      const out = await ask(command, (compose, options) =>
        compose.execCompose(command, args, {
          ...options,
          cwd: project.projectDirectory,
          composeOptions: projectFlags(project),
        }),
      );
      return parseContainers(out.split('\n'));
    },
  };
}

function isComposeResult(error: unknown): error is IDockerComposeResult {
  return typeof error === 'object' && error !== null && 'exitCode' in error && 'err' in error;
}

import { posix } from 'node:path';
import type { ComposeCli } from './compose-cli.ts';
import { createComposeCommands } from './compose-command.ts';
import type { ContainerDetails, ContainerNetwork, Engine } from './engine.ts';
import { defaultEngineHost, parseEngineHost } from './engine-address.ts';
import { helperContainer } from './helper-container.ts';
import { runContainer } from './run-container.ts';

export interface HelperComposeOptions {
  readonly engine: Engine;
  /** The container that gopdater runs in. */
  readonly own: ContainerDetails;
  /** As for the `docker compose` that runs here. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The same commands, each in a helper container in which the project's folder lies where it lies on the host. */
export function createHelperCompose({ engine, own, environment }: HelperComposeOptions): Omit<ComposeCli, 'version'> {
  return createComposeCommands(async ([program = '', ...args], project, { signal, onLine }) => {
    const spec = helperContainer(own, {
      program: [program],
      args,
      project,
      environment: { ...withoutOwn(own, environment), PWD: project.projectDirectory },
      network: networkTo(engineHost(environment), own),
      ownPaths: clientPaths(environment),
    });
    const { exitCode, lines } = await runContainer(spec, { engine, signal, onLine: line => onLine?.(line.text) });
    return { exitCode, lines: lines.map(({ text }) => text) };
  });
}

/** What our own container has and the command must not see: its image would bring it back. */
function withoutOwn(
  { settings }: ContainerDetails,
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  const names = settings.environment.map(pair => pair.split('=', 1)[0] ?? pair);
  return { ...Object.fromEntries(names.map(name => [name, undefined])), ...environment };
}

function engineHost({ DOCKER_HOST }: Readonly<Record<string, string | undefined>>) {
  return parseEngineHost(DOCKER_HOST ?? defaultEngineHost);
}

/** Nobody is reached through a socket but the engine; elsewhere it is where we reach it. */
function networkTo(host: ReturnType<typeof parseEngineHost>, { id }: ContainerDetails): ContainerNetwork {
  return { mode: host.kind === 'socket' ? 'none' : `container:${id}`, names: [], dns: [], extraHosts: [] };
}

/** What Docker's client reads, as our own container sees it. */
function clientPaths(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  const { HOME = '/', DOCKER_CONFIG = posix.join(HOME, '.docker'), DOCKER_CERT_PATH } = environment;
  const host = engineHost(environment);
  return [host.kind === 'socket' ? host.socketPath : [], DOCKER_CONFIG, DOCKER_CERT_PATH ?? []].flat();
}

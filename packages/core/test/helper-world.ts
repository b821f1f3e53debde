import {
  answerLoadRequest,
  type ContainerDetails,
  createOwnContainer,
  createPathSafeCompose,
  createPathSafeReader,
  type DeployDependencies,
  systemClock,
} from '@gopdater/core';
import type { FakeProcess } from '@gopdater/testing';
import { createWorld, environment, type World } from './world.ts';

/** A world with gopdater in a container of its own. */
export interface HelperWorld extends World {
  readonly ownId: string;
  /** What its deployments take; the world's own are those of somebody who sees the host's paths. */
  readonly safe: DeployDependencies;
  /** Every helper that ran: what it was told, and how it was made. */
  readonly helpers: readonly Helper[];
}

export interface Helper {
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly details: ContainerDetails;
}

export interface HelperWorldOptions {
  /** The mounts of gopdater's container besides the socket's; the project's folder is `HERE`. */
  readonly binds?: readonly string[];
  readonly file?: string;
  /** The project’s `.env`; default: there is none. */
  readonly env?: string;
  /** Where a helper sees the project's folder; default: where it is. */
  readonly hostDirectory?: string;
  readonly dockerHost?: string;
  /** Runs when a helper does, before it does anything. */
  readonly onHelper?: (process: FakeProcess) => void | Promise<void>;
}

const socket = '/var/run/docker.sock';

export async function createHelperWorld(options: HelperWorldOptions = {}): Promise<HelperWorld> {
  const { binds = [], file, env, dockerHost = `unix://${socket}`, onHelper } = options;
  const world = await createWorld({ ...(file !== undefined && { file }), ...(env !== undefined && { env }) });
  const { docker, dependencies, project } = world;
  const { projectDirectory: here } = project;
  const { hostDirectory = here } = options;
  const { engine, compose } = dependencies;
  const helpers: Helper[] = [];

  const program = async (process: FakeProcess): Promise<number> => {
    const { words, containerId, signal, print } = process;
    const details = await engine.inspectContainer(containerId);
    if (words[0] === 'serve' || details === undefined) {
      await new Promise(resolve => signal.addEventListener('abort', resolve));
      return 0;
    }
    helpers.push({ words, environment: process.environment, details });
    await onHelper?.(process);
    const isMounted = details.mounts.some(
      ({ target, source }) => target === source && `${hostDirectory}/`.startsWith(`${target}/`),
    );
    if (!isMounted) throw new Error('open compose.yml: no such file');
    if (words.includes('read-project')) {
      const answer = await answerLoadRequest((words.at(-1) ?? '').replaceAll(hostDirectory, here));
      print(answer.replaceAll(here, hostDirectory));
    } else {
      await runCompose(words, process);
    }
    return 0;
  };
  const runCompose = async (words: readonly string[], { signal, print }: FakeProcess): Promise<void> => {
    const services = words.slice(words.indexOf('--') + 1);
    if (words.includes('up') && !words.includes('--dry-run')) {
      const onLine = (line: string) => print(line, 'stderr');
      await compose.up(project, services, { noDeps: true, noBuild: true, pull: 'never', signal, onLine });
    } else if (words.at(-1)?.includes('--hash')) {
      const hashes = await compose.configHashes(
        project,
        (/'--hash' '([^']*)'/.exec(words.at(-1) ?? '')?.[1] ?? '').split(','),
      );
      for (const [service, hash] of hashes) print(`${service} ${hash}`);
    } else if (words.includes('--dry-run')) {
      // Its networks are what they were.
    } else {
      throw new Error(`What is “${words.join(' ')}”?`);
    }
  };

  docker.registry.push('acme/gopdater:latest', { program, command: ['serve'], env: { NODE_ENV: 'production' } });
  const { id: ownId } = docker.run('acme/gopdater:latest', {
    name: 'gopdater',
    config: {
      User: 'node',
      HostConfig: {
        Binds: [`${socket}:${socket}`, '/root/config:/config', ...binds.map(bind => bind.replaceAll('HERE', here))],
        GroupAdd: ['999'],
        SecurityOpt: ['label=disable'],
      },
    },
  });
  const own = createOwnContainer(ownId, { engine });
  const seen = { ...environment, DOCKER_HOST: dockerHost, DOCKER_CONFIG: '/config', TAG: '1' };
  return {
    ...world,
    ownId,
    helpers,
    safe: {
      ...dependencies,
      projects: { kind: 'running', environment },
      compose: createPathSafeCompose({ engine, own, compose, environment: seen }),
      reader: createPathSafeReader({
        engine,
        own,
        program: ['/usr/bin/node', '/usr/lib/gopdater/bin.js'],
        clock: systemClock,
      }),
      ownContainerId: ownId,
    },
    ids: () => {
      const { gopdater: _, ...ids } = world.ids();
      return ids;
    },
    [Symbol.asyncDispose]: async () => await world[Symbol.asyncDispose](),
  };
}

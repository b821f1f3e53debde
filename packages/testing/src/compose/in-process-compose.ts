import type {
  ComposeCli,
  ComposeContainer,
  ComposeOptions,
  ComposeProject,
  ComposeProjectOptions,
} from '@gopdater/core';
import type { FakeDocker } from '../docker/fake-docker.ts';
import { throwIfAborted } from '../errors.ts';
import { toComposeError } from './compose-error.ts';
import type { ComposeRun } from './compose-run.ts';
import { configHash } from './config-hash.ts';
import { Daemon } from './daemon.ts';
import { pullService } from './images.ts';
import { ignoredAttributes } from './known-attributes.ts';
import { labels } from './labels.ts';
import { Progress } from './progress.ts';
import { selectServices } from './select-services.ts';
import { up } from './up.ts';

export interface InProcessComposeOptions {
  readonly docker: FakeDocker;
  /** Reads the project: the loader of `@gopdater/core`, or a function that answers with a literal. */
  readonly load: (options: ComposeProjectOptions) => Promise<ComposeProject>;
  /** What it says it is; default `2.40.3`. */
  readonly version?: string;
}

/**
 * The ComposeCli port on a fake engine, without a process: it converges as `docker compose` does.
 *
 * Its requests are recorded and meet faults like those of a client over HTTP. What `up` meets in a service and does
 * nothing about (`links`) comes to `docker.unsupported`, and is refused by a strict one. Calls reject with an error whose `code`
 * is `COMPOSE_FAILED`, with what Compose would print last, or `ABORTED`; what `load` throws passes through.
 */
export function createInProcessCompose({ docker, load, version = '2.40.3' }: InProcessComposeOptions): ComposeCli {
  const start = async (project: ComposeProjectOptions, { signal, onLine }: ComposeOptions): Promise<ComposeRun> => {
    throwIfAborted(signal);
    const loaded = await load(project);
    throwIfAborted(signal);
    return {
      project: loaded,
      daemon: new Daemon(docker.client, signal),
      progress: new Progress(onLine),
      version,
      signal,
    };
  };
  const guard = async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      throw toComposeError(error);
    }
  };
  return {
    version: async () => version,
    up: (project, services, options = {}) =>
      guard(async () => {
        const run = await start(project, options);
        tellIgnored(docker, run);
        await up(run, services, options);
        return { containers: run.progress.containers };
      }),
    pull: (project, services, options = {}) =>
      guard(async () => {
        const run = await start(project, options);
        const selected = selectServices(run.project, services, { withDependencies: false });
        for (const service of selected.filter(({ image }) => image !== undefined)) await pullService(run, service);
        return { containers: run.progress.containers };
      }),
    configHashes: (project, services, options = {}) =>
      guard(async () => {
        const run = await start(project, options);
        const selected = selectServices(run.project, services, { withDependencies: false });
        return new Map(selected.map(service => [service.name, configHash(service)]));
      }),
    // What a network looks like is not in the project that it is given.
    networksToReplace: async () => [],
    ps: ({ name }) =>
      guard(async () => {
        const containers = await new Daemon(docker.client, undefined).containers(name);
        return containers.map(
          (container): ComposeContainer => ({
            id: container.id,
            name: container.name,
            service: container.spec.labels[labels.service] ?? '',
            state: container.state.status,
            image: container.spec.image,
          }),
        );
      }),
  };
}

/** Each attribute of a service once. */
function tellIgnored({ notModelled }: FakeDocker, { project }: ComposeRun): void {
  for (const service of project.services.values()) {
    for (const attribute of ignoredAttributes(service)) {
      const what = `${service.name}.${attribute}`;
      if (service.enabled && !notModelled.list.includes(`compose ${what}`)) notModelled.ignore('compose', [what]);
    }
  }
}

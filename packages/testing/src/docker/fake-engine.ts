import type {
  CallOptions,
  Container,
  ContainerDetails,
  ContainerEvent,
  ContainerFilter,
  ContainerSettings,
  Engine,
  EngineVersion,
  Image,
  LogLine,
  PullOptions,
  PullProgress,
} from '@gopdater/core';
import { EngineError, NoAnswerError, PortError, throwIfAborted } from '../errors.ts';
import { canonicalReference, parseImageName } from '../image/name.ts';
import type { FakeDocker } from './fake-docker.ts';
import type { InProcessCall } from './in-process-client.ts';
import type { LineFault } from './line-fault.ts';
import { mountsOf, networkOf, rightsOf, sharingOf, specOf } from './port-container.ts';
import { ignoredOptions } from './port-options.ts';
import { type ContainerRecord, isRunning } from './state/container-record.ts';
import { findContainer } from './state/containers.ts';
import { createContainer } from './state/create-container.ts';
import type { EngineState } from './state/engine-state.ts';
import type { ImageRecord } from './state/image-store.ts';
import { type PullLine, pullImage } from './state/pull-image.ts';
import { removeContainer } from './state/remove-container.ts';
import { removeImage } from './state/remove-image.ts';
import { startContainer } from './state/start-container.ts';
import { stopContainer } from './state/stop-container.ts';
import { tagImage } from './state/tag-image.ts';
import { waitContainer } from './state/wait-container.ts';
import { listContainers } from './wire/container-filters.ts';
import { shownImage } from './wire/container-list-view.ts';
import { eventStream } from './wire/event-stream.ts';
import { isWanted } from './wire/event-view.ts';
import { stringOf } from './wire/json.ts';

/**
 * The Engine port on a fake engine's state, without HTTP.
 *
 * Faults, `goAway` and recorded calls work as over HTTP; a fault may name an operation of the port instead of a
 * request, e.g. `docker.faults.next('pullImage', { status: 500 })`.
 *
 * Calls reject with an error whose `code` is `ENGINE_UNREACHABLE`, `ENGINE_FAILED`, `PULL_FAILED` or `ABORTED`.
 */
export function createFakeEngine(docker: FakeDocker): Engine {
  const send = async <T>(
    call: PortCall,
    act: (state: EngineState, lines: LineFault) => T | Promise<T>,
    options: CallOptions | undefined,
    refusal = 'ENGINE_FAILED',
  ): Promise<T> => {
    checkOptions(docker, call.operation, options);
    try {
      return await docker.client.send(call, act, options?.signal);
    } catch (cause) {
      throwIfAborted(options?.signal);
      throw toPortError(cause, refusal);
    }
  };
  return {
    version: options => send({ method: 'GET', path: '/version', operation: 'version' }, readVersion, options),
    listContainers: (filter, options) =>
      send({ method: 'GET', path: '/containers/json', operation: 'listContainers' }, list(filter), {
        ...filter,
        ...options,
      }),
    inspectContainer: (id, options) =>
      send({ method: 'GET', path: `/containers/${id}/json`, operation: 'inspectContainer' }, details(id), options),
    stopContainer: (id, options) =>
      send(
        { method: 'POST', path: `/containers/${id}/stop`, operation: 'stopContainer', status: 204 },
        async state => {
          if (state.containers.has(id)) await stopContainer(state, id, { timeoutMs: options?.graceMs });
        },
        options,
      ),
    createContainer: (spec, options) =>
      send(
        { method: 'POST', path: '/containers/create', operation: 'createContainer', status: 201 },
        state => createContainer(state, specOf(spec)).id,
        { ...spec, ...options },
      ),
    startContainer: (id, options) =>
      send(
        { method: 'POST', path: `/containers/${id}/start`, operation: 'startContainer', status: 204 },
        state => {
          startContainer(state, id);
        },
        options,
      ),
    waitContainer: (id, options) =>
      send(
        { method: 'POST', path: `/containers/${id}/wait`, operation: 'waitContainer' },
        state => waitContainer(state, id, 'not-running', options?.signal),
        options,
      ),
    removeContainer: (id, options = {}) =>
      send(
        { method: 'DELETE', path: `/containers/${id}`, operation: 'removeContainer', status: 204 },
        state => {
          const { force = false, volumes = false } = options;
          if (state.containers.has(id)) removeContainer(state, id, { force, volumes });
        },
        options,
      ),
    watchContainers: (filter, options) => watch(docker, filter, options),
    readLogs: (id, options) =>
      send(
        { method: 'GET', path: `/containers/${id}/logs`, operation: 'readLogs' },
        state =>
          findContainer(state, id)
            .log.lines.slice(-options.lines)
            .map(({ text }) => text),
        options,
      ),
    followLogs: (id, options) => follow(docker, id, options),
    inspectImage: (reference, options) =>
      send(
        { method: 'GET', path: `/images/${reference}/json`, operation: 'inspectImage' },
        inspect(reference),
        options,
      ),
    listImages: (repository, options) =>
      send({ method: 'GET', path: '/images/json', operation: 'listImages' }, imagesIn(repository), options),
    removeImage: (reference, options) =>
      send({ method: 'DELETE', path: `/images/${reference}`, operation: 'removeImage' }, remove(reference), options),
    pullImage: (reference, options) =>
      send(
        {
          method: 'POST',
          path: '/images/create',
          query: { fromImage: reference },
          operation: 'pullImage',
          hasLines: true,
        },
        pull(reference, options),
        options,
        'PULL_FAILED',
      ),
    tagImage: (source, target, options) =>
      send(
        { method: 'POST', path: `/images/${source}/tag`, query: { repo: target }, operation: 'tagImage', status: 201 },
        state => tagImage(state, source, target),
        options,
      ),
  };
}

/** Of an operation of the port. */
type PortCall = InProcessCall & { readonly operation: string };

/** @throws PortError `ENGINE_FAILED` if the fake is strict */
function checkOptions({ notModelled }: FakeDocker, operation: string, options: CallOptions = {}): void {
  try {
    notModelled.ignore(operation, ignoredOptions(operation, options));
  } catch (error) {
    throw toPortError(error, 'ENGINE_FAILED');
  }
}

function readVersion({ profile: { version, apiVersion } }: EngineState): EngineVersion {
  return { version, apiVersion };
}

function list({ labels }: ContainerFilter): (state: EngineState) => readonly Container[] {
  return state =>
    listContainers(state, new Map([['label', labels]]), { all: true }).map(container => ({
      id: container.id,
      name: container.name,
      image: shownImage(state, container),
      imageId: container.imageId,
      state: container.state.status,
      exitCode: container.state.status === 'exited' ? container.state.exitCode : undefined,
      labels: container.spec.labels,
    }));
}

function details(id: string): (state: EngineState) => ContainerDetails | undefined {
  return state => {
    const container = state.containers.get(id);
    if (!container) return undefined;
    const { health, probes } = container;
    return {
      id,
      name: container.name,
      imageId: container.imageId,
      state: container.state.status,
      exitCode: container.state.exitCode,
      endedAt: container.state.finishedMs,
      restartCount: container.restarts.count,
      health: health && { status: health, output: probes.at(-1)?.output ?? '' },
      addresses: [...container.endpoints.values()].flatMap(({ ipAddress }) => ipAddress || []),
      settings: settingsOf(container),
      mounts: mountsOf(container),
      network: networkOf(container),
      rights: rightsOf(container),
      sharing: sharingOf(container),
    };
  };
}

async function* watch(
  docker: FakeDocker,
  filter: ContainerFilter,
  options: { readonly signal: AbortSignal; readonly since?: number | undefined },
): AsyncGenerator<ContainerEvent> {
  const { signal, since } = options;
  const filters = new Map([
    ['type', ['container']],
    ['label', filter.labels],
  ]);
  const range = { sinceMs: since, untilMs: undefined };
  const call = { method: 'GET', path: '/events', operation: 'watchContainers', hasLines: true };
  checkOptions(docker, call.operation, { ...filter, ...options });
  try {
    const lines = await docker.client.send(call, (_, fault) => fault, signal);
    const connected = AbortSignal.any([signal, docker.client.connection]);
    const { events, clock } = docker.state;
    for await (const event of lines.stream(eventStream(events, range, clock, connected))) {
      if (isWanted(event, filters)) yield { id: event.id, action: event.action, at: event.timeMs };
    }
  } catch (error) {
    if (!signal.aborted) throw toPortError(error, 'ENGINE_FAILED');
  }
}

async function* follow(docker: FakeDocker, id: string, options: CallOptions = {}): AsyncGenerator<LogLine> {
  const { signal } = options;
  const call = { method: 'GET', path: `/containers/${id}/logs`, operation: 'followLogs', hasLines: true };
  checkOptions(docker, call.operation, options);
  try {
    const { container, lines } = await docker.client.send(
      call,
      (state, fault) => ({ container: findContainer(state, id), lines: fault }),
      signal,
    );
    yield* lines.stream(container.log.follow(() => isRunning(container), signal));
  } catch (error) {
    if (!signal?.aborted) throw toPortError(error, 'ENGINE_FAILED');
  }
}

function settingsOf({ spec, mounts, endpoints }: ContainerRecord): ContainerSettings {
  return {
    environment: spec.env,
    entrypoint: spec.entrypoint,
    command: spec.command,
    user: stringOf(spec.config.User) ?? '',
    labels: spec.labels,
    networks: [...endpoints.keys()],
    networkMode: spec.networkMode,
    ports: spec.portBindings.flatMap(({ hostIp, hostPort, containerPort }) =>
      hostPort === '' ? [] : [`${hostIp === '' ? '' : `${hostIp}:`}${hostPort}:${containerPort}`],
    ),
    mounts: mounts.map(({ name, source, destination }) => `${name || source}:${destination}`),
    restart: spec.restartPolicy.name,
  };
}

function inspect(reference: string): (state: EngineState) => Image | undefined {
  return state => {
    const image = state.images.find(reference);
    return image && imageOf(state, image);
  };
}

function imagesIn(repository: string): (state: EngineState) => readonly Image[] {
  return state => {
    const names = `${canonicalReference(parseImageName(repository)).replace(/:[^:/]*$/, '')}:`;
    return state.images
      .all()
      .filter(({ id }) => state.images.namesOf(id).some(name => name.startsWith(names)))
      .map(image => imageOf(state, image));
  };
}

function imageOf(
  { images, imageStore }: EngineState,
  { id, labels, created, config, os, architecture }: ImageRecord,
): Image {
  const repositoryDigests = images.digestsOf(id);
  const digests = repositoryDigests.map(name => name.slice(name.indexOf('@') + 1));
  // Of an image without a name containerd still knows the digest: it is its id.
  if (imageStore === 'containerd') digests.push(id);
  return {
    id,
    tags: images.tagsOf(id),
    digests: [...new Set(digests)],
    repositoryDigests,
    labels,
    config: {
      platform: `${os}/${architecture}`,
      created,
      environment: config.Env ?? [],
      entrypoint: config.Entrypoint ?? [],
      command: config.Cmd ?? [],
      user: config.User ?? '',
      exposedPorts: Object.keys(config.ExposedPorts ?? {}),
      volumes: [],
    },
  };
}

function remove(reference: string): (state: EngineState) => boolean {
  return state => {
    if (state.images.find(reference) === undefined) return true;
    try {
      removeImage(state, reference, { force: false });
      return true;
    } catch (error) {
      if (error instanceof EngineError && error.status === 409) return false;
      throw error;
    }
  };
}

function pull(reference: string, options: PullOptions | undefined): (state: EngineState, lines: LineFault) => void {
  return (state, lines) => {
    const { credentials, onProgress, signal } = options ?? {};
    for (const line of lines.lines(pullImage(state, parseImageName(reference), credentials))) {
      onProgress?.(toProgress(line));
      throwIfAborted(signal);
    }
  };
}

function toProgress({ status, id, progressDetail = {} }: PullLine): PullProgress {
  return { status, id, ...progressDetail };
}

function toPortError(cause: unknown, refusal: string): unknown {
  if (cause instanceof NoAnswerError) return new PortError('ENGINE_UNREACHABLE', cause.message, { cause });
  if (cause instanceof EngineError) return new PortError(refusal, cause.message, { cause });
  return cause;
}

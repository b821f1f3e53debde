import type {
  CallOptions,
  Container,
  ContainerDetails,
  ContainerEvent,
  ContainerFilter,
  Engine,
  EngineVersion,
  Image,
  PullOptions,
  PullProgress,
} from '@gopdater/core';
import { EngineError, NoAnswerError, PortError, throwIfAborted } from '../errors.ts';
import { parseImageName } from '../image/name.ts';
import type { FakeDocker } from './fake-docker.ts';
import type { InProcessCall } from './in-process-client.ts';
import { findContainer } from './state/containers.ts';
import type { EngineState } from './state/engine-state.ts';
import { type PullLine, pullImage } from './state/pull-image.ts';
import { removeContainer } from './state/remove-container.ts';
import { tagImage } from './state/tag-image.ts';
import { listContainers } from './wire/container-filters.ts';
import { shownImage } from './wire/container-list-view.ts';
import { eventStream } from './wire/event-stream.ts';
import { isWanted } from './wire/event-view.ts';

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
    call: InProcessCall,
    act: (state: EngineState) => T,
    options: CallOptions | undefined,
    refusal = 'ENGINE_FAILED',
  ): Promise<T> => {
    try {
      return await docker.client.send(call, act, options?.signal);
    } catch (cause) {
      throw toPortError(cause, refusal);
    }
  };
  return {
    version: options => send({ method: 'GET', path: '/version', operation: 'version' }, readVersion, options),
    listContainers: (filter, options) =>
      send({ method: 'GET', path: '/containers/json', operation: 'listContainers' }, list(filter), options),
    inspectContainer: (id, options) =>
      send({ method: 'GET', path: `/containers/${id}/json`, operation: 'inspectContainer' }, details(id), options),
    removeContainer: (id, options) =>
      send(
        { method: 'DELETE', path: `/containers/${id}`, operation: 'removeContainer', status: 204 },
        state => {
          if (state.containers.has(id)) removeContainer(state, id, { force: false });
        },
        options,
      ),
    watchContainers: ({ labels }, { signal }) => watch(docker, labels, signal),
    readLogs: (id, { lines, ...options }) =>
      send(
        { method: 'GET', path: `/containers/${id}/logs`, operation: 'readLogs' },
        state => findContainer(state, id).log.slice(-lines),
        options,
      ),
    inspectImage: (reference, options) =>
      send(
        { method: 'GET', path: `/images/${reference}/json`, operation: 'inspectImage' },
        inspect(reference),
        options,
      ),
    pullImage: (reference, options) =>
      send(
        { method: 'POST', path: '/images/create', query: { fromImage: reference }, operation: 'pullImage' },
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
    const { health, healthOutput } = container;
    return {
      id,
      name: container.name,
      imageId: container.imageId,
      state: container.state.status,
      exitCode: container.state.exitCode,
      restartCount: 0,
      health: health && { status: health, output: healthOutput },
    };
  };
}

async function* watch(
  docker: FakeDocker,
  labels: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<ContainerEvent> {
  const filters = new Map([
    ['type', ['container']],
    ['label', labels],
  ]);
  const range = { sinceMs: undefined, untilMs: undefined };
  const call = { method: 'GET', path: '/events', operation: 'watchContainers' };
  try {
    const { events } = await docker.client.send(call, state => state, signal);
    for await (const event of eventStream(events, range, 0, signal)) {
      if (isWanted(event, filters)) yield { id: event.id, action: event.action };
    }
  } catch (error) {
    if (!signal.aborted) throw toPortError(error, 'ENGINE_FAILED');
  }
}

function inspect(reference: string): (state: EngineState) => Image | undefined {
  return ({ images }) => {
    const image = images.find(reference);
    if (!image) return undefined;
    const digests = images.digestsOf(image.id).map(name => name.slice(name.indexOf('@') + 1));
    return { id: image.id, tags: images.tagsOf(image.id), digests: [...new Set(digests)], labels: image.labels };
  };
}

function pull(reference: string, options: PullOptions | undefined): (state: EngineState) => void {
  return state => {
    const { credentials, onProgress, signal } = options ?? {};
    for (const line of pullImage(state, parseImageName(reference), credentials)) {
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

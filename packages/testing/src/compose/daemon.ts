import type { InProcessCall, InProcessClient } from '../docker/in-process-client.ts';
import type { LineFault } from '../docker/line-fault.ts';
import type { ContainerRecord } from '../docker/state/container-record.ts';
import type { ContainerSpec } from '../docker/state/container-spec.ts';
import { renameContainer } from '../docker/state/containers.ts';
import { createContainer } from '../docker/state/create-container.ts';
import type { EngineState } from '../docker/state/engine-state.ts';
import type { ImageRecord } from '../docker/state/image-store.ts';
import type { NetworkSpec } from '../docker/state/network-record.ts';
import { createNetwork } from '../docker/state/networks.ts';
import { pullImage } from '../docker/state/pull-image.ts';
import { removeContainer } from '../docker/state/remove-container.ts';
import { startContainer } from '../docker/state/start-container.ts';
import { stopContainer } from '../docker/state/stop-container.ts';
import { createVolume, type VolumeSpec } from '../docker/state/volumes.ts';
import { listContainers } from '../docker/wire/container-filters.ts';
import { throwIfAborted } from '../errors.ts';
import { parseImageName } from '../image/name.ts';
import { labels } from './labels.ts';

/** The requests Compose makes, in process: recorded, open to faults, refused when the daemon is gone. */
export class Daemon {
  readonly #client: InProcessClient;
  readonly #signal: AbortSignal | undefined;

  constructor(client: InProcessClient, signal: AbortSignal | undefined) {
    this.#client = client;
    this.#signal = signal;
  }

  /** Containers of the project in any state, one-off ones left out, newest first. */
  containers(project: string): Promise<readonly ContainerRecord[]> {
    const label = [`${labels.project}=${project}`, `${labels.oneOff}=False`, labels.configHash];
    return this.#send({ method: 'GET', path: '/containers/json' }, state =>
      listContainers(state, new Map([['label', label]]), { all: true }),
    );
  }

  image(reference: string): Promise<ImageRecord | undefined> {
    return this.#send({ method: 'GET', path: `/images/${reference}/json` }, state => state.images.find(reference));
  }

  pull(reference: string): Promise<void> {
    const call = { method: 'POST', path: '/images/create', query: { fromImage: reference }, hasLines: true };
    return this.#send(call, (state, lines) => {
      for (const _ of lines.lines(pullImage(state, parseImageName(reference)))) throwIfAborted(this.#signal);
    });
  }

  create(name: string, spec: ContainerSpec): Promise<ContainerRecord> {
    const call = { method: 'POST', path: '/containers/create', query: { name }, status: 201 };
    return this.#send(call, state => createContainer(state, spec, name));
  }

  async start({ id }: ContainerRecord): Promise<void> {
    await this.#send({ method: 'POST', path: `/containers/${id}/start`, status: 204 }, state =>
      startContainer(state, id),
    );
  }

  async stop({ id }: ContainerRecord): Promise<void> {
    await this.#send({ method: 'POST', path: `/containers/${id}/stop`, status: 204 }, state =>
      stopContainer(state, id),
    );
  }

  remove({ id }: ContainerRecord, { force }: { force: boolean }): Promise<void> {
    const query = force ? { force: '1' } : {};
    return this.#send({ method: 'DELETE', path: `/containers/${id}`, query, status: 204 }, state =>
      removeContainer(state, id, { force }),
    );
  }

  rename({ id }: ContainerRecord, name: string): Promise<void> {
    return this.#send({ method: 'POST', path: `/containers/${id}/rename`, query: { name }, status: 204 }, state =>
      renameContainer(state, id, name),
    );
  }

  hasNetwork(name: string): Promise<boolean> {
    return this.#send({ method: 'GET', path: `/networks/${name}` }, state =>
      [...state.networks.values()].some(network => network.name === name),
    );
  }

  async createNetwork(spec: NetworkSpec): Promise<void> {
    await this.#send({ method: 'POST', path: '/networks/create', status: 201 }, state => createNetwork(state, spec));
  }

  hasVolume(name: string): Promise<boolean> {
    return this.#send({ method: 'GET', path: `/volumes/${name}` }, state => state.volumes.has(name));
  }

  async createVolume(spec: VolumeSpec): Promise<void> {
    await this.#send({ method: 'POST', path: '/volumes/create', status: 201 }, state => createVolume(state, spec));
  }

  /** Waits for the container to be as asked, watching its events. */
  until({ id }: ContainerRecord, isReached: () => boolean): Promise<void> {
    return this.#send({ method: 'GET', path: `/containers/${id}/json` }, state =>
      state.events.until(isReached, this.#signal),
    );
  }

  #send<T>(call: InProcessCall, act: (state: EngineState, lines: LineFault) => T | Promise<T>): Promise<T> {
    return this.#client.send(call, act, this.#signal);
  }
}

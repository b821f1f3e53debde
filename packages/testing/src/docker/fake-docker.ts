import { type EngineClock, systemClock } from '../clock/engine-clock.ts';
import { VirtualClock } from '../clock/virtual-clock.ts';
import { EngineError } from '../errors.ts';
import { parseImageName } from '../image/name.ts';
import { FakeRegistry } from '../registry/fake-registry.ts';
import { CallRecorder } from './calls.ts';
import { type DockerodeOptions, EngineListeners } from './engine-listeners.ts';
import { type EngineGeneration, engineProfiles } from './engine-profile.ts';
import { createEngineServer } from './engine-server.ts';
import { EventLog } from './event-log.ts';
import { FakeContainer } from './fake-container.ts';
import { Faults, type RestartOptions } from './faults.ts';
import { InProcessClient } from './in-process-client.ts';
import { injectFault, type NamedFault } from './named-faults.ts';
import { NotModelled } from './not-modelled.ts';
import { type Serving, type ServingOptions, servingOf } from './serving.ts';
import { ServingLog } from './serving-log.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';
import type { ContainerSpec } from './state/container-spec.ts';
import { createContainer } from './state/create-container.ts';
import { createEngineState, type EngineState } from './state/engine-state.ts';
import type { ImageStoreKind } from './state/image-store.ts';
import { pullImage } from './state/pull-image.ts';
import { startDaemon, stopDaemon } from './state/restart-daemon.ts';
import { startContainer } from './state/start-container.ts';
import { parseContainerSpec } from './wire/container-spec.ts';
import { ignoredFields } from './wire/ignored-fields.ts';

export interface FakeDockerOptions {
  /** Which engine it answers as; default `28.5`. */
  readonly engine?: EngineGeneration;
  /** Default `classic`. */
  readonly imageStore?: ImageStoreKind;
  /** Ids are made from it; default 1. */
  readonly seed?: number;
  /**
   * Refuses what it would ignore: fields of a request, options of the in-process ports. Over HTTP with 501. Default: it
   * only tells.
   */
  readonly strict?: boolean;
  /** Hears at once of what comes to `docker.unsupported`. */
  readonly onUnsupported?: (what: string) => void;
  /**
   * What containers, health checks and slow answers go by. `manual`: a new {@link VirtualClock}, at `docker.clock`.
   * Default: the machine's time.
   */
  readonly clock?: EngineClock | 'manual';
  /** What it pulls from; default: one of its own, which ends with it. */
  readonly registry?: FakeRegistry;
  /** Where it listens; default: a socket in a new temporary folder. `false`: nowhere. */
  readonly socketPath?: string | false;
  /** Also listens on 127.0.0.1 at this port; 0 takes a free one. Default: it does not. */
  readonly tcpPort?: number;
}

/** What `docker.run` makes a container from. */
export interface RunOptions {
  /** Default: one made up. */
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** The rest of the body of `POST /containers/create`, in the API's words. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** A Docker engine in memory; see `FakeDocker.start`. */
export class FakeDocker<Clock extends EngineClock = EngineClock> {
  readonly state: EngineState;
  readonly clock: Clock;
  readonly registry: FakeRegistry;
  readonly faults: Faults = new Faults();
  readonly calls: CallRecorder = new CallRecorder();
  readonly events: EventLog;
  /**
   * What the fake does not model and was asked for: requests such as `POST /build`, and fields of a request such as
   * `POST /containers/create HostConfig.Links`; of the in-process ports, `createContainer hostname`. A good test ends
   * with none.
   */
  readonly unsupported: readonly string[];
  /** @internal */
  readonly notModelled: NotModelled;
  /** What the in-process engine and Compose speak through. @internal */
  readonly client: InProcessClient;
  readonly #ownsRegistry: boolean;
  readonly #listeners: EngineListeners;
  readonly #serving: ServingLog;
  readonly #life = new AbortController();

  /**
   * Starts an engine without containers and with an empty registry, listening on a unix socket.
   *
   * @throws the listener's own error, e.g. `EADDRINUSE`
   */
  static start(options: FakeDockerOptions & { readonly clock: 'manual' }): Promise<FakeDocker<VirtualClock>>;
  static start<Clock extends EngineClock>(
    options: FakeDockerOptions & { readonly clock: Clock },
  ): Promise<FakeDocker<Clock>>;
  static start(options?: FakeDockerOptions): Promise<FakeDocker>;
  static async start({ clock = systemClock, ...options }: FakeDockerOptions = {}): Promise<FakeDocker> {
    const docker = new FakeDocker(clock === 'manual' ? new VirtualClock() : clock, options);
    try {
      await docker.#listeners.open();
    } catch (error) {
      await docker[Symbol.asyncDispose]();
      throw error;
    }
    return docker;
  }

  private constructor(clock: Clock, options: Omit<FakeDockerOptions, 'clock'>) {
    const { engine = '28.5', imageStore = 'classic', seed = 1, strict = false, registry } = options;
    this.clock = clock;
    this.registry = registry ?? new FakeRegistry();
    this.#ownsRegistry = registry === undefined;
    this.state = createEngineState({
      profile: engineProfiles[engine],
      imageStore,
      clock,
      seed,
      registry: this.registry,
    });
    this.events = new EventLog(this.state.events, { end: this.#life.signal });
    this.#serving = new ServingLog(this.state);
    const { state, calls, faults } = this;
    const restart = (how: RestartOptions): void => void this.restart(how);
    this.notModelled = new NotModelled(strict, options.onUnsupported);
    this.unsupported = this.notModelled.list;
    const { notModelled } = this;
    this.#listeners = new EngineListeners(createEngineServer({ state, calls, faults, notModelled, restart }), options);
    this.client = new InProcessClient({ state, calls, faults, clock, restart, address: () => this.host });
  }

  /** Empty if it was told to listen nowhere. */
  get socketPath(): string {
    return this.#listeners.socketPath;
  }

  /** `undefined` unless it was asked for. */
  get tcpPort(): number | undefined {
    return this.#listeners.tcpPort;
  }

  /** For `DOCKER_HOST`, e.g. `unix:///tmp/…/docker.sock`. */
  get host(): string {
    return this.#listeners.host;
  }

  /** What to add to the environment of `docker` and its like: a configuration of their own, and no BuildKit. */
  get env(): Readonly<Record<string, string>> {
    const { clientConfig } = this.#listeners;
    return {
      DOCKER_HOST: this.host,
      DOCKER_BUILDKIT: '0',
      ...(clientConfig !== undefined && { DOCKER_CONFIG: clientConfig }),
    };
  }

  /** What `new Dockerode(…)` takes to speak to it. */
  dockerodeOptions(): DockerodeOptions {
    return this.#listeners.dockerodeOptions;
  }

  /** By name or id; throws if there is none. */
  container(nameOrId: string): FakeContainer {
    const found = this.containers().find(({ id, name }) => name === nameOrId || id === nameOrId);
    if (!found) throw new EngineError(404, `No such container: ${nameOrId}`);
    return found;
  }

  /** All of them in any state, oldest first. */
  containers(): readonly FakeContainer[] {
    return [...this.state.containers.values()].map(record => new FakeContainer(this.state, record));
  }

  /**
   * When a service served: at least one of its containers ran and, if it has a health check, was healthy. A rollout
   * without downtime is one with `gaps` equal to `[]`.
   *
   * @param service  of Compose or Swarm; of other containers, the name
   * @param options.project  needed if several have such a service
   * @throws Error if there has been no such container
   */
  serving(service: string, options?: ServingOptions): Serving {
    return servingOf(this.#serving, this.clock.now(), service, options);
  }

  /** All that the engine knows now, as plain JSON: two are equal if nothing has changed between them. */
  snapshot(): Snapshot {
    return takeSnapshot(this.state);
  }

  /** Pulls from the registry, without a recorded call and without faults. Throws as the engine refuses. */
  pull(reference: string): void {
    for (const _ of pullImage(this.state, parseImageName(reference)));
  }

  /** Creates and starts a container, without a recorded call; pulls the image if it is missing. */
  run(image: string, { name, labels = {}, config = {} }: RunOptions = {}): FakeContainer {
    if (!this.state.images.find(image)) this.pull(image);
    const body = { ...config, Image: image, Labels: labels };
    const call = 'POST /containers/create';
    this.notModelled.ignore(call, ignoredFields(call, { query: {}, body }));
    const spec: ContainerSpec = parseContainerSpec(body);
    const record = createContainer(this.state, spec, name);
    startContainer(this.state, record.id);
    return new FakeContainer(this.state, record);
  }

  /** Lets something go wrong by its name: the registry is down, a pull breaks off, … By request: `docker.faults`. */
  fail(fault: NamedFault): void {
    const { state, registry, faults } = this;
    const restart = (how: RestartOptions): void => void this.restart(how);
    injectFault(fault, { state, registry, faults, restart, signal: this.#life.signal });
  }

  /** As if the daemon could not be reached: no listener, every connection cut; containers run on. */
  async goAway(): Promise<void> {
    this.client.goAway();
    await this.#listeners.close();
  }

  /** Listens again, where it did before. Containers are as they were. */
  async comeBack(): Promise<void> {
    await this.#listeners.open();
    this.client.comeBack();
  }

  /**
   * As `systemctl restart docker`: it stops all containers and cuts every connection; when it is back, those with the
   * restart policy `always` run again, with `unless-stopped` if no client had stopped them, with `on-failure` if they
   * ended with an error. The events of the containers' end are the last that streams of events see.
   *
   * Resolves when it is back.
   */
  async restart({ awayMs, liveRestore = false }: RestartOptions): Promise<void> {
    stopDaemon(this.state, { liveRestore });
    this.client.goAway();
    // What streams over HTTP still have to say is on its way.
    await new Promise(resolve => setImmediate(resolve));
    await this.#listeners.close();
    await this.state.clock.sleep(awayMs, { signal: this.#life.signal });
    if (this.#life.signal.aborted) return;
    startDaemon(this.state);
    await this.comeBack();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#life.abort();
    this.state.life.abort();
    for (const { future, monitor, processes } of this.state.containers.values()) {
      future.abort();
      monitor.abort('over');
      processes.killAll();
    }
    await this.goAway();
    await this.#listeners.cleanUp();
    if (this.#ownsRegistry) await this.registry.close();
  }
}

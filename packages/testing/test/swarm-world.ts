import { initSwarm } from '../src/docker/swarm/membership.ts';
import type { ServiceRecord } from '../src/docker/swarm/service-record.ts';
import { createService, updateService } from '../src/docker/swarm/services.ts';
import type { Swarm } from '../src/docker/swarm/swarm-record.ts';
import { type TaskRecord, tasksOf } from '../src/docker/swarm/task-record.ts';
import { parseServiceSpec } from '../src/docker/wire/service-spec.ts';
import { FakeDocker, VirtualClock } from '../src/index.ts';

type Json = Readonly<Record<string, unknown>>;

/** A service in few words; durations in milliseconds. */
export interface ServiceOptions {
  readonly image: string;
  /** Default 2; `'global'`: one on every node. */
  readonly replicas?: number | 'global';
  /** In the API's words, but for `Delay` and `Monitor`. */
  readonly update?: Json;
  readonly rollback?: Json;
  /** In the API's words. */
  readonly restart?: Json;
  readonly container?: Json;
  readonly task?: Json;
  readonly endpoint?: Json;
  readonly force?: number;
}

/** A swarm on a fake engine in virtual time, and what of it serves. */
export class SwarmWorld implements AsyncDisposable {
  readonly clock: VirtualClock;
  readonly docker: FakeDocker;
  readonly swarm: Swarm;
  /** How many of the containers with a service have served at least, since `watch`. */
  fewest = Number.POSITIVE_INFINITY;

  static async start(seed = 1): Promise<SwarmWorld> {
    const clock = new VirtualClock();
    const docker = await FakeDocker.start({ clock, seed, socketPath: false });
    docker.registry.push('acme/web:v1', { version: 'v1' });
    docker.registry.push('acme/web:v2', { version: 'v2' });
    docker.registry.push('acme/web:healthy', { version: 'healthy', health: [{ status: 'healthy', afterMs: 3000 }] });
    docker.registry.push('acme/web:sick', { version: 'sick', health: [{ status: 'unhealthy', afterMs: 500 }] });
    docker.registry.push('acme/web:crash', { version: 'crash', exitCode: 3, exitAfterMs: 300 });
    return new SwarmWorld(clock, docker);
  }

  private constructor(clock: VirtualClock, docker: FakeDocker) {
    this.clock = clock;
    this.docker = docker;
    this.swarm = initSwarm(docker.state, {});
  }

  /** Creates a service and lets time pass until its tasks run, or for ten seconds. */
  async create(name: string, options: ServiceOptions): Promise<ServiceRecord> {
    const service = createService(this.swarm, parseServiceSpec(this.docker.state, bodyFor(name, options)));
    await this.clock.advance(10_000);
    return service;
  }

  /** Asks for something else; time stands still. */
  update(service: ServiceRecord, options: ServiceOptions): void {
    const spec = parseServiceSpec(this.docker.state, bodyFor(service.spec.name, options));
    updateService(this.swarm, service, spec, service.version);
  }

  /** From now on, counts how many containers serve. */
  watch(): void {
    this.fewest = this.serving().length;
    this.docker.state.events.subscribe(() => {
      this.fewest = Math.min(this.fewest, this.serving().length);
    });
  }

  /** Versions of the containers that run and are not known to be sick. */
  serving(): string[] {
    return this.docker
      .containers()
      .filter(({ status, health }) => status === 'running' && (health === undefined || health === 'healthy'))
      .map(({ env }) => env.find(line => line.startsWith('VERSION='))?.slice('VERSION='.length) ?? '')
      .sort();
  }

  tasks(service: ServiceRecord): TaskRecord[] {
    return tasksOf(this.swarm, service.id);
  }

  /** `slot state/desired tag`, oldest first. */
  shown(service: ServiceRecord): string[] {
    return this.tasks(service).map(
      ({ slot, status, desired, spec }) => `${slot} ${status.state}/${desired} ${spec.image.split(':').at(-1)}`,
    );
  }

  /** What was told of services, as `action attributes`. */
  serviceEvents(): string[] {
    return this.docker.state.events.history
      .filter(({ type }) => type === 'service')
      .map(({ action, attributes }) => {
        const { name: _, ...rest } = attributes;
        return [action, ...Object.entries(rest).map(([key, value]) => `${key}=${value.split('/').at(-1)}`)].join(' ');
      });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.docker[Symbol.asyncDispose]();
  }
}

function bodyFor(name: string, options: ServiceOptions): Json {
  const { image, replicas = 2, update, rollback, restart, container, task, endpoint, force } = options;
  return {
    Name: name,
    TaskTemplate: {
      ContainerSpec: { Image: image, ...container },
      ...(restart && { RestartPolicy: inNanoseconds(restart) }),
      ...task,
      ForceUpdate: force ?? 0,
    },
    Mode: replicas === 'global' ? { Global: {} } : { Replicated: { Replicas: replicas } },
    ...(update && { UpdateConfig: { Parallelism: 1, ...inNanoseconds(update) } }),
    ...(rollback && { RollbackConfig: { Parallelism: 1, ...inNanoseconds(rollback) } }),
    ...(endpoint && { EndpointSpec: endpoint }),
  };
}

function inNanoseconds(config: Json): Json {
  const isDuration = (key: string): boolean => ['Delay', 'Monitor', 'Window'].includes(key);
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, isDuration(key) ? Number(value) * 1_000_000 : value]),
  );
}

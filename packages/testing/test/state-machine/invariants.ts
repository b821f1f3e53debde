import type { EngineEvent } from '../../src/index.ts';
import type { Request } from './request.ts';

// biome-ignore lint/suspicious/noExplicitAny: the API's own words, looked at from outside.
export type View = any;

/** What an engine shows of itself. */
export interface Views {
  readonly containers: readonly View[];
  readonly inspected: readonly View[];
  readonly running: readonly View[];
  readonly networks: readonly View[];
  readonly images: readonly View[];
  readonly volumes: readonly View[];
}

const never = '0001-01-01T00:00:00Z';

export async function look(request: Request): Promise<Views> {
  const get = async (path: string, query: Readonly<Record<string, string>> = {}): Promise<View> => {
    const { status, body } = await request('GET', path, { query });
    if (status !== 200) throw new Error(`GET ${path} answers ${status} ${JSON.stringify(body)}`);
    return body;
  };
  const containers: View[] = await get('/containers/json', { all: '1' });
  const inspected: View[] = [];
  for (const { Id } of containers) inspected.push(await get(`/containers/${Id}/json`));
  const networks: View[] = [];
  for (const { Id } of await get('/networks')) networks.push(await get(`/networks/${Id}`));
  const running = await get('/containers/json');
  return {
    containers,
    inspected,
    running,
    networks,
    images: await get('/images/json'),
    volumes: (await get('/volumes')).Volumes,
  };
}

/**
 * What the engine's state machines forbid, as far as it can be seen from outside: sentences, none if all is well.
 *
 * Written from the engine's source (moby `container/state.go`, `daemon/monitor.go`, `restartmanager`), not from the
 * fake's.
 */
export function violations(views: Views): readonly string[] {
  return [
    ...views.inspected.flatMap(container => ofContainer(container).map(what => `${container.Name}: ${what}`)),
    ...ofLists(views),
    ...ofNetworks(views),
    ...ofPorts(views),
    ...ofImages(views),
  ];
}

function ofContainer({ State, HostConfig, Config, NetworkSettings, RestartCount }: View): string[] {
  const { Running, Paused, Restarting, Status, Pid, StartedAt, FinishedAt, ExitCode, Health, Error: error } = State;
  const { Name: policy, MaximumRetryCount: maximum } = HostConfig.RestartPolicy;
  const wanted = Running
    ? Paused
      ? 'paused'
      : Restarting
        ? 'restarting'
        : 'running'
    : StartedAt === never
      ? 'created'
      : 'exited';
  const hasProcess = Running && !Restarting;
  const addresses = Object.entries<View>(NetworkSettings.Networks).filter(
    ([name]) => name !== 'host' && name !== 'none',
  );
  const hasCheck = Config.Healthcheck !== undefined && Config.Healthcheck?.Test?.[0] !== 'NONE';
  return failed({
    [`its status is ${Status}, its flags say ${wanted}`]: Status === wanted,
    'it is paused or waits for its restart, but does not run': Running || (!Paused && !Restarting),
    'it is paused and waits for its restart': !(Paused && Restarting),
    [`it has the process ${Pid}`]: Pid > 0 === hasProcess,
    [`it runs and has ended with ${ExitCode} “${error}”`]: !hasProcess || (ExitCode === 0 && error === ''),
    'it was never started and has ended': Status !== 'created' || FinishedAt === never,
    'it has ended before it was started': Status !== 'exited' || FinishedAt >= StartedAt,
    'it has a health without a check, or none with one': (Health !== undefined) === (hasCheck && StartedAt !== never),
    'it is healthy and does not run': hasProcess || Health?.Status !== 'healthy',
    'it runs without an address, or has one without a process': addresses.every(
      ([, { IPAddress }]) => (IPAddress !== '') === hasProcess,
    ),
    'it publishes ports without a process': hasProcess || Object.keys(NetworkSettings.Ports).length === 0,
    [`it was started again ${RestartCount} times, with the policy ${policy}:${maximum}`]:
      RestartCount === 0 || (policy !== 'no' && (policy !== 'on-failure' || maximum === 0 || RestartCount <= maximum)),
    'it waits for a restart that its policy does not give': !Restarting || policy !== 'no',
    'it should have been removed': !HostConfig.AutoRemove || Status !== 'exited',
  });
}

function ofLists({ containers, inspected, running }: Views): string[] {
  const names = containers.flatMap(({ Names }) => Names);
  const ids = (list: readonly View[]): string =>
    list
      .map(({ Id }) => Id)
      .sort()
      .join();
  return failed({
    [`names are there twice: ${names.join(', ')}`]: new Set(names).size === names.length,
    'the list and what is inspected differ': containers.every(
      ({ State, ImageID }, at) => State === inspected[at]?.State.Status && ImageID === inspected[at]?.Image,
    ),
    'the list without “all” is not what runs': ids(running) === ids(inspected.filter(({ State }) => State.Running)),
  });
}

function ofNetworks({ networks, inspected }: Views): string[] {
  return networks.flatMap(({ Name, Containers }) => {
    const inside = inspected.filter(
      ({ State, NetworkSettings }) => NetworkSettings.Networks[Name] && State.Running && !State.Restarting,
    );
    const addresses = inside.map(({ NetworkSettings }) => NetworkSettings.Networks[Name].IPAddress).filter(Boolean);
    return failed({
      [`network ${Name} does not have who runs in it`]:
        Object.keys(Containers).sort().join() ===
        inside
          .map(({ Id }) => Id)
          .sort()
          .join(),
      [`network ${Name} has an address twice: ${addresses.join(', ')}`]: new Set(addresses).size === addresses.length,
    });
  });
}

function ofPorts({ inspected }: Views): string[] {
  const ports = inspected.flatMap(({ NetworkSettings }) =>
    Object.values<View>(NetworkSettings.Ports).flatMap(bindings =>
      (bindings ?? []).map(({ HostIp, HostPort }: View) => `${HostIp}:${HostPort}`),
    ),
  );
  return failed({ [`ports are taken twice: ${ports.join(', ')}`]: new Set(ports).size === ports.length });
}

function ofImages({ images, inspected, volumes }: Views): string[] {
  const tags = images.flatMap(({ RepoTags }) => RepoTags ?? []).filter(tag => tag !== '<none>:<none>');
  const known = new Set(images.map(({ Id }) => Id));
  const names = new Set(volumes.map(({ Name }) => Name));
  return failed({
    [`tags lead to two images: ${tags.join(', ')}`]: new Set(tags).size === tags.length,
    'a container has lost its image': inspected.every(({ Image }) => known.has(Image)),
    'a container has lost its volume': inspected.every(({ Mounts }) =>
      Mounts.every(({ Type, Name }: View) => Type !== 'volume' || names.has(Name)),
    ),
  });
}

function failed(rules: Readonly<Record<string, boolean>>): string[] {
  return Object.entries(rules).flatMap(([sentence, holds]) => (holds ? [] : [sentence]));
}

interface Life {
  stage: 'made' | 'runs' | 'paused' | 'ended' | 'gone';
  health: string;
  readonly networks: Set<string>;
}

/** Follows the events of an engine: what happened in an order in which it cannot happen. */
export class EventOrder {
  readonly violations: string[] = [];
  readonly #lives = new Map<string, Life>();
  #lastMs = Number.NEGATIVE_INFINITY;

  see({ type, action, id, attributes, timeMs }: EngineEvent): void {
    if (timeMs < this.#lastMs) this.violations.push(`${type} ${action} of the past`);
    this.#lastMs = timeMs;
    if (type === 'container') this.#seeContainer(action, id);
    if (type === 'network' && attributes.container !== undefined) this.#seeNetwork(action, id, attributes.container);
  }

  /** What runs by its events runs. */
  compare({ inspected }: Views): readonly string[] {
    return inspected.flatMap(({ Id, Name, State }) => {
      const stage = this.#lives.get(Id)?.stage;
      const wanted = State.Paused ? 'paused' : State.Pid > 0 ? 'runs' : State.Status === 'created' ? 'made' : 'ended';
      return stage === wanted ? [] : [`${Name}: by its events it is ${stage}, by its state ${wanted}`];
    });
  }

  #seeContainer(action: string, id: string): void {
    const life = this.#lives.get(id);
    const [word = ''] = action.split(':');
    const allowed: Readonly<Record<string, readonly (Life['stage'] | undefined)[]>> = {
      create: [undefined],
      start: ['made', 'ended'],
      // Its new process may have ended by then, and it been removed.
      restart: ['runs', 'ended', 'gone'],
      pause: ['runs'],
      unpause: ['paused'],
      kill: ['runs', 'paused'],
      die: ['runs', 'paused'],
      stop: ['runs', 'paused', 'ended'],
      health_status: ['runs'],
      rename: ['made', 'runs', 'paused', 'ended'],
      destroy: ['made', 'ended'],
    };
    if (!(allowed[word] ?? [life?.stage]).includes(life?.stage)) {
      this.violations.push(`${action} of a container that is ${life?.stage ?? 'unknown'}`);
    }
    const next: Readonly<Record<string, Life['stage']>> = {
      ...{ create: 'made', start: 'runs', pause: 'paused', unpause: 'runs', die: 'ended', destroy: 'gone' },
    };
    const stage = next[word] ?? life?.stage ?? 'gone';
    if (word === 'health_status' && life?.health === action) this.violations.push(`${action} twice`);
    // A pause makes it so without a word.
    const silently: Readonly<Record<string, string>> = { start: '', pause: 'health_status: unhealthy' };
    const health = word === 'health_status' ? action : (silently[word] ?? life?.health ?? '');
    this.#lives.set(id, { stage, health, networks: life?.networks ?? new Set() });
  }

  #seeNetwork(action: string, network: string, container: string): void {
    const networks = this.#lives.get(container)?.networks;
    // A start that fails is told of by a disconnect alone, as the engine does.
    if (action === 'connect' && networks?.has(network)) this.violations.push(`network ${action} twice`);
    if (action === 'connect') networks?.add(network);
    else networks?.delete(network);
  }
}

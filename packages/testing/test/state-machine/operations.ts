import type { FakeDocker, PushOptions, VirtualClock } from '../../src/index.ts';
import type { View, Views } from './invariants.ts';
import type { Chances } from './random-numbers.ts';
import type { Answer, Request } from './request.ts';

export interface World {
  readonly docker: FakeDocker<VirtualClock>;
  readonly request: Request;
  readonly chances: Chances;
  /** Before the operation. */
  readonly views: Views;
  /** Work that is still going on. */
  readonly pending: Promise<unknown>[];
}

/** What was done, and what is wrong with the answer. */
export interface Outcome {
  readonly what: string;
  readonly violation?: string | undefined;
  /** What must be so afterwards: a sentence if it is not. */
  readonly check?: (after: Views) => string | undefined;
}

const names = ['one', 'two', 'three'];
const networkNames = ['front', 'back'];
const images: Readonly<Record<string, PushOptions>> = {
  'acme/prompt': { startMs: 100 },
  'acme/slow': { stopAfterMs: 3000 },
  'acme/deaf': { stopAfterMs: Number.POSITIVE_INFINITY },
  'acme/crash': { exitCode: 1, exitAfterMs: 700 },
  'acme/done': { exitCode: 0, exitAfterMs: 0 },
  'acme/checked': {
    health: [
      { status: 'healthy', afterMs: 1000 },
      { status: 'unhealthy', afterMs: 20_000 },
    ],
    exposedPorts: ['80/tcp'],
  },
};
const policies = [
  ...[{ Name: 'no' }, { Name: 'always' }, { Name: 'unless-stopped' }],
  ...[{ Name: 'on-failure' }, { Name: 'on-failure', MaximumRetryCount: 2 }],
];

/** Fills the registry and the engine, so that every operation has something to work on. */
export async function prepare({ docker, request }: Pick<World, 'docker' | 'request'>): Promise<void> {
  for (const [name, options] of Object.entries(images)) docker.registry.push(name, options);
  for (const name of Object.keys(images)) docker.pull(name);
  for (const Name of networkNames) await request('POST', '/networks/create', { body: { Name } });
}

type Operation = (world: World) => Promise<Outcome>;

/** The state that a container was in, by name; `undefined` if there was none. */
const statusOf = (views: Views, name: string): string | undefined =>
  views.inspected.find(({ Name }) => Name === `/${name}`)?.State.Status;

const isAlive = (status: string | undefined): boolean =>
  status === 'running' || status === 'paused' || status === 'restarting';

/** Asks for something and says which answers the state machine allows; time passes if the answer takes some. */
async function ask(
  { docker, request }: World,
  [method, path, options]: Parameters<Request>,
  isAllowed: (answer: Answer) => boolean,
): Promise<Outcome> {
  const asked = request(method, path, options);
  const answer = /\/(stop|restart)$/.test(path) ? await docker.clock.run(() => asked) : await asked;
  const what = `${method} ${path} ${JSON.stringify(options ?? {})} → ${answer.status}`;
  return { what, violation: isAllowed(answer) ? undefined : `${what} ${JSON.stringify(answer.body)}` };
}

const answers =
  (...allowed: readonly number[]) =>
  ({ status }: Answer): boolean =>
    allowed.includes(status);

interface OnContainer {
  readonly method?: string;
  /** After the container in the path, e.g. `/stop`. */
  readonly suffix?: string;
  readonly query?: (world: World) => Readonly<Record<string, string>>;
  /** The answers that its state allows; 404 if it is not there. */
  readonly allowed: (status: string, world: World, name: string) => readonly number[];
  /** The states it can be in after success; `gone` if it is removed. Default: any. */
  readonly after?: readonly string[];
  /** Of the times that the engine has started it again, the most after success. */
  readonly mostRestarts?: number;
}

/** An operation on a container by name. */
const on =
  ({ method = 'POST', suffix = '', query = () => ({}), allowed, after, mostRestarts }: OnContainer): Operation =>
  async world => {
    const name = world.chances.one(names);
    const status = statusOf(world.views, name);
    const wanted = status === undefined ? [404] : allowed(status, world, name);
    const path = `/containers/${name}${suffix}`;
    const outcome = await ask(world, [method, path, { query: query(world) }], answers(...wanted));
    if (after === undefined || status === undefined || !outcome.what.endsWith('204')) return outcome;
    const check = (views: Views): string | undefined => {
      const now = statusOf(views, name) ?? 'gone';
      if (!after.includes(now)) return `${name} is ${now} afterwards`;
      const restarts = views.inspected.find(({ Name }) => Name === `/${name}`)?.RestartCount;
      return mostRestarts !== undefined && restarts > mostRestarts ? `${name} has ${restarts} restarts` : undefined;
    };
    return { ...outcome, check };
  };

const create: Operation = async world => {
  const { chances } = world;
  // One that is free, as a rule.
  const free = names.filter(one => statusOf(world.views, one) === undefined);
  const name = chances.one(chances.below(4) === 0 || free.length === 0 ? names : free);
  const body = {
    Image: chances.one(Object.keys(images)),
    ...(chances.below(2) === 0 && { StopTimeout: 2 }),
    // Of a port that is not exposed an engine publishes nothing.
    ExposedPorts: { '80/tcp': {} },
    HostConfig: {
      RestartPolicy: chances.one(policies),
      NetworkMode: chances.one(['default', ...networkNames, 'host']),
      ...(chances.below(3) === 0 && { PortBindings: { '80/tcp': [{ HostPort: chances.one(['8080', '']) }] } }),
      ...(chances.below(4) === 0 && { Binds: ['data:/data'] }),
      ...(chances.below(8) === 0 && { AutoRemove: true, RestartPolicy: { Name: 'no' } }),
    },
  };
  const isTaken = statusOf(world.views, name) !== undefined;
  return await ask(world, ['POST', '/containers/create', { query: { name }, body }], answers(isTaken ? 409 : 201, 404));
};

const start = on({
  suffix: '/start',
  allowed: (status, world, name) => {
    if (status === 'paused') return [409];
    return isAlive(status) ? [304] : canStart(world, name);
  },
  // It may have ended by then.
  after: ['running', 'restarting', 'exited', 'gone'],
  mostRestarts: 1,
});

/** It needs its networks and its host ports. */
function canStart({ views }: World, name: string): readonly number[] {
  const { NetworkSettings, HostConfig } = views.inspected.find(({ Name }) => Name === `/${name}`);
  const known = new Set(views.networks.map(({ Name }) => Name));
  if (Object.keys(NetworkSettings.Networks).some(network => !known.has(network))) return [404];
  const wanted = Object.values<View>(HostConfig.PortBindings ?? {}).flatMap(list =>
    list.map(({ HostPort }: View) => HostPort),
  );
  const taken = views.inspected.flatMap(other =>
    Object.values<View>(other.NetworkSettings.Ports).flatMap(list =>
      (list ?? []).map(({ HostPort }: View) => HostPort),
    ),
  );
  return wanted.some(port => taken.includes(port)) ? [500] : [204];
}

const rename: Operation = async world => {
  const [from, to] = [world.chances.one(names), world.chances.one([...names, 'other'])];
  const isThere = statusOf(world.views, from) !== undefined;
  const wanted = !isThere ? 404 : from === to ? 400 : statusOf(world.views, to) !== undefined ? 409 : 204;
  return await ask(world, ['POST', `/containers/${from}/rename`, { query: { name: to } }], answers(wanted));
};

const renameBack: Operation = async world => {
  const to = world.chances.one(names);
  const wanted =
    statusOf(world.views, 'other') === undefined ? 404 : statusOf(world.views, to) !== undefined ? 409 : 204;
  return await ask(world, ['POST', '/containers/other/rename', { query: { name: to } }], answers(wanted));
};

/** A stop that nobody waits for. */
const stopMeanwhile: Operation = async ({ chances, request, pending }) => {
  const name = chances.one(names);
  pending.push(request('POST', `/containers/${name}/stop`, { query: { t: '5' } }));
  return { what: `stop of ${name} begins` };
};

const connect: Operation = async world => {
  const [network, container] = [world.chances.one(networkNames), world.chances.one(names)];
  const action = world.chances.one(['connect', 'disconnect']);
  const networks = world.views.inspected.find(({ Name }) => Name === `/${container}`)?.NetworkSettings.Networks;
  const isIn = networks !== undefined && network in networks;
  const wanted = networks === undefined ? 404 : isIn !== (action === 'connect') ? 200 : isIn ? 403 : 500;
  return await ask(
    world,
    ['POST', `/networks/${network}/${action}`, { body: { Container: container } }],
    answers(wanted),
  );
};

const removeNetwork: Operation = async world => {
  const name = world.chances.one(networkNames);
  const network = world.views.networks.find(({ Name }) => Name === name);
  const isUsed = Object.keys(network?.Containers ?? {}).length > 0;
  const outcome = await ask(world, ['DELETE', `/networks/${name}`], answers(isUsed ? 403 : 204));
  await world.request('POST', '/networks/create', { body: { Name: name } });
  return outcome;
};

const push: Operation = async ({ docker, chances }) => {
  const name = chances.one(Object.keys(images));
  docker.registry.push(name, { ...images[name], version: String(chances.below(1000)) });
  return { what: `push of ${name}` };
};

const pull: Operation = async world => {
  const fromImage = world.chances.one(Object.keys(images));
  return await ask(world, ['POST', '/images/create', { query: { fromImage, tag: 'latest' } }], answers(200));
};

const tag: Operation = async world => {
  const name = world.chances.one(Object.keys(images));
  return await ask(world, ['POST', `/images/${name}/tag`, { query: { repo: 'acme/kept' } }], answers(201, 404));
};

const removeImage: Operation = async world => {
  const name = world.chances.one(['acme/kept', ...Object.keys(images)]);
  return await ask(world, ['DELETE', `/images/${name}`], answers(200, 404, 409));
};

const turnHealth: Operation = async ({ docker, chances }) => {
  const found = docker.containers().filter(({ status, health }) => status === 'running' && health !== undefined);
  if (found.length === 0) return { what: 'no health to change' };
  const [container, status] = [chances.one(found), chances.one(['healthy', 'unhealthy'] as const)];
  container.setHealth(status);
  return { what: `health of ${container.name} is ${status}` };
};

const exit: Operation = async ({ docker, chances }) => {
  const found = docker.containers().filter(({ status }) => status === 'running' || status === 'paused');
  if (found.length === 0) return { what: 'nothing to end' };
  const [container, code] = [chances.one(found), chances.one([0, 1, 137])];
  container.exit(code);
  return { what: `${container.name} ends with ${code}` };
};

const pass: Operation = async ({ docker, chances }) => {
  const ms = chances.one([1, 99, 100, 700, 2000, 10_000, 60_000]);
  await docker.clock.advance(ms);
  return { what: `${ms} ms pass` };
};

const restartDaemon: Operation = async ({ docker, chances, views }) => {
  const liveRestore = chances.below(2) === 0;
  const [before, awayMs] = [docker.events.history.length, 500];
  const backMs = docker.clock.now() + awayMs;
  await docker.clock.run(() => docker.restart({ awayMs, liveRestore }));
  const early = docker.events.history.slice(before).find(({ action, timeMs }) => action === 'start' && timeMs < backMs);
  const check = ({ inspected }: Views): string | undefined =>
    views.inspected
      .flatMap(before =>
        inspected.filter(({ Id }) => Id === before.Id).map(after => outlives(before, after, liveRestore)),
      )
      .find(sentence => sentence !== undefined);
  const violation = early && `${early.attributes.name} is started without a daemon`;
  return { what: `restart of the daemon${liveRestore ? ' with live-restore' : ''}`, violation, check };
};

/** What a container must be after a restart of the daemon. */
function outlives(before: View, after: View, liveRestore: boolean): string | undefined {
  const { Name, Config, HostConfig } = before;
  const endsByItself = ['acme/crash', 'acme/done'].includes(Config.Image);
  if (before.State.Status === 'created' && after.State.Status !== 'created')
    return `${Name} is started for the first time`;
  if (!liveRestore && HostConfig.RestartPolicy.Name === 'no' && after.State.Running) return `${Name} runs again`;
  if (!liveRestore || endsByItself || before.State.Pid === 0) return undefined;
  return before.State.StartedAt === after.State.StartedAt ? undefined : `${Name} has not lived through it`;
}

const stop = on({
  suffix: '/stop',
  allowed: status => (isAlive(status) ? [204] : [304]),
  after: ['exited', 'gone'],
});
const killOptions = { suffix: '/kill', allowed: (status: string) => (isAlive(status) ? [204] : [409]) };
const kill = on({ ...killOptions, after: ['exited', 'gone'] });
const signal = on({ ...killOptions, query: ({ chances }) => ({ signal: chances.one(['TERM', 'HUP']) }) });
const pause = on({
  suffix: '/pause',
  allowed: status => (status === 'running' ? [204] : [409]),
  after: ['paused'],
});
const unpause = on({
  suffix: '/unpause',
  allowed: status => (status === 'paused' ? [204] : [409, 500]),
  after: ['running'],
});
/** What it stops gives its ports and addresses back before it starts anew. */
const restart = on({
  suffix: '/restart',
  allowed: (status, world, name) => (isAlive(status) ? [204] : canStart(world, name)),
  after: ['running', 'restarting', 'exited', 'gone'],
});
const remove = on({ method: 'DELETE', allowed: status => (isAlive(status) ? [409] : [204]), after: ['gone'] });
const removeByForce = on({
  method: 'DELETE',
  query: () => ({ force: '1', v: '1' }),
  allowed: () => [204],
  after: ['gone'],
});

/** What a run begins with. */
export const opening: readonly Operation[] = [create, create, create, start, start, start, start];

/** How often each is done, of all the times together. */
const weights: readonly (readonly [times: number, operation: Operation])[] = [
  ...([
    [4, create],
    [6, start],
    [4, pass],
    [3, pause],
  ] as const),
  ...[stop, kill, signal, unpause, restart, remove, removeByForce, exit, stopMeanwhile, rename, renameBack]
    .concat([restartDaemon, turnHealth, push, pull, tag, removeImage, connect, removeNetwork])
    .map(operation => [1, operation] as const),
];

export const operations: readonly Operation[] = weights.flatMap(([times, operation]) =>
  Array.from({ length: times }, () => operation),
);

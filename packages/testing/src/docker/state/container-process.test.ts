import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../clock/virtual-clock.ts';
import type { PushOptions } from '../../registry/fake-registry.ts';
import type { FakeContainer } from '../fake-container.ts';
import { FakeDocker } from '../fake-docker.ts';
import { removeContainer } from './remove-container.ts';
import { restartContainer } from './restart-container.ts';
import { startContainer } from './start-container.ts';
import { killContainer, stopContainer } from './stop-container.ts';

interface World extends AsyncDisposable {
  readonly docker: FakeDocker;
  readonly clock: VirtualClock;
  readonly web: FakeContainer;
  /** `action at milliseconds`, since the world began or the last time it was asked; network events left out. */
  events(): string[];
}

/** A container that runs since second 0. */
const start = async (image: PushOptions, config: Readonly<Record<string, unknown>> = {}): Promise<World> => {
  const clock = new VirtualClock({ startMs: 0 });
  const docker = await FakeDocker.start({ socketPath: false, clock });
  docker.registry.push('acme/web', image);
  const web = docker.run('acme/web', { name: 'web', config });
  const seen: string[] = [];
  let asked = 0;
  return {
    docker,
    clock,
    web,
    events: () => {
      const containers = docker.state.events.history.filter(({ type }) => type === 'container');
      seen.push(...containers.slice(seen.length).map(({ action, timeMs }) => `${action} at ${timeMs}`));
      const since = seen.slice(asked);
      asked = seen.length;
      return since;
    },
    [Symbol.asyncDispose]: () => docker[Symbol.asyncDispose](),
  };
};
const restarting = (Name: string, MaximumRetryCount = 0): Readonly<Record<string, unknown>> => ({
  HostConfig: { RestartPolicy: { Name, MaximumRetryCount } },
});

describe('a process', () => {
  it('ends after its time with its code, and not if it was stopped before', async () => {
    await using world = await start({ exitCode: 3, exitAfterMs: 500 });
    await world.clock.advance(499);
    expect(world.web.status).toBe('running');
    await world.clock.advance(1);
    expect(world.events()).toEqual(['create at 0', 'start at 0', 'die at 500']);
    expect([world.web.status, world.web.exitCode]).toEqual(['exited', 3]);
    startContainer(world.docker.state, 'web');
    await stopContainer(world.docker.state, 'web');
    expect(world.clock.sleepers).toBe(0);
  });

  it('ends when the test says so', async () => {
    await using world = await start({});
    world.web.exit(7, { afterMs: 50 });
    await world.clock.advance(50);
    expect(world.web.exitCode).toBe(7);
  });
});

describe('a health check', () => {
  it('says what its image says, when it says it', async () => {
    await using world = await start({
      health: [
        { status: 'healthy', afterMs: 1000 },
        { status: 'unhealthy', afterMs: 5000, output: 'no database' },
      ],
    });
    expect(world.web.health).toBe('starting');
    await world.clock.advance(1000);
    expect(world.web.health).toBe('healthy');
    expect(() => world.web.setHealth('starting')).toThrow('the health of container web is known by now');
    await world.clock.advance(4000);
    expect(world.docker.state.containers.get(world.web.id)?.probes.at(-1)?.output).toBe('no database');
    expect(world.events()).toEqual([
      'create at 0',
      'start at 0',
      'health_status: healthy at 1000',
      'health_status: unhealthy at 5000',
    ]);
  });

  it('says nothing of a process that has ended, and begins anew with the next one', async () => {
    await using world = await start({ health: [{ status: 'healthy', afterMs: 1000 }] });
    await world.clock.advance(900);
    await restartContainer(world.docker.state, 'web');
    await world.clock.advance(900);
    expect(world.web.health).toBe('starting');
    await world.clock.advance(100);
    expect(world.web.health).toBe('healthy');
  });
});

describe('a restart policy', () => {
  it('starts a container that crashes again and again, later each time', async () => {
    await using world = await start({ exitCode: 1 }, restarting('always'));
    expect([world.web.status, world.web.exitCode, world.web.restartCount]).toEqual(['restarting', 1, 1]);
    await world.clock.advance(700);
    const cycle = (ms: number): string[] => [`start at ${ms}`, `die at ${ms}`];
    expect(world.events()).toEqual(['create at 0', ...[0, 100, 300, 700].flatMap(cycle)]);
    expect(world.web.restartCount).toBe(4);
  });

  it('counts from the start by a client', async () => {
    await using world = await start({ exitCode: 1 }, restarting('on-failure', 2));
    await world.clock.advance(60_000);
    expect([world.web.status, world.web.restartCount]).toEqual(['exited', 2]);
    startContainer(world.docker.state, 'web');
    expect([world.web.status, world.web.restartCount]).toEqual(['restarting', 1]);
  });

  it('does not start what a client has stopped or killed', async () => {
    await using world = await start({}, restarting('always'));
    const { state } = world.docker;
    await stopContainer(state, 'web');
    startContainer(state, 'web');
    killContainer(state, 'web', 'TERM');
    startContainer(state, 'web');
    killContainer(state, 'web');
    await world.clock.advance(60_000);
    expect(world.web.status).toBe('exited');
  });

  it('starts what was killed with another signal', async () => {
    await using world = await start({}, restarting('always'));
    killContainer(world.docker.state, 'web', 'INT');
    expect(world.web.status).toBe('restarting');
    await world.clock.advance(100);
    expect(world.web.status).toBe('running');
  });

  it('gives up when the container cannot be started any more', async () => {
    const published = { PortBindings: { '80/tcp': [{ HostPort: '8080' }] } };
    const exposed = { ExposedPorts: { '80/tcp': {} } };
    await using world = await start(
      { exitCode: 1, exitAfterMs: 10 },
      { ...exposed, HostConfig: { ...published, RestartPolicy: { Name: 'always' } } },
    );
    await world.clock.advance(10);
    world.docker.registry.push('acme/other');
    world.docker.run('acme/other', { name: 'other', config: { ...exposed, HostConfig: published } });
    await world.clock.advance(100);
    expect(world.web.status).toBe('exited');
  });
});

describe('a container that waits to be started again', () => {
  it('is shown so', async () => {
    await using world = await start({ exitCode: 1 }, restarting('always'));
    const { docker } = world;
    const answer = async (path: string): Promise<unknown> =>
      await docker.client.send({ method: 'GET', path }, () => [...docker.state.containers.values()]);
    expect(await answer('/containers/json')).toMatchObject([{ state: { status: 'restarting' } }]);
    expect(startContainer(docker.state, 'web')).toBe(false);
    expect(() => removeContainer(docker.state, 'web', { force: false })).toThrow(
      'cannot remove container "web": container is restarting: stop the container before removing or force remove',
    );
  });

  it('ends with its last code when it is stopped, with that event only', async () => {
    await using world = await start({ exitCode: 4 }, restarting('always'));
    world.events();
    expect(await stopContainer(world.docker.state, 'web')).toBe(true);
    await world.clock.advance(60_000);
    expect(world.events()).toEqual(['stop at 0']);
    expect([world.web.status, world.web.exitCode]).toEqual(['exited', 4]);
  });

  it('ends without an event when it is killed, and with its end only when it is removed', async () => {
    await using world = await start({ exitCode: 4 }, restarting('always'));
    world.events();
    killContainer(world.docker.state, 'web');
    expect(world.web.status).toBe('exited');
    startContainer(world.docker.state, 'web');
    world.events();
    removeContainer(world.docker.state, 'web', { force: true });
    await world.clock.advance(60_000);
    expect(world.events()).toEqual(['destroy at 0']);
  });
});

describe('a stop', () => {
  it('waits for what ends slowly', async () => {
    await using world = await start({ stopAfterMs: 3000 });
    world.events();
    expect(await world.clock.run(() => stopContainer(world.docker.state, 'web'))).toBe(true);
    expect(world.events()).toEqual(['kill at 0', 'stop at 3000', 'die at 3000']);
    expect(world.web.exitCode).toBe(0);
  });

  it('kills what does not mind the signal after ten seconds', async () => {
    await using world = await start({ stopAfterMs: Number.POSITIVE_INFINITY });
    world.events();
    await world.clock.run(() => stopContainer(world.docker.state, 'web'));
    expect(world.events()).toEqual(['kill at 0', 'kill at 10000', 'stop at 10000', 'die at 10000']);
    expect(world.web.exitCode).toBe(137);
  });

  it('gives the time that the container was made with, or that the call asks for', async () => {
    await using world = await start({ stopAfterMs: Number.POSITIVE_INFINITY }, { StopTimeout: 2 });
    const { clock, docker } = world;
    await clock.run(() => stopContainer(docker.state, 'web'));
    expect(clock.now()).toBe(2000);
    startContainer(docker.state, 'web');
    await clock.run(() => stopContainer(docker.state, 'web', { timeoutMs: 500 }));
    expect(clock.now()).toBe(2500);
  });

  it('ends with the shortest of several', async () => {
    await using world = await start({ stopAfterMs: Number.POSITIVE_INFINITY });
    const { clock, docker } = world;
    world.events();
    await clock.run(() =>
      Promise.all([stopContainer(docker.state, 'web'), stopContainer(docker.state, 'web', { timeoutMs: 1000 })]),
    );
    expect(world.events()).toEqual([
      'kill at 0',
      'kill at 0',
      'kill at 1000',
      'stop at 1000',
      'stop at 1000',
      'die at 1000',
    ]);
  });
});

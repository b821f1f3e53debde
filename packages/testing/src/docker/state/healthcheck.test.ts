import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../clock/virtual-clock.ts';
import type { PushOptions } from '../../registry/fake-registry.ts';
import type { FakeContainer } from '../fake-container.ts';
import { FakeDocker } from '../fake-docker.ts';
import type { Probe } from './container-record.ts';
import { pauseContainer, unpauseContainer } from './pause-container.ts';
import { restartContainer } from './restart-container.ts';

const second = 1_000_000_000;

interface World extends AsyncDisposable {
  readonly clock: VirtualClock;
  readonly web: FakeContainer;
  readonly docker: FakeDocker;
  readonly probes: () => readonly Probe[];
  /** `action at milliseconds`; execs left out unless they are asked for. */
  readonly events: (options?: { execs: boolean }) => readonly string[];
}

const start = async (
  test: readonly string[],
  healthcheck: Readonly<Record<string, number>> = {},
  image: PushOptions = { files: {} },
): Promise<World> => {
  const clock = new VirtualClock({ startMs: 0 });
  const docker = await FakeDocker.start({ socketPath: false, clock });
  docker.registry.push('acme/web', image);
  const config = { Healthcheck: { Test: test, Interval: second, Timeout: second, ...healthcheck } };
  const web = docker.run('acme/web', { name: 'web', config });
  return {
    clock,
    web,
    docker,
    probes: () => docker.state.containers.get(web.id)?.probes ?? [],
    events: ({ execs } = { execs: false }) =>
      docker.state.events.history
        .filter(({ action }) => action.startsWith(execs ? 'exec_' : 'health_'))
        .map(({ action, timeMs }) => `${action} at ${timeMs}`),
    [Symbol.asyncDispose]: () => docker[Symbol.asyncDispose](),
  };
};

describe('a health check', () => {
  it('is run one interval after the start, and from then on, as an exec that the events tell of', async () => {
    await using world = await start(['CMD-SHELL', 'test -f /ready']);
    await world.clock.advance(999);
    expect([world.web.health, world.probes()]).toEqual(['starting', []]);
    await world.clock.advance(1);
    const words = '/bin/sh -c test -f /ready';
    expect(world.events({ execs: true })).toEqual([
      `exec_create: ${words} at 1000`,
      `exec_start: ${words} at 1000`,
      'exec_die at 1000',
    ]);
    expect(world.probes()).toEqual([{ startMs: 1000, endMs: 1000, exitCode: 1, output: '' }]);
    await world.clock.advance(1000);
    expect(world.web.health).toBe('starting');
    await world.clock.advance(1000);
    expect(world.web.health).toBe('unhealthy');
    world.web.files.write('/ready', '');
    await world.clock.advance(1000);
    expect(world.web.health).toBe('healthy');
    expect(world.events()).toEqual(['health_status: unhealthy at 3000', 'health_status: healthy at 4000']);
  });

  it('keeps the last five probes and 4096 characters of what each has printed', async () => {
    await using world = await start(['CMD', 'sh', '-c', 'seq 2000']);
    await world.clock.advance(7000);
    expect(world.probes().map(({ startMs }) => startMs)).toEqual([3000, 4000, 5000, 6000, 7000]);
    expect(world.probes()[0]?.output).toMatch(/^1\n[\s\S]{4094}\.\.\.$/);
  });

  it('looks every start interval in the start period, and forgives what fails there', async () => {
    const times = { StartPeriod: 10 * second, StartInterval: 2 * second, Retries: 1 };
    await using world = await start(['CMD', 'false'], times);
    await world.clock.advance(10_999);
    expect(world.probes().map(({ startMs }) => startMs)).toEqual([2000, 4000, 6000, 8000, 10_000]);
    expect(world.events()).toEqual(['health_status: unhealthy at 10000']);
  });

  it('waits five seconds in a start period that does not say how long', async () => {
    await using world = await start(['CMD', 'false'], { StartPeriod: 2 * second });
    await world.clock.advance(6000);
    expect(world.probes().map(({ startMs }) => startMs)).toEqual([5000, 6000]);
  });

  it('does not look often any more once it was healthy', async () => {
    const times = { StartPeriod: 60 * second, StartInterval: second, Interval: 10 * second };
    await using world = await start(['CMD', 'true'], times);
    await world.clock.advance(25_000);
    expect(world.probes().map(({ startMs }) => startMs)).toEqual([1000, 11_000, 21_000]);
    expect(world.web.health).toBe('healthy');
  });

  it('that takes too long has failed', async () => {
    await using world = await start(['CMD', 'sleep', '100'], { Timeout: 2 * second, Retries: 1 });
    await world.clock.advance(3000);
    const output = 'Health check exceeded timeout (2s)';
    expect(world.probes()).toEqual([{ startMs: 1000, endMs: 3000, exitCode: -1, output }]);
    expect(world.events()).toEqual(['health_status: unhealthy at 3000']);
    expect(world.docker.state.containers.get(world.web.id)?.processes.all).toEqual([]);
  });

  it('fails if there is no such program in an image whose files are known', async () => {
    await using world = await start(['CMD', 'curl', 'localhost'], { Retries: 1 });
    await world.clock.advance(1000);
    expect(world.probes()).toMatchObject([
      { exitCode: -1, output: expect.stringContaining('OCI runtime exec failed') },
    ]);
    expect(world.web.health).toBe('unhealthy');
  });

  it('is not looked at where it asks for programs that an image may have: all is well', async () => {
    await using world = await start(['CMD-SHELL', 'curl -f localhost || exit 1'], {}, {});
    expect(world.web.health).toBe('healthy');
    await world.clock.advance(5000);
    expect(world.events({ execs: true })).toEqual([]);
  });

  it('begins anew with the next process, and does not look at one that is paused or has ended', async () => {
    await using world = await start(['CMD', 'true']);
    const { clock, docker } = world;
    await clock.advance(1000);
    await restartContainer(docker.state, 'web');
    expect([world.web.health, world.probes()]).toEqual(['starting', []]);
    pauseContainer(docker.state, 'web');
    await clock.advance(5000);
    expect(world.probes()).toEqual([]);
    unpauseContainer(docker.state, 'web');
    await clock.advance(1000);
    expect(world.web.health).toBe('healthy');
    world.web.exit(1);
    const before = world.events({ execs: true }).length;
    await clock.advance(60_000);
    expect(world.events({ execs: true })).toHaveLength(before);
    expect(clock.sleepers).toBe(0);
  });

  it('is bad while nobody looks at it, and nobody is told', async () => {
    await using world = await start(['CMD', 'true']);
    const { clock, docker } = world;
    await clock.advance(1000);
    const told = world.events();
    pauseContainer(docker.state, 'web');
    expect([world.web.health, world.events()]).toEqual(['unhealthy', told]);
    await clock.advance(5000);
    unpauseContainer(docker.state, 'web');
    expect(world.web.health).toBe('unhealthy');
    await clock.advance(1000);
    expect(world.web.health).toBe('healthy');
    expect(world.events()).toEqual([...told, 'health_status: healthy at 7000']);
  });

  it('is again what the test has said one interval after a pause', async () => {
    await using world = await start(['CMD', 'false'], { Retries: 1 });
    const { clock, docker } = world;
    world.web.setHealth('healthy');
    pauseContainer(docker.state, 'web');
    unpauseContainer(docker.state, 'web');
    await clock.advance(999);
    expect(world.web.health).toBe('unhealthy');
    await clock.advance(1);
    expect(world.web.health).toBe('healthy');
  });

  it('is told after a pause what the test says in it', async () => {
    await using world = await start(['CMD', 'true']);
    const { clock, docker } = world;
    pauseContainer(docker.state, 'web');
    world.web.setHealth('healthy');
    expect([world.web.health, world.events()]).toEqual(['unhealthy', []]);
    unpauseContainer(docker.state, 'web');
    await clock.advance(1000);
    expect(world.events()).toEqual(['health_status: healthy at 1000']);
  });

  it('stays bad after a pause if the test says so meanwhile', async () => {
    await using world = await start(['CMD', 'false'], { Retries: 1 });
    const { clock, docker } = world;
    world.web.setHealth('healthy');
    pauseContainer(docker.state, 'web');
    unpauseContainer(docker.state, 'web');
    world.web.setHealth('unhealthy');
    await clock.advance(10_000);
    expect(world.web.health).toBe('unhealthy');
  });

  it('tells what it has printed before its time was over', async () => {
    await using world = await start(['CMD-SHELL', 'echo one; sleep 60'], { Timeout: 2e9, Retries: 1 });
    await world.clock.advance(3000);
    expect(world.probes()).toMatchObject([{ exitCode: -1, output: 'Health check exceeded timeout (2s): one\n' }]);
  });

  it('says nothing any more once the test has said what it says', async () => {
    await using world = await start(['CMD', 'false'], { Retries: 1 });
    world.web.setHealth('healthy');
    await world.clock.advance(10_000);
    expect(world.web.health).toBe('healthy');
  });
});

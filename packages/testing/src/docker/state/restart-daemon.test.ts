import { expect, it } from 'vitest';
import { VirtualClock } from '../../clock/virtual-clock.ts';
import { FakeDocker } from '../fake-docker.ts';
import { createFakeEngine } from '../fake-engine.ts';
import { stopContainer } from './stop-container.ts';

const world = async (): Promise<{ docker: FakeDocker; clock: VirtualClock } & AsyncDisposable> => {
  const clock = new VirtualClock({ startMs: 0 });
  const docker = await FakeDocker.start({ socketPath: false, clock });
  docker.registry.push('acme/web');
  docker.registry.push('acme/crash', { exitCode: 1 });
  docker.registry.push('acme/stubborn', { stopAfterMs: Number.POSITIVE_INFINITY });
  return { docker, clock, [Symbol.asyncDispose]: () => docker[Symbol.asyncDispose]() };
};
const policy = (Name: string): Readonly<Record<string, unknown>> => ({ HostConfig: { RestartPolicy: { Name } } });
const states = (docker: FakeDocker): Record<string, string> =>
  Object.fromEntries(docker.containers().map(({ name, status, exitCode }) => [name, `${status} ${exitCode}`]));

// Recorded from an engine 28.5.2 that got SIGTERM and was started again.
it('starts what has a restart policy, as the engine does', async () => {
  await using one = await world();
  const { docker, clock } = one;
  docker.run('acme/web', { name: 'plain' });
  docker.run('acme/stubborn', { name: 'stubborn' });
  docker.run('acme/web', { name: 'always', config: policy('always') });
  docker.run('acme/web', { name: 'unless-stopped', config: policy('unless-stopped') });
  docker.run('acme/web', { name: 'on-failure', config: policy('on-failure') });
  docker.run('acme/stubborn', { name: 'on-failure-stubborn', config: policy('on-failure') });
  docker.run('acme/web', { name: 'always-stopped', config: policy('always') });
  docker.run('acme/web', { name: 'unless-stopped-stopped', config: policy('unless-stopped') });
  docker.run('acme/crash', { name: 'crash', config: policy('always') });
  docker.run('acme/web', { name: 'removed', config: { HostConfig: { AutoRemove: true } } });
  await stopContainer(docker.state, 'always-stopped');
  await stopContainer(docker.state, 'unless-stopped-stopped');
  await clock.run(() => docker.restart({ awayMs: 2000 }));
  expect(clock.now()).toBe(2000);
  expect(states(docker)).toEqual({
    plain: 'exited 0',
    stubborn: 'exited 137',
    always: 'running 0',
    'unless-stopped': 'running 0',
    'on-failure': 'exited 0',
    'on-failure-stubborn': 'running 0',
    'always-stopped': 'running 0',
    'unless-stopped-stopped': 'exited 0',
    crash: 'restarting 1',
  });
  expect(docker.container('crash').restartCount).toBe(1);
  expect(docker.state.events.history[0]).toMatchObject({ timeMs: 2000 });
});

it('lets containers run on with live-restore', async () => {
  await using one = await world();
  const { docker, clock } = one;
  docker.run('acme/web', { name: 'plain' });
  docker.run('acme/crash', { name: 'crash', config: policy('always') });
  await clock.run(() => docker.restart({ awayMs: 50, liveRestore: true }));
  expect(states(docker)).toEqual({ plain: 'running 0', crash: 'restarting 1' });
});

it('starts nothing while there is no daemon to do it', async () => {
  await using one = await world();
  const { docker, clock } = one;
  docker.registry.push('acme/later', { exitCode: 1, exitAfterMs: 500 });
  docker.run('acme/later', { name: 'later', config: policy('always') });
  await clock.run(() => docker.restart({ awayMs: 2000, liveRestore: true }));
  const starts = docker.events.matching({ action: 'start', of: 'later' });
  expect(starts.map(({ timeMs }) => timeMs)).toEqual([0, 2000]);
});

it('forgets a stop that it was about to end with a kill', async () => {
  await using one = await world();
  const { docker, clock } = one;
  const { id } = docker.run('acme/stubborn', { name: 'stubborn' });
  const stop = createFakeEngine(docker).stopContainer(id);
  const cut = expect(stop).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
  await clock.run(() => docker.restart({ awayMs: 1000, liveRestore: true }));
  await cut;
  await clock.advance(60_000);
  expect(docker.container('stubborn').status).toBe('running');
});

it('lets streams of events see the end of the containers, and ends them', async () => {
  await using one = await world();
  const { docker, clock } = one;
  docker.run('acme/web', { name: 'web' });
  const seen: string[] = [];
  const watch = async (): Promise<void> => {
    const { signal } = new AbortController();
    for await (const { action } of createFakeEngine(docker).watchContainers({ labels: [] }, { signal }))
      seen.push(action);
  };
  const watched = expect(watch()).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
  await clock.advance(0);
  await clock.run(() => docker.restart({ awayMs: 1000 }));
  await watched;
  expect(seen).toEqual(['kill', 'stop', 'die']);
});

it('does not come back when the test has ended', async () => {
  const { docker, clock } = await world();
  const restart = docker.restart({ awayMs: 1000 });
  await clock.advance(10);
  await docker[Symbol.asyncDispose]();
  await restart;
  expect(clock.sleepers).toBe(0);
});

import Docker from 'dockerode';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeDocker, VirtualClock } from '../src/index.ts';

describe('a fault over HTTP', () => {
  let docker: FakeDocker;
  let clock: VirtualClock;
  let client: Docker;

  beforeEach(async () => {
    clock = new VirtualClock({ startMs: 0 });
    docker = await FakeDocker.start({ clock });
    client = new Docker({ socketPath: docker.socketPath });
    docker.registry.push('acme/web:latest');
  });
  afterEach(() => docker[Symbol.asyncDispose]());

  /** The request has arrived, and somebody waits for the clock. */
  const untilSleeping = async (): Promise<void> => await vi.waitFor(() => expect(clock.sleepers).toBe(1));
  const hasImage = (): boolean => docker.state.images.find('acme/web:latest') !== undefined;

  it('is a connection cut after the daemon has acted', async () => {
    docker.pull('acme/web:latest');
    docker.faults.next('POST /images/**', { drop: true, when: 'after' });
    const tag = client.getImage('acme/web:latest').tag({ repo: 'acme/web', tag: 'kept' });
    await expect(tag).rejects.toThrow(/socket hang up/);
    expect(docker.state.images.find('acme/web:kept')).toBeDefined();
  });

  it.each([
    ['before', false],
    ['after', true],
  ] as const)('is a daemon that hangs %s it pulls, until the client leaves', async (when, pulled) => {
    const fault = docker.faults.next('POST /images/create', { hang: true, when });
    const caller = new AbortController();
    const pull = client.pull('acme/web:latest', { abortSignal: caller.signal });
    const left = expect(pull).rejects.toThrow(/abort/);
    await vi.waitFor(() => expect(fault.reached).toBe(1));
    caller.abort();
    await left;
    expect(hasImage()).toBe(pulled);
    expect(docker.calls.all).toMatchObject([{ path: '/images/create', status: undefined }]);
  });

  it('is an answer that comes late', async () => {
    docker.faults.next('GET /version', { slowMs: 5000 });
    const version = client.version();
    await untilSleeping();
    await clock.advance(5000);
    expect(await version).toMatchObject({ Version: '28.5.2' });
  });

  it('is a restart: connections cut, streams of events ended, nobody there for a while', async () => {
    docker.run('acme/web', { name: 'web', config: { HostConfig: { RestartPolicy: { Name: 'always' } } } });
    const stream = await client.getEvents();
    const seen: string[] = [];
    const ended = new Promise<void>(resolve => stream.once('close', resolve));
    stream.on('data', chunk => seen.push(...String(chunk).trim().split('\n'))).on('error', () => undefined);
    docker.faults.next('GET /info', { restart: { awayMs: 1000 } });
    await expect(client.info()).rejects.toThrow(/socket hang up/);
    await ended;
    expect(seen.map(line => JSON.parse(line).Action)).toEqual(['kill', 'disconnect', 'stop', 'die']);
    await untilSleeping();
    await expect(client.ping()).rejects.toThrow(/ENOENT|ECONNREFUSED/);
    await clock.advance(1000);
    await vi.waitFor(async () => expect(String(await client.ping())).toBe('OK'));
    expect(docker.container('web').status).toBe('running');
  });

  it('does not keep a stop from going on when the client leaves', async () => {
    docker.registry.push('acme/web:latest', { stopAfterMs: 3000 });
    const web = docker.run('acme/web', { name: 'web' });
    const caller = new AbortController();
    const stop = client.getContainer('web').stop({ t: 10, abortSignal: caller.signal });
    const left = expect(stop).rejects.toThrow(/abort/);
    await vi.waitFor(() => expect(clock.sleepers).toBe(2));
    caller.abort();
    await left;
    await clock.advance(3000);
    expect([web.status, web.exitCode]).toEqual(['exited', 0]);
  });

  it('ends a stream of events when its time has come', async () => {
    const stream = await client.getEvents({ until: 2 });
    const ended = new Promise<void>(resolve => stream.once('end', resolve).resume());
    await clock.advance(2000);
    await ended;
    expect(clock.sleepers).toBe(0);
  });
});

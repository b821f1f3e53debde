import type { Engine } from '@gopdater/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.ts';
import { FakeDocker } from './fake-docker.ts';
import { createFakeEngine } from './fake-engine.ts';
import type { Fault, FaultMoment } from './faults.ts';

describe('a fault in process', () => {
  let docker: FakeDocker;
  let clock: VirtualClock;
  let engine: Engine;

  beforeEach(async () => {
    clock = new VirtualClock({ startMs: 0 });
    docker = await FakeDocker.start({ socketPath: false, clock });
    engine = createFakeEngine(docker);
    docker.registry.push('acme/web:latest', { version: 'v1' });
    docker.pull('acme/web:latest');
  });
  afterEach(() => docker[Symbol.asyncDispose]());

  const tag = (signal?: AbortSignal): Promise<void> => engine.tagImage('acme/web:latest', 'acme/web:kept', { signal });
  const isTagged = (): boolean => docker.state.images.find('acme/web:kept') !== undefined;
  const hasEnded = async (work: Promise<unknown>): Promise<boolean> => {
    let ended = false;
    const end = (): void => {
      ended = true;
    };
    work.then(end, end);
    await clock.advance(60 * 60 * 1000);
    return ended;
  };

  it.each<[string, Fault, boolean]>([
    ['a connection cut before the daemon acts', { drop: true }, false],
    ['a connection cut after it', { drop: true, when: 'after' }, true],
    ['a restart before the daemon acts', { restart: { awayMs: 100 } }, false],
    ['a restart after it', { restart: { awayMs: 100 }, when: 'after' }, true],
  ])('is %s', async (_, fault, acted) => {
    const planned = docker.faults.next('tagImage', fault);
    await expect(tag()).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE', message: expect.stringContaining('EOF') });
    expect(isTagged()).toBe(acted);
    expect(planned.reached).toBe(1);
    expect(docker.calls.all.at(-1)).toMatchObject({ path: '/images/acme/web:latest/tag', status: undefined });
  });

  it.each<[FaultMoment, boolean]>([
    ['before', false],
    ['after', true],
  ])('is a daemon that hangs %s it acts, until the caller leaves', async (when, acted) => {
    docker.faults.next('tagImage', { hang: true, when });
    const caller = new AbortController();
    const call = tag(caller.signal);
    const ended = expect(call).rejects.toMatchObject({ code: 'ABORTED' });
    expect(await hasEnded(call)).toBe(false);
    caller.abort();
    await ended;
    expect(isTagged()).toBe(acted);
  });

  it('is an answer that comes late, or not at all to one who left', async () => {
    docker.faults.next('tagImage', { slowMs: 5000 }, { times: 2 });
    const caller = new AbortController();
    const left = tag(caller.signal);
    caller.abort();
    await expect(left).rejects.toMatchObject({ code: 'ABORTED' });
    expect(clock.sleepers).toBe(0);
    expect(isTagged()).toBe(false);
    await clock.run(() => tag());
    expect([isTagged(), clock.now()]).toEqual([true, 5000]);
  });

  it('is a restart that ends what others wait for, and a while in which nobody answers', async () => {
    docker.run('acme/web', { name: 'web' });
    docker.faults.next('listContainers', { hang: true });
    docker.faults.next('tagImage', { restart: { awayMs: 100 } });
    const waiting = expect(engine.listContainers({ labels: [] })).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
    });
    await expect(tag()).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    await waiting;
    await clock.advance(99);
    await expect(engine.version()).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      message: expect.stringContaining('Cannot connect to the Docker daemon'),
    });
    await clock.advance(1);
    expect((await engine.version()).version).toBe('28.5.2');
    expect(docker.container('web').status).toBe('exited');
  });

  it('lets requests pass before it, and tells whether any has met it', async () => {
    const third = docker.faults.next('* **', { status: 500 }, { skip: 2 });
    const fourth = docker.faults.next('* **', { status: 500 }, { skip: 3 });
    const never = docker.faults.next('POST /images/create', { drop: true });
    await engine.version();
    await engine.listContainers({ labels: [] });
    expect(docker.faults.unreached()).toEqual([third, fourth, never]);
    await expect(engine.version()).rejects.toMatchObject({ code: 'ENGINE_FAILED' });
    await engine.version();
    expect(docker.faults.unreached()).toEqual([fourth, never]);
    await expect(engine.version()).rejects.toMatchObject({ code: 'ENGINE_FAILED' });
    expect(docker.faults.unreached()).toEqual([never]);
    docker.faults.clear();
    expect(docker.faults.unreached()).toEqual([]);
  });
});

import { createFakeEngine, FakeDocker, VirtualClock } from '@gopdater/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Engine, PullOptions } from './engine.ts';
import { withTimeLimits } from './time-limits.ts';

describe('an engine with time limits', () => {
  let docker: FakeDocker;
  let clock: VirtualClock;
  let engine: Engine;

  beforeEach(async () => {
    clock = new VirtualClock({ startMs: 0 });
    docker = await FakeDocker.start({ socketPath: false, clock });
    engine = withTimeLimits(createFakeEngine(docker), { clock });
    docker.registry.push('acme/web:latest');
    docker.run('acme/web:latest', { name: 'web' });
  });
  afterEach(() => docker[Symbol.asyncDispose]());

  const id = () => docker.container('web').id;
  const calls: readonly (readonly [string, number, string, () => Promise<unknown>])[] = [
    ['version', 30, '30 s', () => engine.version()],
    ['listContainers', 30, '30 s', () => engine.listContainers({ labels: [] })],
    ['inspectContainer', 30, '30 s', () => engine.inspectContainer(id())],
    ['readLogs', 30, '30 s', () => engine.readLogs(id(), { lines: 1 })],
    ['inspectImage', 30, '30 s', () => engine.inspectImage('acme/web:latest')],
    ['listImages', 30, '30 s', () => engine.listImages('docker.io/acme/web')],
    ['stopContainer', 130, '130 s', () => engine.stopContainer(id())],
    ['stopContainer', 180, '3 min', () => engine.stopContainer(id(), { graceMs: 60_000 })],
    ['removeContainer', 120, '2 min', () => engine.removeContainer(id())],
    ['removeImage', 120, '2 min', () => engine.removeImage('acme/web:latest')],
    ['tagImage', 120, '2 min', () => engine.tagImage('acme/web:latest', 'acme/web:kept')],
  ];

  test.each(calls)('gives up “%s” after %i s when the daemon hangs', async (operation, seconds, shown, call) => {
    const fault = docker.faults.next(operation, { hang: true });
    await expect(clock.run(call)).rejects.toMatchObject({
      code: 'ENGINE_TIMEOUT',
      message: `The engine did not answer within ${shown}.`,
      hint: expect.stringContaining('docker ps'),
    });
    expect(fault.reached).toBe(1);
    expect([clock.now(), clock.sleepers]).toEqual([seconds * 1000, 0]);
  });

  test.each(calls)(
    'waits for “%s” as long as it may take, and no longer for its limit',
    async (operation, seconds, _, call) => {
      docker.faults.next(operation, { slowMs: seconds * 1000 - 1 });
      if (operation === 'removeContainer') docker.container('web').exit();
      if (operation === 'removeImage') docker.faults.next(operation, { status: 409 });
      await clock.run(call);
      expect([clock.now(), clock.sleepers]).toEqual([seconds * 1000 - 1, 0]);
    },
  );

  test('rejects as the call does: with its own error, and at once when its signal comes', async () => {
    docker.faults.next('version', { status: 500 });
    await expect(engine.version()).rejects.toMatchObject({ code: 'ENGINE_FAILED' });
    docker.faults.next('version', { hang: true });
    const caller = new AbortController();
    const version = engine.version({ signal: caller.signal });
    caller.abort();
    await expect(version).rejects.toMatchObject({ code: 'ABORTED' });
    expect(clock.sleepers).toBe(0);
  });

  test('does not wait for an engine that takes no notice of its signal', async () => {
    const deaf = { ...engine, version: () => new Promise<never>(() => {}) };
    await expect(clock.run(() => withTimeLimits(deaf, { clock }).version())).rejects.toMatchObject({
      code: 'ENGINE_TIMEOUT',
    });
  });

  test('lets a pull go on for as long as it makes progress', async () => {
    const pulls = (lines: number): Engine =>
      withTimeLimits(
        {
          ...engine,
          pullImage: async (_, { onProgress, signal }: PullOptions = {}) => {
            for (let line = 0; line < lines; line += 1) {
              await clock.sleep(9 * 60_000, { signal });
              onProgress?.({ status: 'Downloading' });
            }
            await clock.sleep(11 * 60_000, { signal });
            signal?.throwIfAborted();
          },
        },
        { clock },
      );
    const seen: string[] = [];
    const options = { onProgress: ({ status }: { readonly status: string }) => seen.push(status) };
    await expect(clock.run(() => pulls(3).pullImage('acme/web:latest', options))).rejects.toMatchObject({
      code: 'PULL_FAILED',
      message: 'acme/web:latest could not be pulled: nothing came for 10 min.',
    });
    expect(seen).toHaveLength(3);
    expect([clock.now(), clock.sleepers]).toEqual([(3 * 9 + 10) * 60_000, 0]);
  });

  test('watches events without a limit', async () => {
    const stop = new AbortController();
    const events = engine.watchContainers({ labels: [] }, { signal: stop.signal })[Symbol.asyncIterator]();
    const first = events.next();
    await clock.advance(24 * 60 * 60_000);
    docker.container('web').exit();
    expect(await first).toMatchObject({ value: { action: 'die' } });
    stop.abort();
  });
});

import { FakeRegistry } from '@gopdater/testing';
import { describe, expect, test } from 'vitest';
import { parseReference } from '../image/reference.ts';
import { createRegistry } from './registry.ts';

const image = parseReference('acme/web:latest');

/** A registry with one image, and a client on a clock that moves only when somebody waits. */
async function start({ stopWhenWaiting = false } = {}) {
  const fake = new FakeRegistry();
  const { digest } = fake.push('acme/web:latest');
  const mirror = await fake.listen();
  const waits: number[] = [];
  const stop = new AbortController();
  let now = Date.UTC(2026, 0, 1);
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      waits.push(ms);
      now += ms;
      if (stopWhenWaiting) stop.abort();
    },
  };
  const registry = createRegistry({ mirror, clock });
  return {
    fake,
    digest,
    waits,
    resolve: async () => await registry.resolve(image, { signal: stop.signal }),
    [Symbol.asyncDispose]: async () => await fake.close(),
  };
}

describe('a registry that says when to come again', () => {
  test.each([
    ['in seconds', '30'],
    ['as a date', 'Thu, 01 Jan 2026 00:00:30 GMT'],
  ])('is asked again then: %s', async (_, retryAfter) => {
    await using world = await start();
    world.fake.fail({ status: 429, headers: { 'Retry-After': retryAfter } });
    expect(await world.resolve()).toBe(world.digest);
    expect(world.waits).toEqual([30_000]);
  });

  test('is asked again when it was away, too', async () => {
    await using world = await start();
    world.fake.fail({ status: 503, headers: { 'Retry-After': '5' }, times: 6 });
    expect(await world.resolve()).toBe(world.digest);
    expect(world.waits).toEqual([5000, 5000, 5000, 5000, 8000, 16_000]);
  });

  test('is not waited for longer than a minute in all', async () => {
    await using world = await start();
    world.fake.fail({ status: 429, headers: { 'Retry-After': '25' }, times: 9 });
    await expect(world.resolve()).rejects.toMatchObject({
      code: 'REGISTRY_FAILED',
      message: 'The registry docker.io limits our requests.',
      hint: 'Try again after 2026-01-01T00:01:15.000Z, or log in with “docker login” for a higher limit.',
    });
    expect(world.waits).toEqual([25_000, 25_000]);
  });

  test('is not waited for at all when that is too long', async () => {
    await using world = await start();
    world.fake.fail({ status: 429, headers: { 'Retry-After': '21600' } });
    await expect(world.resolve()).rejects.toMatchObject({
      code: 'REGISTRY_FAILED',
      hint: expect.stringContaining('2026-01-01T06:00:00.000Z'),
    });
    expect(world.waits).toEqual([]);
    expect(world.fake.calls).toHaveLength(1);
  });

  test('is not asked without end when it always says now', async () => {
    await using world = await start();
    world.fake.fail({ status: 429, headers: { 'Retry-After': '0' }, times: 99 });
    await expect(world.resolve()).rejects.toMatchObject({ code: 'REGISTRY_FAILED' });
    expect(world.fake.calls).toHaveLength(7);
  });

  test('is left alone when the wait is stopped', async () => {
    await using world = await start({ stopWhenWaiting: true });
    world.fake.fail({ status: 429, headers: { 'Retry-After': '30' }, times: 2 });
    await expect(world.resolve()).rejects.toMatchObject({ code: 'ABORTED' });
    expect(world.fake.calls).toHaveLength(1);
  });
});

describe('a registry that fails and does not say when to come again', () => {
  test.each([429, 502, 503, 504])('is asked three times more after %i', async status => {
    await using world = await start();
    world.fake.fail({ status, times: 3 });
    expect(await world.resolve()).toBe(world.digest);
    expect(world.waits).toEqual([500, 1000, 2000]);
  });

  test('and goes on failing has failed', async () => {
    await using world = await start();
    world.fake.fail({ status: 429, times: 9 });
    await expect(world.resolve()).rejects.toMatchObject({
      code: 'REGISTRY_FAILED',
      hint: 'Try again later, or log in with “docker login” for a higher limit.',
    });
    expect(world.fake.calls).toHaveLength(4);
  });

  test('is asked again when it cut the connection', async () => {
    await using world = await start();
    world.fake.fail({ drop: true, times: 2 });
    expect(await world.resolve()).toBe(world.digest);
    expect(world.waits).toEqual([500, 1000]);
  });

  test('cannot be reached when it cuts every connection', async () => {
    await using world = await start();
    world.fake.fail({ drop: true, times: 9 });
    await expect(world.resolve()).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
    expect(world.fake.calls).toHaveLength(4);
  });

  test.each([400, 403, 404, 500])('is not asked again after %i', async status => {
    await using world = await start();
    world.fake.fail({ status });
    await expect(world.resolve()).rejects.toThrow();
    expect(world.waits).toEqual([]);
  });
});

test('a token server that limits us is waited for, out of the same minute', async () => {
  await using world = await start();
  world.fake.requireToken();
  world.fake.fail({ status: 429, headers: { 'Retry-After': '40' }, on: 'token' });
  world.fake.fail({ status: 429, headers: { 'Retry-After': '40' } });
  await expect(world.resolve()).rejects.toMatchObject({ code: 'REGISTRY_FAILED' });
  expect(world.waits).toEqual([40_000]);
});

import { createFakeEngine, FakeDocker, VirtualClock } from '@gopdater/testing';
import { describe, expect, test } from 'vitest';
import { outlast } from './outlast.ts';
import { withTimeLimits } from './time-limits.ts';

async function createScene() {
  const clock = new VirtualClock({ startMs: 0 });
  const docker = await FakeDocker.start({ socketPath: false, clock });
  docker.registry.push('acme/web:latest');
  docker.pull('acme/web:latest');
  const engine = withTimeLimits(createFakeEngine(docker), { clock });
  let tries = 0;
  const tag = async () => {
    tries += 1;
    await engine.tagImage('acme/web:latest', 'acme/web:kept');
  };
  const run = async (work: () => Promise<void>) => await clock.run(async () => await outlast(work, { engine, clock }));
  return { clock, docker, tag, run, tries: () => tries, [Symbol.asyncDispose]: () => docker[Symbol.asyncDispose]() };
}

describe('work is done again', () => {
  test('when the engine is back within a minute, however long the work had gone on before', async () => {
    await using scene = await createScene();
    const { docker, clock, run, tag, tries } = scene;
    const fault = docker.faults.next('tagImage', { restart: { awayMs: 55_000 } });
    await run(async () => {
      if (tries() === 0) await clock.sleep(600_000);
      await tag();
    });
    expect([fault.reached, tries()]).toEqual([1, 2]);
  });

  test.each([
    ['did not answer in time', { hang: true }],
    ['refused', { status: 500 }],
  ] as const)('once when the engine %s', async (_, fault) => {
    await using scene = await createScene();
    scene.docker.faults.next('tagImage', fault);
    await scene.run(scene.tag);
    expect(scene.tries()).toBe(2);
  });
});

describe('work is given up', () => {
  test('when the engine is away for longer', async () => {
    await using scene = await createScene();
    scene.docker.faults.next('tagImage', { restart: { awayMs: 70_000 } });
    await expect(scene.run(scene.tag)).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    expect(scene.tries()).toBe(1);
  });

  test('when the engine goes away each time', async () => {
    await using scene = await createScene();
    scene.docker.faults.always('tagImage', { drop: true });
    await expect(scene.run(scene.tag)).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    expect(scene.tries()).toBe(6);
  });

  test('when the engine does not answer the second time either', async () => {
    await using scene = await createScene();
    scene.docker.faults.always('tagImage', { hang: true });
    await expect(scene.run(scene.tag)).rejects.toMatchObject({ code: 'ENGINE_TIMEOUT' });
    expect(scene.tries()).toBe(2);
  });

  test('at once for what another try does not mend', async () => {
    await using scene = await createScene();
    const work = async () => {
      throw Object.assign(new Error('sick'), { code: 'UNHEALTHY' });
    };
    await expect(scene.run(work)).rejects.toThrow('sick');
    expect(scene.clock.now()).toBe(0);
  });
});

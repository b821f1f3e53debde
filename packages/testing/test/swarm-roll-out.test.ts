import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rollBackService } from '../src/docker/swarm/services.ts';
import type { FakeProgram } from '../src/index.ts';
import { SwarmWorld } from './swarm-world.ts';

const v1 = { image: 'acme/web:v1' };

describe('the rolling update of a swarm', () => {
  let world: SwarmWorld;

  beforeEach(async () => {
    world = await SwarmWorld.start();
  });
  afterEach(() => world[Symbol.asyncDispose]());

  it('replaces one slot after the other, the old task first', async () => {
    const web = await world.create('web', { ...v1, replicas: 3, update: { Monitor: 1000 } });
    world.watch();
    world.update(web, { image: 'acme/web:v2', replicas: 3, update: { Monitor: 1000 } });
    expect(web.updateStatus).toMatchObject({ state: 'updating', message: 'update in progress' });
    await world.clock.advance(5000);
    expect(world.serving()).toEqual(['v2', 'v2', 'v2']);
    expect(world.fewest).toBe(2);
    expect(web.updateStatus).toMatchObject({ state: 'completed', message: 'update completed' });
    expect(world.shown(web)).toEqual([
      '1 shutdown/shutdown v1',
      '2 shutdown/shutdown v1',
      '3 shutdown/shutdown v1',
      '1 running/running v2',
      '2 running/running v2',
      '3 running/running v2',
    ]);
  });

  it('is never below its replicas with start-first, even if the new tasks are long in becoming healthy', async () => {
    const options = { replicas: 3, update: { Order: 'start-first', Parallelism: 2, Monitor: 1000 } };
    const web = await world.create('web', { ...v1, ...options });
    world.watch();
    world.update(web, { image: 'acme/web:healthy', ...options });
    await world.clock.advance(2000);
    expect(world.shown(web).slice(3)).toEqual(['1 starting/running healthy', '2 starting/running healthy']);
    expect(world.serving()).toEqual(['v1', 'v1', 'v1']);
    await world.clock.advance(10_000);
    expect(world.serving()).toEqual(['healthy', 'healthy', 'healthy']);
    expect(world.fewest).toBe(3);
    expect(web.updateStatus?.state).toBe('completed');
  });

  it('takes as many slots at once as it may, and waits between them', async () => {
    const options = { replicas: 4, update: { Parallelism: 2, Delay: 5000, Monitor: 1000 } };
    const web = await world.create('web', { ...v1, ...options });
    world.update(web, { image: 'acme/web:v2', ...options });
    await world.clock.advance(4000);
    expect(world.serving()).toEqual(['v1', 'v1', 'v2', 'v2']);
    await world.clock.advance(2000);
    expect(world.serving()).toEqual(['v2', 'v2', 'v2', 'v2']);
    await world.clock.advance(4000);
    expect(web.updateStatus?.state).toBe('updating');
    await world.clock.advance(2500);
    expect(web.updateStatus?.state).toBe('completed');
  });

  it('takes all slots at once with parallelism 0', async () => {
    const options = { replicas: 3, update: { Parallelism: 0 } };
    const web = await world.create('web', { ...v1, ...options });
    world.update(web, { image: 'acme/web:v2', ...options });
    await world.clock.advance(1000);
    expect(world.serving()).toEqual(['v2', 'v2', 'v2']);
  });

  it('goes back to what was before when the new version is sick', async () => {
    const options = { update: { Order: 'start-first', FailureAction: 'rollback', Monitor: 1000 } };
    const web = await world.create('web', { ...v1, ...options });
    world.watch();
    world.update(web, { image: 'acme/web:sick', ...options });
    await world.clock.advance(1000);
    const failed = world.tasks(web).find(({ spec }) => spec.image === 'acme/web:sick');
    expect(web.updateStatus).toMatchObject({
      state: 'rollback_started',
      message: `update rolled back due to failure or early termination of task ${failed?.id}`,
    });
    expect(web.spec.task.image).toBe('acme/web:v1');
    expect(web.previous).toBeUndefined();
    await world.clock.advance(10_000);
    expect(web.updateStatus).toMatchObject({ state: 'rollback_completed', message: 'rollback completed' });
    expect(world.serving()).toEqual(['v1', 'v1']);
    expect(world.fewest).toBe(2);
    expect(world.shown(web)).toEqual(['1 running/running v1', '2 running/running v1', '1 complete/shutdown sick']);
    expect(world.serviceEvents()).toEqual([
      'create',
      'update image.old=web:v1 image.new=web:sick',
      'update updatestate.new=updating',
      'update image.old=web:sick image.new=web:v1 updatestate.old=updating updatestate.new=rollback_started',
      'update updatestate.old=rollback_started updatestate.new=rollback_completed',
    ]);
  });

  it('goes back once, though a task of a slot that waits for its turn has been restarted meanwhile', async () => {
    const policies = { rollback: { Parallelism: 1, Monitor: 200 }, restart: { Delay: 1_000_000_000 } };
    const healthy = { image: 'acme/web:healthy', ...policies };
    const web = await world.create('web', healthy);
    const update = { Parallelism: 2, FailureAction: 'rollback', Monitor: 60_000 };
    world.update(web, { ...healthy, image: 'acme/web:crash', update });
    await world.clock.advance(60_000);
    expect(web.updateStatus).toMatchObject({ state: 'rollback_completed', message: 'rollback completed' });
    expect(world.serving()).toEqual(['healthy', 'healthy']);
    expect(world.shown(web).filter(line => line.includes('crash'))).toHaveLength(2);
  });

  it('puts back what it has stopped', async () => {
    const options = { update: { FailureAction: 'rollback', Delay: 1000, Monitor: 1000 } };
    const web = await world.create('web', { ...v1, ...options });
    world.watch();
    world.update(web, { image: 'acme/web:crash', ...options });
    await world.clock.advance(20_000);
    expect(web.updateStatus?.state).toBe('rollback_completed');
    expect(world.serving()).toEqual(['v1', 'v1']);
    expect(world.fewest).toBe(1);
    const failed = world.tasks(web).find(({ status }) => status.state === 'failed');
    expect(failed?.status).toMatchObject({ message: 'started', error: 'task: non-zero exit (3)', exitCode: 3 });
  });

  it('stops where it is when a task fails, and is put back by hand', async () => {
    const options = { update: { Delay: 1000, Monitor: 1000 }, rollback: { Monitor: 1000 } };
    const web = await world.create('web', { ...v1, ...options });
    world.update(web, { image: 'acme/web:crash', ...options });
    await world.clock.advance(4000);
    const failed = world.tasks(web).find(({ status }) => status.state === 'failed');
    expect(web.updateStatus).toMatchObject({
      state: 'paused',
      message: `update paused due to failure or early termination of task ${failed?.id}`,
    });
    expect(world.serving()).toEqual(['v1']);
    rollBackService(world.swarm, web, web.version);
    expect(web.updateStatus).toMatchObject({ state: 'rollback_started', message: 'manually requested rollback' });
    await world.clock.advance(4000);
    expect(web.updateStatus?.state).toBe('rollback_completed');
    expect(world.serving()).toEqual(['v1', 'v1']);
    expect(web.previous?.spec.task.image).toBe('acme/web:crash');
  });

  it('goes on whatever happens if it is told to', async () => {
    const options = { update: { FailureAction: 'continue', Monitor: 1000 } };
    const web = await world.create('web', { ...v1, ...options });
    world.update(web, { image: 'acme/web:crash', ...options });
    await world.clock.advance(4000);
    expect(web.updateStatus?.state).toBe('completed');
    expect(world.serving()).toEqual([]);
    expect(web.spec.task.image).toBe('acme/web:crash');
  });

  it.each([
    { failing: 2, state: 'completed' },
    { failing: 3, state: 'paused' },
  ])('bears failures up to its ratio: of four $failing is $state', async ({ failing, state }) => {
    let started = 0;
    const program: FakeProgram = ({ signal }) => {
      started += 1;
      return started <= failing ? 1 : new Promise(resolve => signal.addEventListener('abort', () => resolve(0)));
    };
    world.docker.registry.push('acme/web:flaky', { version: 'flaky', program });
    const options = { replicas: 4, update: { MaxFailureRatio: 0.5, Monitor: 1000 }, restart: { Delay: 60_000 } };
    const web = await world.create('web', { ...v1, ...options });
    world.update(web, { image: 'acme/web:flaky', ...options });
    await world.clock.advance(10_000);
    expect(web.updateStatus?.state).toBe(state);
  });

  it('counts a task that fails within its monitor period only', async () => {
    world.docker.registry.push('acme/web:short', { version: 'short', exitCode: 1, exitAfterMs: 3000 });
    const options = { replicas: 1, update: { Monitor: 2000 } };
    const web = await world.create('web', { ...v1, ...options });
    world.update(web, { image: 'acme/web:short', ...options });
    await world.clock.advance(4000);
    expect(web.updateStatus?.state).toBe('completed');
  });

  it('does not roll a rollback back', async () => {
    let isBroken = false;
    const program: FakeProgram = ({ signal }) =>
      isBroken ? 1 : new Promise(resolve => signal.addEventListener('abort', () => resolve(0)));
    world.docker.registry.push('acme/web:old', { version: 'old', program });
    const options = {
      replicas: 1,
      update: { FailureAction: 'rollback', Monitor: 1000 },
      rollback: { FailureAction: 'rollback', Monitor: 1000 },
    };
    const web = await world.create('web', { image: 'acme/web:old', ...options });
    isBroken = true;
    world.update(web, { image: 'acme/web:crash', ...options });
    await world.clock.advance(5000);
    expect(web.updateStatus?.state).toBe('rollback_paused');
    expect(web.updateStatus?.message).toMatch(/^rollback paused due to failure or early termination of task \w{25}$/);
  });

  it('is given up for another one', async () => {
    const options = { update: { Delay: 5000, Monitor: 1000 } };
    const web = await world.create('web', { ...v1, ...options });
    world.update(web, { image: 'acme/web:sick', ...options });
    await world.clock.advance(100);
    world.update(web, { image: 'acme/web:v2', ...options });
    await world.clock.advance(20_000);
    expect(web.updateStatus?.state).toBe('completed');
    expect(world.serving()).toEqual(['v2', 'v2']);
  });

  it('has nothing to do when only what is around the tasks changes', async () => {
    const web = await world.create('web', v1);
    const before = world.tasks(web).map(({ id }) => id);
    world.update(web, { ...v1, update: { Monitor: 1000 } });
    await world.clock.advance(5000);
    expect(web.updateStatus).toBeUndefined();
    expect(world.tasks(web).map(({ id }) => id)).toEqual(before);
  });

  it('replaces equal tasks by force', async () => {
    const options = { ...v1, update: { Monitor: 1000 } };
    const web = await world.create('web', options);
    world.update(web, { ...options, force: 1 });
    await world.clock.advance(5000);
    expect(world.shown(web).map(line => line.split('/')[0])).toEqual([
      '1 shutdown',
      '2 shutdown',
      '1 running',
      '2 running',
    ]);
    expect(web.updateStatus?.state).toBe('completed');
  });

  it('waits for the port of a node that the old task has, for ever if that is to stop last', async () => {
    const Ports = [{ TargetPort: 80, PublishedPort: 8080, PublishMode: 'host' }];
    const options = { replicas: 1, endpoint: { Mode: 'dnsrr', Ports } };
    const web = await world.create('web', { ...v1, ...options });
    world.update(web, { image: 'acme/web:v2', ...options, update: { Order: 'start-first' } });
    await world.clock.advance(60_000);
    expect(world.serving()).toEqual(['v1']);
    expect(world.tasks(web)[1]?.status).toMatchObject({
      state: 'pending',
      error: 'no suitable node (host-mode port already in use on 1 node)',
    });
    world.update(web, { image: 'acme/web:v2', ...options, update: { Order: 'stop-first', Monitor: 1000 } });
    await world.clock.advance(5000);
    expect(world.serving()).toEqual(['v2']);
  });

  it('updates the task on every node of a global service', async () => {
    const options = { replicas: 'global', update: { FailureAction: 'rollback', Monitor: 1000 } } as const;
    const agent = await world.create('agent', { ...v1, ...options });
    world.update(agent, { image: 'acme/web:v2', ...options });
    await world.clock.advance(5000);
    expect(world.shown(agent)).toEqual(['0 shutdown/shutdown v1', '0 running/running v2']);
    world.update(agent, { image: 'acme/web:crash', ...options });
    await world.clock.advance(20_000);
    expect(agent.updateStatus?.state).toBe('rollback_completed');
    expect(world.serving()).toEqual(['v2']);
  });

  it('goes on after a restart of the daemon', async () => {
    const options = { replicas: 2, update: { Delay: 2000, Monitor: 1000 } };
    const web = await world.create('web', { ...v1, ...options });
    world.update(web, { image: 'acme/web:v2', ...options });
    await world.clock.advance(1000);
    expect(world.serving()).toEqual(['v1', 'v2']);
    await world.clock.run(() => world.docker.restart({ awayMs: 1000 }));
    await world.clock.advance(20_000);
    expect(web.updateStatus?.state).toBe('completed');
    expect(world.serving()).toEqual(['v2', 'v2']);
  });

  it('goes the same way twice with the same seed', async () => {
    const play = async (): Promise<unknown> => {
      await using other = await SwarmWorld.start(7);
      const options = { update: { FailureAction: 'rollback', Monitor: 1000 } };
      const web = await other.create('web', { ...v1, ...options });
      other.update(web, { image: 'acme/web:sick', ...options });
      await other.clock.advance(20_000);
      return [other.docker.state.events.history, other.shown(web), web.version];
    };
    expect(await play()).toEqual(await play());
  });
});

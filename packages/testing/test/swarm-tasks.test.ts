import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { updateNode } from '../src/docker/swarm/nodes.ts';
import { createService, removeService } from '../src/docker/swarm/services.ts';
import { parseServiceSpec } from '../src/docker/wire/service-spec.ts';
import { SwarmWorld } from './swarm-world.ts';

describe('the tasks of a swarm', () => {
  let world: SwarmWorld;

  beforeEach(async () => {
    world = await SwarmWorld.start();
  });
  afterEach(() => world[Symbol.asyncDispose]());

  it('go through their states one after the other', async () => {
    const { swarm, docker, clock } = world;
    const spec = parseServiceSpec(docker.state, {
      Name: 'web',
      TaskTemplate: { ContainerSpec: { Image: 'acme/web:healthy' } },
    });
    const web = createService(swarm, spec);
    const seen = new Set<string>();
    for (let step = 0; step < 400; step += 1) {
      for (const { status } of world.tasks(web)) seen.add(`${status.state}: ${status.message}`);
      await clock.advance(10);
    }
    expect([...seen]).toEqual([
      'new: created',
      'pending: pending task scheduling',
      'assigned: scheduler assigned task to node',
      'accepted: accepted',
      'preparing: preparing',
      'ready: prepared',
      'starting: starting',
      'running: started',
    ]);
  });

  it('have containers that say whose they are', async () => {
    const web = await world.create('web', {
      image: 'acme/web:v1',
      replicas: 1,
      container: {
        Hostname: '{{.Service.Name}}-{{.Task.Slot}}',
        Env: ['NODE={{.Node.Hostname}}'],
        Labels: { tier: 'front' },
        Mounts: [{ Type: 'volume', Source: 'data-{{.Task.Slot}}', Target: '/data' }],
      },
    });
    const [task] = world.tasks(web);
    const name = `web.1.${task?.id}`;
    const container = world.docker.container(name);
    expect(container.labels).toEqual({
      'com.docker.swarm.node.id': world.swarm.node.id,
      'com.docker.swarm.service.id': web.id,
      'com.docker.swarm.service.name': 'web',
      'com.docker.swarm.task': '',
      'com.docker.swarm.task.id': task?.id,
      'com.docker.swarm.task.name': name,
      'org.opencontainers.image.version': 'v1',
      tier: 'front',
    });
    expect(container.env).toContain('NODE=fake-docker');
    expect(world.docker.state.containers.get(container.id)?.spec.hostname).toBe('web-1');
    expect([...world.docker.state.volumes.keys()]).toEqual(['data-1']);
    expect(task?.containerId).toBe(container.id);
  });

  it('are replaced after a while when their container ends', async () => {
    const web = await world.create('web', { image: 'acme/web:v1' });
    world.docker.containers()[0]?.exit(7);
    await world.clock.advance(1000);
    expect(world.shown(web)).toEqual(['1 failed/shutdown v1', '2 running/running v1', '1 ready/ready v1']);
    expect(world.tasks(web)[0]?.status.error).toBe('task: non-zero exit (7)');
    await world.clock.advance(5000);
    expect(world.shown(web)).toEqual(['1 failed/shutdown v1', '2 running/running v1', '1 running/running v1']);
  });

  it('are replaced when they become unhealthy, and say why', async () => {
    const health = [
      { status: 'healthy', afterMs: 100 },
      { status: 'unhealthy', afterMs: 20_000 },
    ] as const;
    world.docker.registry.push('acme/web:weak', { version: 'weak', health, stopAfterMs: Number.POSITIVE_INFINITY });
    const web = await world.create('web', { image: 'acme/web:weak', replicas: 1 });
    await world.clock.advance(27_000);
    expect(world.tasks(web)[0]?.status).toMatchObject({
      state: 'failed',
      error: 'task: non-zero exit (137): dockerexec: unhealthy container',
    });
    expect(world.shown(web)).toEqual(['1 failed/shutdown weak', '1 running/running weak']);
  });

  it.each([
    { condition: 'any', shown: ['1 complete/shutdown once', '1 complete/shutdown once', '1 complete/shutdown once'] },
    { condition: 'on-failure', shown: ['1 complete/shutdown once'] },
    { condition: 'none', shown: ['1 complete/shutdown once'] },
  ])('that end well start again with the condition $condition, as often as they may', async ({ condition, shown }) => {
    world.docker.registry.push('acme/web:once', { version: 'once', exitAfterMs: 100 });
    const restart = { Condition: condition, Delay: 1000, MaxAttempts: 2 };
    const web = await world.create('web', { image: 'acme/web:once', replicas: 1, restart });
    expect(world.shown(web)).toEqual(shown);
  });

  it('start again as often as they may in a window of time', async () => {
    const restart = { Delay: 2000, MaxAttempts: 1, Window: 3000 };
    const web = await world.create('web', { image: 'acme/web:crash', replicas: 1, restart });
    expect(world.tasks(web)).toHaveLength(2);
    const other = { ...restart, Window: 1000 };
    const again = await world.create('again', { image: 'acme/web:crash', replicas: 1, restart: other });
    expect(world.tasks(again).length).toBeGreaterThan(2);
  });

  it('are forgotten, with their containers, when there are too many in their slot', async () => {
    const web = await world.create('web', { image: 'acme/web:crash', replicas: 1, restart: { Delay: 1000 } });
    await world.clock.advance(60_000);
    expect(world.tasks(web)).toHaveLength(5);
    expect(world.docker.containers().length).toBeLessThanOrEqual(5);
  });

  it('are rejected when there is no such image, and tried again', async () => {
    const web = await world.create('web', { image: 'acme/web:nope', replicas: 1 });
    expect(world.tasks(web)[0]?.status).toMatchObject({
      state: 'rejected',
      message: 'preparing',
      error: 'No such image: acme/web:nope',
    });
    expect(world.tasks(web).length).toBeGreaterThan(1);
    world.docker.registry.push('acme/web:nope', { version: 'late' });
    await world.clock.advance(10_000);
    expect(world.serving()).toEqual(['late']);
  });

  it('run what is there when the registry does not answer', async () => {
    world.docker.pull('acme/web:v1');
    world.docker.registry.fail({ status: 503, message: 'down', times: 10 });
    await world.create('web', { image: 'acme/web:v1', replicas: 1 });
    expect(world.serving()).toEqual(['v1']);
  });

  it('grow and shrink with their service, the last ones going first', async () => {
    const web = await world.create('web', { image: 'acme/web:v1', replicas: 2 });
    const kept = world.tasks(web)[0]?.id;
    world.update(web, { image: 'acme/web:v1', replicas: 4 });
    await world.clock.advance(1000);
    expect(world.tasks(web).map(({ slot }) => slot)).toEqual([1, 2, 3, 4]);
    world.update(web, { image: 'acme/web:v1', replicas: 1 });
    await world.clock.advance(1000);
    expect(world.tasks(web).map(({ id }) => id)).toEqual([kept]);
    expect(world.docker.containers()).toHaveLength(1);
    expect(web.updateStatus).toBeUndefined();
  });

  it('have the time to end that their service gives them', async () => {
    world.docker.registry.push('acme/web:deaf', { version: 'deaf', stopAfterMs: Number.POSITIVE_INFINITY });
    const container = { StopGracePeriod: 3_000_000_000 };
    const web = await world.create('web', { image: 'acme/web:deaf', replicas: 1, container });
    removeService(world.swarm, web);
    await world.clock.advance(2900);
    expect(world.serving()).toEqual(['deaf']);
    await world.clock.advance(200);
    expect(world.docker.containers()).toEqual([]);
    expect(world.swarm.tasks.size).toBe(0);
  });

  it('leave a node that is drained, and come back', async () => {
    const { swarm, clock } = world;
    const web = await world.create('web', { image: 'acme/web:v1', replicas: 1 });
    const agent = await world.create('agent', { image: 'acme/web:v2', replicas: 'global' });
    const spec = { name: '', labels: {}, role: 'manager' };
    updateNode(swarm, swarm.node, { ...spec, availability: 'drain' }, swarm.node.version);
    await clock.advance(1000);
    expect(world.serving()).toEqual([]);
    expect(world.shown(web)).toEqual(['1 shutdown/shutdown v1', '1 pending/running v1']);
    expect(world.tasks(web)[1]?.status.error).toBe('no suitable node (1 node not available for new tasks)');
    expect(world.tasks(agent)).toEqual([]);
    updateNode(swarm, swarm.node, { ...spec, availability: 'active' }, swarm.node.version);
    await clock.advance(1000);
    expect(world.serving()).toEqual(['v1', 'v2']);
  });

  it('wait for a node that fits their constraints', async () => {
    const { swarm, clock } = world;
    const task = { Placement: { Constraints: ['node.role == manager', 'node.labels.disk==ssd'] } };
    const web = await world.create('web', { image: 'acme/web:v1', replicas: 1, task });
    expect(world.tasks(web)[0]?.status.error).toBe('no suitable node (scheduling constraints not satisfied on 1 node)');
    const spec = { name: '', labels: { disk: 'ssd' }, role: 'manager', availability: 'active' } as const;
    updateNode(swarm, swarm.node, spec, swarm.node.version);
    await clock.advance(1000);
    expect(world.serving()).toEqual(['v1']);
  });

  it('start again with the daemon', async () => {
    const web = await world.create('web', { image: 'acme/web:v1' });
    await world.clock.run(() => world.docker.restart({ awayMs: 1000 }));
    await world.clock.advance(10_000);
    expect(world.serving()).toEqual(['v1', 'v1']);
    expect(world.shown(web)).toEqual([
      '1 complete/shutdown v1',
      '2 complete/shutdown v1',
      '1 running/running v1',
      '2 running/running v1',
    ]);
  });
});

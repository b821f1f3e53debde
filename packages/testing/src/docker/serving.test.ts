import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.ts';
import { FakeDocker } from './fake-docker.ts';

describe('when a service served', () => {
  let clock: VirtualClock;
  let docker: FakeDocker;

  beforeEach(async () => {
    clock = new VirtualClock({ startMs: 0 });
    docker = await FakeDocker.start({ clock, socketPath: false });
    docker.registry.push('acme/web:latest');
  });

  const web = (number: number, image = 'acme/web:latest', project = 'shop') =>
    docker.run(image, {
      name: `${project}-web-${number}`,
      labels: { 'com.docker.compose.project': project, 'com.docker.compose.service': 'web' },
    });

  it('is one interval over replicas that overlap', async () => {
    const old = web(1);
    await clock.advance(1000);
    web(2);
    await clock.advance(500);
    old.exit();
    await clock.advance(500);
    expect(docker.serving('web')).toEqual({
      intervals: [{ fromMs: 0, toMs: 2000 }],
      gaps: [],
      replicas: [
        { fromMs: 0, toMs: 1000, count: 1 },
        { fromMs: 1000, toMs: 1500, count: 2 },
        { fromMs: 1500, toMs: 2000, count: 1 },
      ],
    });
  });

  it('has a gap where the old one ends before the new one begins, even in the same moment', async () => {
    const old = web(1);
    await clock.advance(1000);
    old.exit();
    web(2).exit(0, { afterMs: 500 });
    await clock.advance(1500);
    expect(docker.serving('web')).toMatchObject({
      intervals: [
        { fromMs: 0, toMs: 1000 },
        { fromMs: 1000, toMs: 1500 },
      ],
      gaps: [
        { fromMs: 1000, toMs: 1000 },
        { fromMs: 1500, toMs: 2500 },
      ],
    });
  });

  it('begins with the first healthy answer, and ends with an unhealthy one and with a pause', async () => {
    docker.registry.push('acme/web:latest', { health: 'healthy', startMs: 300 });
    const container = web(1);
    await clock.advance(1000);
    container.setHealth('unhealthy');
    await clock.advance(1000);
    container.setHealth('healthy');
    await clock.advance(1000);
    expect(docker.serving('web').intervals).toEqual([
      { fromMs: 300, toMs: 1000 },
      { fromMs: 2000, toMs: 3000 },
    ]);
  });

  it('begins without a health check when the process has had its time to start, each time anew', async () => {
    docker.registry.push('acme/web:latest', { startMs: 300 });
    docker.run('acme/web:latest', { name: 'web', config: { HostConfig: { RestartPolicy: { Name: 'always' } } } });
    await clock.advance(1000);
    docker.container('web').exit(1);
    await clock.advance(250);
    expect(docker.serving('web').gaps).toEqual([{ fromMs: 1000, toMs: 1250 }]);
    await clock.advance(750);
    // The engine starts it again after 100 ms.
    expect(docker.serving('web').gaps).toEqual([{ fromMs: 1000, toMs: 1400 }]);
  });

  it('is asked of one project, and of a service that has been there', async () => {
    web(1);
    web(1, 'acme/web:latest', 'other');
    await clock.advance(10);
    expect(() => docker.serving('web')).toThrow('Several projects have a service “web”: name one of “shop”, “other”.');
    expect(docker.serving('web', { project: 'other' }).intervals).toEqual([{ fromMs: 0, toMs: 10 }]);
    expect(() => docker.serving('wbe')).toThrow('There has been no container of a service “wbe”.');
  });
});

describe('the events of an engine', () => {
  it('are there from its first start on, over restarts of the daemon', async () => {
    await using docker = await FakeDocker.start({ clock: 'manual', socketPath: false });
    docker.registry.push('acme/web:latest');
    const started = docker.events.arrived({ action: 'start', of: 'web' });
    const seen: string[] = [];
    void (async () => {
      for await (const { action } of docker.events) seen.push(action);
    })();
    docker.run('acme/web:latest', { name: 'web', config: { HostConfig: { RestartPolicy: { Name: 'always' } } } });
    expect(await started).toMatchObject({ type: 'container', attributes: { name: 'web' } });
    await docker.clock.run(() => docker.restart({ awayMs: 1000 }));
    expect(docker.events.sequence().filter(line => line.startsWith('container '))).toEqual([
      'container create web',
      'container start web',
      'container kill web',
      'container stop web',
      'container die web',
      'container start web',
    ]);
    expect(docker.events.matching({ type: 'container', action: 'start' })).toHaveLength(2);
    expect(seen).toEqual(docker.events.history.map(({ action }) => action));
  });

  it('end with the fake for those who wait', async () => {
    const docker = await FakeDocker.start({ clock: 'manual', socketPath: false });
    const waiting = expect(docker.events.arrived({ action: 'destroy' })).rejects.toThrow(/abort/);
    const following = (async () => {
      for await (const _ of docker.events);
    })();
    await docker[Symbol.asyncDispose]();
    await waiting;
    await following;
  });
});

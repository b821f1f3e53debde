import type { ComposeCli, ComposeProject, ComposeProjectOptions, ComposeService } from '@gopdater/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.ts';
import { FakeDocker } from '../docker/fake-docker.ts';
import type { Fault } from '../docker/faults.ts';
import { createInProcessCompose } from './in-process-compose.ts';

const project: ComposeProjectOptions = {
  name: 'shop',
  projectDirectory: '/srv/shop',
  files: ['/srv/shop/compose.yml'],
  envFiles: [],
  profiles: [],
};

describe('the in-process Compose, when its time comes', () => {
  let docker: FakeDocker;
  let clock: VirtualClock;
  let compose: ComposeCli;
  let attributes: ComposeService['attributes'];

  beforeEach(async () => {
    clock = new VirtualClock({ startMs: 0 });
    docker = await FakeDocker.start({ socketPath: false, clock });
    docker.registry.push('acme/web:latest', { version: 'v1', stopAfterMs: Number.POSITIVE_INFINITY });
    attributes = { image: 'acme/web:latest' };
    const load = async ({ projectDirectory, ...rest }: ComposeProjectOptions): Promise<ComposeProject> => ({
      ...rest,
      workingDirectory: projectDirectory,
      services: new Map([
        [
          'web',
          {
            name: 'web',
            image: 'acme/web:latest',
            enabled: true,
            scale: 1,
            containerName: undefined,
            dependsOn: [],
            labels: {},
            attributes,
          },
        ],
      ]),
    });
    compose = createInProcessCompose({ docker, load });
  });
  afterEach(() => docker[Symbol.asyncDispose]());

  const up = (signal?: AbortSignal): Promise<unknown> => compose.up(project, ['web'], { signal });
  const recreate = async (signal?: AbortSignal): Promise<unknown> => {
    docker.registry.push('acme/web:latest', { version: 'v2' });
    docker.pull('acme/web:latest');
    return await up(signal);
  };
  const states = (): string[] =>
    docker.containers().map(({ name, status }) => `${name.replace(/^\w{12}_/, 'new ')} ${status}`);

  it.each([
    [undefined, 10_000],
    ['1m30s', 90_000],
  ])('gives a container that does not end its stop_grace_period (%s)', async (grace, ms) => {
    attributes = { ...attributes, ...(grace && { stop_grace_period: grace }) };
    await up();
    await clock.run(() => recreate());
    expect(clock.now()).toBe(ms);
    expect(states()).toEqual(['shop-web-1 running']);
  });

  it('ends in the middle of a stop when it is aborted, which the daemon ends all the same', async () => {
    await up();
    const caller = new AbortController();
    const ended = expect(recreate(caller.signal)).rejects.toMatchObject({ code: 'ABORTED' });
    await clock.advance(5000);
    caller.abort();
    await ended;
    expect(states()).toEqual(['shop-web-1 running', 'new shop-web-1 created']);
    await clock.advance(5000);
    expect(states()).toEqual(['shop-web-1 exited', 'new shop-web-1 created']);
  });

  it.each<[string, Fault, string[]]>([
    ['cut before the daemon acts', { drop: true }, ['shop-web-1 running', 'new shop-web-1 created']],
    ['cut after it', { drop: true, when: 'after' }, ['shop-web-1 exited', 'new shop-web-1 created']],
    ['cut by a restart', { restart: { awayMs: 1000 } }, ['shop-web-1 exited', 'new shop-web-1 created']],
  ])('fails when its connection is %s', async (_, fault, left) => {
    await up();
    docker.faults.next('POST /containers/*/stop', fault);
    await expect(clock.run(() => recreate())).rejects.toMatchObject({
      code: 'COMPOSE_FAILED',
      message: expect.stringContaining('EOF'),
    });
    expect(states()).toEqual(left);
    expect(docker.faults.unreached()).toEqual([]);
  });

  it('fails when the daemon restarts while it waits for a container to stop', async () => {
    await up();
    const ended = expect(recreate()).rejects.toMatchObject({ code: 'COMPOSE_FAILED' });
    await clock.advance(1000);
    await clock.run(() => docker.restart({ awayMs: 1000 }));
    await ended;
  });

  it('hangs with the daemon until it is aborted', async () => {
    docker.faults.next('POST /containers/create', { hang: true, when: 'after' });
    await expect(clock.run(() => up())).rejects.toThrow('Time stands still');
    expect(states()).toEqual(['shop-web-1 created']);
    docker.faults.next('POST /containers/*/start', { hang: true });
    const caller = new AbortController();
    const ended = expect(up(caller.signal)).rejects.toMatchObject({ code: 'ABORTED' });
    await clock.advance(1000);
    caller.abort();
    await ended;
  });

  it('takes as long as the daemon’s answers', async () => {
    docker.faults.always('POST /containers/**', { slowMs: 500 });
    await clock.run(() => up());
    expect(clock.now()).toBe(1000);
    expect(states()).toEqual(['shop-web-1 running']);
  });

  it('starts what the engine waits to start again, and leaves its restart policy to the engine', async () => {
    attributes = { ...attributes, restart: 'on-failure:2' };
    docker.registry.push('acme/web:latest', { exitCode: 1 });
    await up();
    expect(states()).toEqual(['shop-web-1 restarting']);
    await up();
    await clock.advance(60_000);
    expect([docker.container('shop-web-1').restartCount, ...states()]).toEqual([2, 'shop-web-1 exited']);
  });
});

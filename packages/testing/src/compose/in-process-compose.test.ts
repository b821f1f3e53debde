import type { ComposeCli, ComposeProject, ComposeProjectOptions, ComposeService, UpOptions } from '@gopdater/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeDocker } from '../docker/fake-docker.ts';
import { createInProcessCompose } from './in-process-compose.ts';

const options: ComposeProjectOptions = {
  name: 'shop',
  projectDirectory: '/srv/shop',
  files: ['/srv/shop/compose.yml'],
  envFiles: [],
  profiles: [],
};

const service = (name: string, more: Partial<ComposeService> = {}): ComposeService => ({
  name,
  image: `acme/${name}:latest`,
  enabled: true,
  scale: 1,
  containerName: undefined,
  dependsOn: [],
  labels: {},
  ...more,
  attributes: { image: `acme/${name}:latest`, ...more.attributes },
});

describe('the in-process Compose', () => {
  let docker: FakeDocker;
  let compose: ComposeCli;
  let services: ComposeService[];
  let lines: string[];

  beforeEach(async () => {
    docker = await FakeDocker.start({ socketPath: false });
    services = [service('web', { dependsOn: ['db'] }), service('db')];
    lines = [];
    for (const name of ['web', 'db']) docker.registry.push(`acme/${name}:latest`, { version: 'v1' });
    compose = createInProcessCompose({
      docker,
      load: async ({ projectDirectory, ...rest }): Promise<ComposeProject> => ({
        ...rest,
        workingDirectory: projectDirectory,
        services: new Map(services.map(one => [one.name, one])),
      }),
    });
  });
  afterEach(() => docker[Symbol.asyncDispose]());

  const up = async (names: readonly string[] = [], more: UpOptions = {}): Promise<Record<string, string>> => {
    lines = [];
    const { containers } = await compose.up(options, names, { onLine: line => lines.push(line), ...more });
    return Object.fromEntries(containers.map(({ name, status }) => [name, status]));
  };
  const states = (): string[] =>
    docker
      .containers()
      .map(({ name, status }) => `${name} ${status}`)
      .sort();
  const moveTag = async (): Promise<void> => {
    docker.registry.push('acme/web:latest', { version: 'v2' });
    await compose.pull(options, ['web']);
  };

  it('pulls what is missing and starts all services, dependencies first', async () => {
    expect(await up()).toEqual({ 'shop-db-1': 'Started', 'shop-web-1': 'Started' });
    expect(states()).toEqual(['shop-db-1 running', 'shop-web-1 running']);
    expect(docker.container('shop-web-1').networks).toEqual(['shop_default']);
    expect(docker.container('shop-web-1').labels).toMatchObject({
      'com.docker.compose.project': 'shop',
      'com.docker.compose.service': 'web',
      'com.docker.compose.container-number': '1',
      'com.docker.compose.oneoff': 'False',
      'com.docker.compose.depends_on': 'db:service_started:false',
      'com.docker.compose.project.config_files': '/srv/shop/compose.yml',
      'com.docker.compose.project.working_dir': '/srv/shop',
      'com.docker.compose.image': docker.container('shop-web-1').imageId,
    });
  });

  it('leaves alone what is as it should be', async () => {
    await up();
    docker.calls.clear();
    expect(await up()).toEqual({ 'shop-db-1': 'Running', 'shop-web-1': 'Running' });
    expect(lines).toEqual([' Container shop-db-1  Running', ' Container shop-web-1  Running']);
    expect(docker.calls.all.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it('recreates only the service whose tag moved, old one away before the new one starts', async () => {
    await up();
    const [db, web] = [docker.container('shop-db-1').id, docker.container('shop-web-1').id];
    await moveTag();
    docker.calls.clear();

    expect(await up(['web'], { noDeps: true })).toEqual({ 'shop-web-1': 'Started' });
    expect(lines).toEqual(
      ['Recreate', 'Recreated', 'Starting', 'Started'].map(status => ` Container shop-web-1  ${status}`),
    );
    expect(docker.container('shop-db-1').id).toBe(db);
    const fresh = docker.container('shop-web-1');
    expect(fresh.env).toContain('VERSION=v2');
    expect(
      docker.calls.all.filter(({ method }) => method !== 'GET').map(({ method, path, query }) => [method, path, query]),
    ).toEqual([
      ['POST', '/containers/create', { name: `${web.slice(0, 12)}_shop-web-1` }],
      ['POST', `/containers/${web}/stop`, {}],
      ['DELETE', `/containers/${web}`, {}],
      ['POST', `/containers/${fresh.id}/rename`, { name: 'shop-web-1' }],
      ['POST', `/containers/${fresh.id}/start`, {}],
    ]);

    expect(await up()).toEqual({ 'shop-db-1': 'Running', 'shop-web-1': 'Running' });
  });

  it('does not pull a tag that is there, unless told to', async () => {
    await up();
    docker.registry.push('acme/web:latest', { version: 'v2' });
    expect(await up()).toMatchObject({ 'shop-web-1': 'Running' });
    expect(await up([], { pull: 'always' })).toEqual({ 'shop-db-1': 'Running', 'shop-web-1': 'Started' });
  });

  it('recreates what its file changed', async () => {
    await up();
    services = [service('web', { attributes: { environment: { LOG: 'debug' } } }), service('db')];
    expect(await up()).toEqual({ 'shop-db-1': 'Running', 'shop-web-1': 'Started' });
    expect(docker.container('shop-web-1').env).toContain('LOG=debug');
  });

  it('takes no notice of depends_on, scale, profiles and pull_policy', async () => {
    await up();
    const attributes = { depends_on: [], scale: 1, profiles: ['x'], pull_policy: 'missing', deploy: { replicas: 1 } };
    services = [service('web', { attributes: { ...attributes, deploy: undefined } }), service('db')];
    expect(await up()).toEqual({ 'shop-db-1': 'Running', 'shop-web-1': 'Running' });
  });

  it('adds replicas after the highest number and takes the highest away again', async () => {
    await up(['web'], { noDeps: true, scale: { web: 3 } });
    docker.container('shop-web-1').exit();
    await up(['web'], { noDeps: true, scale: { web: 3 } });
    expect(states()).toEqual(['shop-web-1 running', 'shop-web-2 running', 'shop-web-3 running']);
    expect(await up(['web'], { noDeps: true, scale: { web: 1 } })).toMatchObject({ 'shop-web-3': 'Removed' });
    expect(states()).toEqual(['shop-web-1 running']);
  });

  it('puts a new version next to an old one that it may not recreate, then removes the old one first', async () => {
    await up();
    await moveTag();
    const both = { noDeps: true, noRecreate: true, scale: { web: 2 } };
    expect(await up(['web'], both)).toEqual({ 'shop-web-1': 'Running', 'shop-web-2': 'Started' });
    expect(await up(['web'], { noDeps: true })).toEqual({ 'shop-web-1': 'Removed', 'shop-web-2': 'Running' });
    expect(docker.container('shop-web-2').env).toContain('VERSION=v2');
  });

  it('only creates when it may not start', async () => {
    expect(await up([], { noStart: true })).toEqual({ 'shop-db-1': 'Created', 'shop-web-1': 'Created' });
    expect(states()).toEqual(['shop-db-1 created', 'shop-web-1 created']);
    expect(await up()).toEqual({ 'shop-db-1': 'Started', 'shop-web-1': 'Started' });
  });

  it('uses a container name, and refuses to scale it', async () => {
    services = [service('web', { containerName: 'front' })];
    expect(await up()).toEqual({ front: 'Started' });
    await moveTag();
    expect(await up()).toEqual({ front: 'Started' });
    await expect(up([], { scale: { web: 2 } })).rejects.toMatchObject({
      code: 'COMPOSE_FAILED',
      message: expect.stringContaining('is using the custom container name "front"'),
    });
  });

  it('leaves a service of an inactive profile out unless it is named', async () => {
    services = [service('web'), service('db', { enabled: false })];
    expect(await up()).toEqual({ 'shop-web-1': 'Started' });
    expect(await up(['db'])).toEqual({ 'shop-db-1': 'Started' });
  });

  it('waits for a dependency to be healthy, and gives up on one that is not', async () => {
    services = [
      service('web', { dependsOn: ['db'], attributes: { depends_on: { db: { condition: 'service_healthy' } } } }),
      service('db'),
    ];
    docker.registry.push('acme/db:latest', { health: 'starting' });
    const started = up();
    await docker.state.events.until(() => states().includes('shop-db-1 running'));
    expect(states()).toContain('shop-web-1 created');
    docker.container('shop-db-1').setHealth('healthy');
    expect(await started).toEqual({ 'shop-db-1': 'Healthy', 'shop-web-1': 'Started' });

    docker.container('shop-web-1').exit();
    docker.container('shop-db-1').setHealth('unhealthy');
    await expect(up()).rejects.toMatchObject({
      code: 'COMPOSE_FAILED',
      message: 'dependency failed to start: container shop-db-1 is unhealthy',
    });
  });

  it.each([
    ['a service that is not there', ['none'], {}, 'no such service: none'],
    [
      'an image that may not be pulled',
      ['web'],
      { pull: 'never' },
      'Error response from daemon: No such image: acme/web:latest',
    ],
    ['a scale of nothing', ['web'], { scale: { none: 2 } }, 'no such service: none: not found'],
  ] as const)('fails for %s', async (_, names, more, message) => {
    await expect(up(names, { noDeps: true, ...more })).rejects.toMatchObject({ code: 'COMPOSE_FAILED', message });
  });

  it('fails like the engine when a host port is taken', async () => {
    services = [service('web', { attributes: { ports: [{ target: 80, published: '8080' }] } })];
    docker.run('acme/db', {
      config: { ExposedPorts: { '80/tcp': {} }, HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '8080' }] } } },
    });
    await expect(up()).rejects.toMatchObject({ message: expect.stringContaining('port is already allocated') });
    expect(states()).toContain('shop-web-1 created');
  });

  it('fails with the words of the daemon that refuses or is gone', async () => {
    await up();
    await moveTag();
    docker.faults.next('POST /containers/*/start', { status: 500, message: 'boom' });
    await expect(up(['web'])).rejects.toMatchObject({
      code: 'COMPOSE_FAILED',
      message: 'Error response from daemon: boom',
    });
    expect(states()).toEqual(['shop-db-1 running', 'shop-web-1 created']);
    await docker.goAway();
    await expect(up()).rejects.toMatchObject({
      code: 'COMPOSE_FAILED',
      message: expect.stringContaining('Cannot connect to the Docker daemon'),
    });
  });

  it('stops where it is when it is aborted', async () => {
    const caller = new AbortController();
    docker.faults.next('POST /containers/*/start', { hold: new Promise(() => undefined) });
    const started = up([], { signal: caller.signal });
    await docker.calls.arrived('POST /containers/*/start');
    caller.abort();
    await expect(started).rejects.toMatchObject({ code: 'ABORTED' });
    expect(states()).toEqual(['shop-db-1 created', 'shop-web-1 created']);
  });

  it('stops waiting for a dependency when it is aborted', async () => {
    services = [
      service('web', { dependsOn: ['db'], attributes: { depends_on: { db: { condition: 'service_healthy' } } } }),
      service('db'),
    ];
    docker.registry.push('acme/db:latest', { health: 'starting' });
    const caller = new AbortController();
    const started = up([], { signal: caller.signal });
    await docker.state.events.until(() => states().includes('shop-db-1 running'));
    caller.abort();
    await expect(started).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('pulls with a line per service, and fails with the words of the registry', async () => {
    lines = [];
    await compose.pull(options, ['web'], { onLine: line => lines.push(line) });
    expect(lines).toEqual([' web Pulling ', ' web Pulled ']);
    docker.registry.fail({ status: 429, message: 'slow down' });
    await expect(compose.pull(options, ['web'])).rejects.toMatchObject({
      code: 'COMPOSE_FAILED',
      message: 'Error response from daemon: toomanyrequests: slow down',
    });
  });

  it('lists the containers of its project', async () => {
    await up();
    docker.run('acme/web', { name: 'stranger' });
    docker.container('shop-db-1').exit(1);
    const { id } = docker.container('shop-web-1');
    expect(await compose.ps(options)).toEqual([
      { id, name: 'shop-web-1', service: 'web', state: 'running', image: 'acme/web:latest' },
      expect.objectContaining({ name: 'shop-db-1', state: 'exited' }),
    ]);
    expect(await compose.version()).toBe('2.40.3');
  });

  it('tells of what it meets in a service and does nothing about, once', async () => {
    const attributes = { links: ['db'], mac_address: '', user: 'app', 'x-note': 'a', secrets: ['key'] };
    services = [service('web', { attributes }), service('db', { enabled: false, attributes })];
    await up();
    await up();
    expect(docker.unsupported).toEqual(['compose web.links', 'compose web.secrets']);
  });

  it('refuses it on an engine that is strict', async () => {
    await using strict = await FakeDocker.start({ strict: true, socketPath: false });
    const { name, ...rest } = options;
    const project = { ...rest, name, workingDirectory: '/srv/shop' };
    const web = service('web', { attributes: { links: ['db'] } });
    const load = async (): Promise<ComposeProject> => ({ ...project, services: new Map([['web', web]]) });
    await expect(createInProcessCompose({ docker: strict, load }).up(options, [])).rejects.toThrow(
      'fake-docker does not model web.links of compose',
    );
    expect(strict.containers()).toEqual([]);
  });
});

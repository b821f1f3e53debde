import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../clock/virtual-clock.ts';
import { FakeDocker } from '../fake-docker.ts';
import { findContainer, renameContainer } from './containers.ts';
import { removeContainer } from './remove-container.ts';
import { restartContainer } from './restart-container.ts';
import { startContainer } from './start-container.ts';
import { killContainer, stopContainer } from './stop-container.ts';
import { waitContainer } from './wait-container.ts';

const start = async (): Promise<FakeDocker> => {
  const docker = await FakeDocker.start({
    socketPath: false,
    clock: new VirtualClock({ startMs: Date.parse('2026-01-02T00:00:00Z') }),
  });
  docker.registry.push('acme/web:latest', { exposedPorts: ['80/tcp'] });
  return docker;
};
const published = { HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '8080' }] } } };

describe('a container', () => {
  it('emits the events of its life in the order of the engine', async () => {
    await using docker = await start();
    const web = docker.run('acme/web', { name: 'web' });
    await restartContainer(docker.state, 'web');
    await stopContainer(docker.state, 'web');
    removeContainer(docker.state, web.id, { force: false });
    expect(docker.state.events.history.map(({ type, action }) => `${type} ${action}`)).toEqual([
      'image pull',
      'container create',
      'network connect',
      'container start',
      ...['container kill', 'network disconnect', 'container stop', 'container die'],
      ...['network connect', 'container start', 'container restart'],
      ...['container kill', 'network disconnect', 'container stop', 'container die'],
      'container destroy',
    ]);
  });

  it('is neither started nor stopped twice', async () => {
    await using docker = await start();
    docker.run('acme/web', { name: 'web' });
    expect(startContainer(docker.state, 'web')).toBe(false);
    expect(await stopContainer(docker.state, 'web')).toBe(true);
    expect(await stopContainer(docker.state, 'web')).toBe(false);
    expect(() => killContainer(docker.state, 'web')).toThrow(
      /cannot kill container: web: container \w{64} is not running/,
    );
  });

  it('stays when it is restarted, though it is to be removed when it ends', async () => {
    await using docker = await start();
    const web = docker.run('acme/web', { name: 'web', config: { HostConfig: { AutoRemove: true } } });
    await restartContainer(docker.state, 'web');
    expect(web.status).toBe('running');
    web.exit(1);
    expect(web.status).toBe('removed');
  });

  it('makes its volumes with the labels that its mounts have', async () => {
    await using docker = await start();
    const VolumeOptions = { Labels: { 'com.docker.stack.namespace': 'shop' } };
    const Mounts = [{ Type: 'volume', Source: 'data', Target: '/data', VolumeOptions }];
    docker.run('acme/web', { config: { HostConfig: { Mounts } } });
    expect(docker.state.volumes.get('data')?.labels).toEqual(VolumeOptions.Labels);
  });

  it('ends with the code its process gave, or with the signal', async () => {
    await using docker = await start();
    const web = docker.run('acme/web', { name: 'web' });
    web.exit(7);
    expect([web.status, web.exitCode]).toEqual(['exited', 7]);
    startContainer(docker.state, 'web');
    killContainer(docker.state, 'web');
    expect([web.status, web.exitCode]).toEqual(['exited', 137]);
  });

  it('is removed while it runs only by force', async () => {
    await using docker = await start();
    const web = docker.run('acme/web', { name: 'web' });
    expect(() => removeContainer(docker.state, 'web', { force: false })).toThrow(
      'cannot remove container "web": container is running: stop the container before removing or force remove',
    );
    removeContainer(docker.state, 'web', { force: true });
    expect(web.status).toBe('removed');
  });

  it('keeps its name to itself', async () => {
    await using docker = await start();
    const web = docker.run('acme/web', { name: 'web' });
    expect(() => docker.run('acme/web', { name: 'web' })).toThrow(
      `Conflict. The container name "/web" is already in use by container "${web.id}".`,
    );
    renameContainer(docker.state, 'web', 'old');
    expect(findContainer(docker.state, web.id.slice(0, 12)).name).toBe('old');
    expect(docker.run('acme/web', { name: 'web' }).name).toBe('web');
  });

  it('is not started when a host port is taken, and says why afterwards', async () => {
    await using docker = await start();
    docker.run('acme/web', { name: 'first', config: published });
    expect(() => docker.run('acme/web', { name: 'second', config: published })).toThrow(
      /^failed to set up container networking: driver failed programming external connectivity on endpoint second \(\w{64}\): Bind for 0\.0\.0\.0:8080 failed: port is already allocated$/,
    );
    const second = docker.container('second');
    expect([second.status, second.exitCode]).toEqual(['created', 128]);
    docker.container('first').exit();
    expect(startContainer(docker.state, 'second')).toBe(true);
  });

  it('takes the first free port of a range', async () => {
    await using docker = await start();
    const config = { HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '8090-8091' }] } } };
    const ports = ['one', 'two'].map(
      name => findContainer(docker.state, docker.run('acme/web', { name, config }).id).ports[0],
    );
    expect(ports.map(port => port?.hostPort)).toEqual([8090, 8091]);
    expect(() => docker.run('acme/web', { name: 'three', config })).toThrow(/port is already allocated/);
  });

  it('is waited for until it exits or is gone', async () => {
    await using docker = await start();
    const web = docker.run('acme/web', { name: 'web' });
    const exited = waitContainer(docker.state, 'web', 'next-exit');
    const removed = waitContainer(docker.state, 'web', 'removed');
    web.exit(5);
    expect(await exited).toBe(5);
    expect(await waitContainer(docker.state, 'web', 'not-running')).toBe(5);
    removeContainer(docker.state, 'web', { force: false });
    expect(await removed).toBe(5);
  });

  it('has the health its image says, until the test says otherwise', async () => {
    await using docker = await start();
    docker.registry.push('acme/sick:latest', { health: 'unhealthy' });
    const sick = docker.run('acme/sick');
    expect(sick.health).toBe('unhealthy');
    sick.setHealth('healthy');
    expect(sick.health).toBe('healthy');
    expect(docker.state.events.history.at(-1)?.action).toBe('health_status: healthy');
    expect(docker.run('acme/web').health).toBeUndefined();
  });

  it('gets the same ids from the same seed', async () => {
    await using one = await start();
    await using two = await start();
    expect(one.run('acme/web').id).toBe(two.run('acme/web').id);
  });
});

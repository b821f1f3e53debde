import { expect, it } from 'vitest';
import { FakeDocker } from './fake-docker.ts';

it('is equal to the next one if nothing happens between them, and plain JSON', async () => {
  await using docker = await FakeDocker.start({ clock: 'manual', socketPath: false });
  docker.registry.push('acme/web', { health: 'healthy', exposedPorts: ['80/tcp'], stopAfterMs: Infinity });
  const web = docker.run('acme/web', {
    name: 'web',
    config: { HostConfig: { Binds: ['data:/data'], PortBindings: { '80/tcp': [{ HostPort: '8080' }] } } },
  });
  const before = docker.snapshot();
  expect(docker.snapshot()).toEqual(before);
  expect(JSON.parse(JSON.stringify(before))).toEqual(before);
  expect(before).toMatchObject({
    containers: [{ name: 'web', status: 'running', health: 'healthy', ports: [{ hostPort: 8080 }] }],
    images: [{ id: web.imageId, tags: ['acme/web:latest'] }],
    networks: [{ name: 'bridge' }, { name: 'host' }, { name: 'none', subnet: null }],
    volumes: [{ name: 'data' }],
  });
  web.exit(3);
  expect(before.containers[0]?.status).toBe('running');
  expect(docker.snapshot().containers).toMatchObject([{ name: 'web', status: 'exited', exitCode: 3 }]);
});

import Dockerode, { type CreateServiceOptions } from 'dockerode';
import { expect, it } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.ts';
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
    swarm: null,
  });
  web.exit(3);
  expect(before.containers[0]?.status).toBe('running');
  expect(docker.snapshot().containers).toMatchObject([{ name: 'web', status: 'exited', exitCode: 3 }]);
});

it('has the swarm, and is the same for the same seed', async () => {
  const play = async () => {
    const clock = new VirtualClock();
    await using docker = await FakeDocker.start({ clock, seed: 7 });
    docker.registry.push('acme/web:1', { version: '1' });
    docker.registry.push('acme/web:2', { version: '2' });
    const client = new Dockerode(docker.dockerodeOptions());
    await client.swarmInit({ ListenAddr: '0.0.0.0:2377', AdvertiseAddr: '10.0.0.9' });
    const { id } = await client.createSecret({ Name: 'key', Data: 'c2VjcmV0', Labels: {} });
    await client.createConfig({ Name: 'conf', Data: 'Y29uZg==', Labels: { a: 'b' } });
    await client.createNetwork({ Name: 'back', Driver: 'overlay' });
    const spec = (image: string) => ({
      Name: 'web',
      TaskTemplate: {
        ContainerSpec: { Image: image, Secrets: [{ SecretID: id, SecretName: 'key', File: { Name: 'key' } }] },
        Networks: [{ Target: 'back' }],
      },
      Mode: { Replicated: { Replicas: 2 } },
      EndpointSpec: { Ports: [{ TargetPort: 80 }] },
    });
    await client.createService(spec('acme/web:1') as CreateServiceOptions);
    await clock.advance(5000);
    const service = client.getService('web');
    await service.update({ ...spec('acme/web:2'), version: (await service.inspect()).Version.Index });
    await clock.advance(60_000);
    return docker.snapshot();
  };
  const one = await play();
  expect(one.swarm).toMatchObject({
    nodes: [{ address: '10.0.0.9', availability: 'active' }],
    services: [
      {
        name: 'web',
        image: 'acme/web:2',
        replicas: 2,
        spec: { TaskTemplate: { ContainerSpec: { Image: 'acme/web:2' } } },
        previousSpec: { TaskTemplate: { ContainerSpec: { Image: 'acme/web:1' } } },
        update: { state: 'completed' },
        ports: [{ targetPort: 80, publishedPort: 30_000 }],
        virtualIps: [{ address: '10.0.0.3' }, { address: '10.0.1.2' }],
      },
    ],
    secrets: [{ name: 'key', data: null }],
    configs: [{ name: 'conf', labels: { a: 'b' }, data: 'Y29uZg==' }],
  });
  expect(one.swarm?.tasks.map(({ image, state, desired }) => `${image} ${state} ${desired}`).sort()).toEqual([
    'acme/web:1 shutdown shutdown',
    'acme/web:1 shutdown shutdown',
    'acme/web:2 running running',
    'acme/web:2 running running',
  ]);
  expect(JSON.stringify(one)).not.toContain('c2VjcmV0');
  expect(JSON.parse(JSON.stringify(one))).toEqual(one);
  expect(await play()).toEqual(one);
});

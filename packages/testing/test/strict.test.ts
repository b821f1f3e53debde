import Dockerode from 'dockerode';
import { expect, it } from 'vitest';
import { createFakeEngine, FakeDocker } from '../src/index.ts';

const body = { name: 'web', Image: 'acme/web', Tty: true, HostConfig: { Links: ['db:db'], Memory: 1_000_000 } };

it('tells of a field that it ignores, and does the rest', async () => {
  await using docker = await FakeDocker.start();
  docker.registry.push('acme/web');
  docker.pull('acme/web');
  await new Dockerode(docker.dockerodeOptions()).createContainer(body);
  expect(docker.unsupported).toEqual(['POST /containers/create HostConfig.Links']);
  expect(docker.container('web').status).toBe('created');
});

it('refuses it by name and does nothing, if it is strict', async () => {
  await using docker = await FakeDocker.start({ strict: true });
  docker.registry.push('acme/web');
  docker.pull('acme/web');
  const client = new Dockerode(docker.dockerodeOptions());
  await expect(client.createContainer(body)).rejects.toMatchObject({
    statusCode: 501,
    json: { message: 'fake-docker does not model HostConfig.Links of POST /containers/create' },
  });
  expect(docker.containers()).toEqual([]);
  await expect(client.searchImages({ term: 'web' })).rejects.toMatchObject({ statusCode: 501 });
  expect(docker.unsupported).toEqual(['POST /containers/create HostConfig.Links', 'GET /images/search']);
});

const spec = {
  image: 'acme/web',
  command: ['true'],
  labels: {},
  network: { mode: 'bridge', names: [], dns: [], extraHosts: [] },
  rights: { user: '', groups: [], securityOptions: [], privileged: false, userNamespace: '' },
};

it('refuses by name what docker.run is to make and does not model', async () => {
  await using docker = await FakeDocker.start({ strict: true, socketPath: false });
  docker.registry.push('acme/web');
  const config = { Healthcheck: { Test: ['CMD', 'true'], OnFailure: 'restart' } };
  expect(() => docker.run('acme/web', { config })).toThrow(
    'fake-docker does not model Healthcheck.OnFailure of POST /containers/create',
  );
  expect(docker.containers()).toEqual([]);
});

it('refuses by name an option of the in-process engine that it does not model', async () => {
  await using docker = await FakeDocker.start({ strict: true, socketPath: false });
  docker.registry.push('acme/web');
  docker.pull('acme/web');
  const engine = createFakeEngine(docker);
  const options = { graceMs: 10, onlyIf: 'idle' };
  const elsewhere = { signal: undefined, platform: 'linux/arm64' };
  const refusals = [
    [() => engine.createContainer({ ...spec, ...{ hostname: 'web' } }), 'hostname of createContainer'],
    [
      () => engine.createContainer({ ...spec, network: { ...spec.network, ...{ address: '172.17.0.9' } } }),
      'network.address of createContainer',
    ],
    [
      () =>
        engine.createContainer({
          ...spec,
          mounts: [{ type: 'other', source: '', target: '/tmp', readOnly: false }],
        }),
      'mounts.type=other of createContainer',
    ],
    [() => engine.stopContainer('web', options), 'onlyIf of stopContainer'],
    [() => engine.pullImage('acme/web', elsewhere), 'platform of pullImage'],
    [() => engine.listContainers({ labels: [], ...{ names: ['web'] } }), 'names of listContainers'],
  ] as const;
  for (const [call, what] of refusals) {
    await expect(call()).rejects.toMatchObject({
      code: 'ENGINE_FAILED',
      message: `fake-docker does not model ${what}`,
    });
  }
  expect(docker.containers()).toEqual([]);
  expect(docker.unsupported).toContain('createContainer hostname');
  const id = await engine.createContainer(spec);
  await engine.removeContainer(id, { force: true, volumes: false });
});

it('tells of it, if it is not strict', async () => {
  await using docker = await FakeDocker.start({ socketPath: false });
  docker.registry.push('acme/web');
  const options = { signal: undefined, platform: 'linux/arm64' };
  await createFakeEngine(docker).pullImage('acme/web', options);
  expect(docker.unsupported).toEqual(['pullImage platform']);
});

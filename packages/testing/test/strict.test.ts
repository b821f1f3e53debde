import Dockerode from 'dockerode';
import { expect, it } from 'vitest';
import { FakeDocker } from '../src/index.ts';

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

import { createFakeEngine, FakeDocker } from '@gopdater/testing';
import { expect, test } from 'vitest';

test('the tag moves away from a container that runs', async () => {
  await using docker = await FakeDocker.start();
  docker.registry.push('acme/web:latest', { version: 'v1' });
  const web = docker.run('acme/web:latest', { name: 'web' });
  docker.registry.push('acme/web:latest', { version: 'v2' });
  await createFakeEngine(docker).pullImage('acme/web:latest'); // or “docker pull”, with docker.env
  expect(web.image).toBe(web.imageId);
});

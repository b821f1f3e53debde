import { once } from 'node:events';
import { createServer } from 'node:net';
import { FakeDocker } from '@gopdater/testing';
import { expect, test } from 'vitest';
import type { RegistryCredentials } from '../image/credentials.ts';
import { createDockerodeEngine } from './dockerode-engine.ts';

test('an engine that takes the call and never answers is given up', async () => {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const host = `tcp://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const engine = createDockerodeEngine({ host, timeoutMs: 50 });
  await expect(engine.version()).rejects.toMatchObject({ code: 'ENGINE_TIMEOUT', hint: expect.any(String) });
  await expect(engine.listContainers({ labels: [] })).rejects.toMatchObject({ code: 'ENGINE_TIMEOUT' });
  server.close();
});

const user = { username: 'me', password: 'pass:wörd' };

test.each([
  ['a name and a password', user],
  ['an identity token', { identityToken: 'refresh' }],
  ['a registry token', { registryToken: 'bearer' }],
])('a pull tells the engine %s', async (_, who) => {
  await using docker = await FakeDocker.start();
  docker.registry.push('acme/web:latest');
  docker.registry.requireToken(who);
  const engine = createDockerodeEngine({ host: `unix://${docker.socketPath}` });
  const pull = async (credentials?: RegistryCredentials) =>
    await engine.pullImage('docker.io/acme/web:latest', { credentials });
  await pull({ ...who, serverAddress: 'https://index.docker.io/v1/' });
  expect(await engine.inspectImage('acme/web:latest')).toBeDefined();
  const login = { code: 'PULL_FAILED', hint: expect.stringContaining('docker login') };
  await expect(pull()).rejects.toMatchObject(login);
  await expect(pull({ username: 'me', password: 'other', serverAddress: 'x' })).rejects.toMatchObject(login);
});

test.each(['manifests', 'blobs'] as const)('a pull that is limited at its %s says what to do', async on => {
  await using docker = await FakeDocker.start();
  docker.registry.push('acme/web:latest');
  docker.registry.fail({ status: 429, on });
  const engine = createDockerodeEngine({ host: `unix://${docker.socketPath}` });
  await expect(engine.pullImage('docker.io/acme/web:latest')).rejects.toMatchObject({
    code: 'PULL_FAILED',
    hint: expect.stringContaining('“docker login” for a higher limit'),
  });
});

test('a call that is not answered in time is ENGINE_TIMEOUT, not an engine that is away', async () => {
  await using docker = await FakeDocker.start();
  docker.registry.push('acme/web:latest');
  const { id } = docker.run('acme/web:latest');
  const engine = createDockerodeEngine({ host: docker.host, timeoutMs: 100 });
  await engine.version();
  docker.faults.next('GET /containers/*/json', { hang: true });
  await expect(engine.inspectContainer(id)).rejects.toMatchObject({ code: 'ENGINE_TIMEOUT' });
});

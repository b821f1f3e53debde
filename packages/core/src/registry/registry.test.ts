import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeRegistry } from '@gopdater/testing';
import { describe, expect, test } from 'vitest';
import { parseReference } from '../image/reference.ts';
import { createDockerConfigCredentials } from './credentials.ts';
import { createRegistry } from './registry.ts';

const image = parseReference('acme/web:latest');

/** A registry with one image, and a client that asks it in Docker Hub's stead. */
async function start(options: Parameters<typeof createRegistry>[0] = {}) {
  const fake = new FakeRegistry();
  const { digest } = fake.push('acme/web:latest');
  const mirror = await fake.listen();
  return {
    fake,
    digest,
    client: createRegistry({ mirror, ...options }),
    [Symbol.asyncDispose]: async () => await fake.close(),
  };
}

describe('a tag', () => {
  test('is resolved with one HEAD', async () => {
    await using world = await start();
    expect(await world.client.resolve(image)).toBe(world.digest);
    expect(world.fake.calls).toEqual([{ method: 'HEAD', path: '/v2/acme/web/manifests/latest', status: 200 }]);
  });

  test('of several platforms is the index', async () => {
    await using world = await start();
    const { digest } = world.fake.push('acme/web:latest', { platforms: ['linux/amd64', 'linux/arm64'] });
    expect(await world.client.resolve(image)).toBe(digest);
  });

  test('on a registry of the loopback interface is asked for without TLS', async () => {
    await using world = await start();
    expect(await createRegistry().resolve(parseReference(`${world.fake.host}/acme/web`))).toBe(world.digest);
  });

  test('that is not there says so', async () => {
    await using world = await start();
    await expect(world.client.resolve(parseReference('acme/web:none'))).rejects.toMatchObject({
      code: 'IMAGE_NOT_FOUND',
    });
  });

  test('behind a limit says when to come again', async () => {
    await using world = await start();
    world.fake.fail({ status: 429, headers: { 'Retry-After': '30' } });
    await expect(world.client.resolve(image)).rejects.toMatchObject({
      code: 'REGISTRY_FAILED',
      hint: expect.stringContaining('30'),
    });
  });

  test('is not to be had where nobody listens, in time, or after the signal', async () => {
    const nowhere = createRegistry({ mirror: 'http://127.0.0.1:1' });
    await expect(nowhere.resolve(image)).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      message: expect.stringContaining('http://127.0.0.1:1'),
    });
    await using world = await start();
    await expect(world.client.resolve(image, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORTED',
    });
  });
});

describe('a registry that wants a token', () => {
  test('gives one to anybody where it may', async () => {
    await using world = await start();
    world.fake.requireToken();
    expect(await world.client.resolve(image)).toBe(world.digest);
    expect(world.fake.calls.map(({ method, status }) => `${method} ${status}`)).toEqual([
      'HEAD 401',
      'GET 200',
      'HEAD 200',
    ]);
  });

  test('gives one to the user that it knows', async () => {
    const credentials = { get: async () => ({ username: 'me', password: 'secret', serverAddress: 'docker.io' }) };
    await using world = await start({ credentials });
    world.fake.requireToken({ username: 'me', password: 'secret' });
    expect(await world.client.resolve(image)).toBe(world.digest);
  });

  test('is given up when the token takes too long, also with a signal', async () => {
    const server = createServer((request, response) => {
      if (request.url?.startsWith('/token')) return;
      response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${request.headers.host}/token"` }).end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    const mirror = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const asked = createRegistry({ mirror, timeoutMs: 50 }).resolve(image, { signal: new AbortController().signal });
    await expect(asked).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      message: expect.stringContaining('50 ms'),
    });
    server.closeAllConnections();
    server.close();
  });

  test('refuses others, and the password is in no error', async () => {
    const credentials = { get: async () => ({ username: 'me', password: 'hunter2', serverAddress: 'docker.io' }) };
    await using world = await start({ credentials });
    world.fake.requireToken({ username: 'me', password: 'other' });
    const error: unknown = await world.client.resolve(image).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'REGISTRY_UNAUTHORIZED', hint: expect.stringContaining('docker login') });
    expect(JSON.stringify(error) + String(error)).not.toContain('hunter2');
  });
});

describe('the credentials of config.json', () => {
  const withConfig = async (config: string, registry: string) => {
    const directory = await mkdtemp(join(tmpdir(), 'docker-config-'));
    try {
      await writeFile(join(directory, 'config.json'), config);
      return await createDockerConfigCredentials(directory).get(registry);
    } finally {
      await rm(directory, { recursive: true });
    }
  };
  const auth = Buffer.from('me:pass:word').toString('base64');

  test.each([
    ['https://index.docker.io/v1/', 'docker.io'],
    ['docker.io', 'docker.io'],
    ['ghcr.io', 'ghcr.io'],
    ['https://registry.example.com:5000', 'registry.example.com:5000'],
  ])('under %s are those of %s', async (key, registry) => {
    const found = await withConfig(JSON.stringify({ auths: { [key]: { auth } } }), registry);
    expect(found).toEqual({ username: 'me', password: 'pass:word', serverAddress: key });
  });

  test('are none for another registry, an empty entry, or no file', async () => {
    expect(await withConfig(JSON.stringify({ auths: { 'ghcr.io': { auth } } }), 'docker.io')).toBeUndefined();
    expect(
      await withConfig(JSON.stringify({ auths: { 'ghcr.io': {} }, credsStore: 'desktop' }), 'ghcr.io'),
    ).toBeUndefined();
    expect(await createDockerConfigCredentials('/no/such/folder').get('ghcr.io')).toBeUndefined();
  });

  test('in a broken file are an error that does not quote it', async () => {
    const error: unknown = await withConfig(`{"auths": {"ghcr.io": {"auth": "${auth}"`, 'ghcr.io').catch(
      (e: unknown) => e,
    );
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(error).not.toHaveProperty('cause');
    expect(String(error)).not.toContain(auth);
  });
});

import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { inspect } from 'node:util';
import { FakeRegistry } from '@gopdater/testing';
import { describe, expect, test } from 'vitest';
import type { RegistryCredentials } from '../image/credentials.ts';
import { parseReference } from '../image/reference.ts';
import type { CredentialStore } from './credentials.ts';
import { createRegistry } from './registry.ts';

const image = parseReference('acme/web:latest');

/** Logged in everywhere as the same. */
const as = (who: LoginOf<RegistryCredentials>): CredentialStore => ({
  get: async () => ({ ...who, serverAddress: 'https://index.docker.io/v1/' }),
});
type LoginOf<C> = C extends RegistryCredentials ? Omit<C, 'serverAddress'> : never;

/** A server that answers as no registry does. */
async function serve(answer: RequestListener) {
  const requests: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url);
    answer(request, response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

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

  test('is listed with all others of its repository, page after page', async () => {
    await using world = await start();
    const tags = Array.from({ length: 2_500 }, (_, n) => `1.0.${n}`);
    for (const tag of tags) world.fake.push(`acme/web:${tag}`);
    expect(new Set(await world.client.tags(image))).toEqual(new Set(['latest', ...tags]));
    expect(world.fake.calls).toEqual(
      ['', '', ''].map(() => ({ method: 'GET', path: '/v2/acme/web/tags/list', status: 200 })),
    );
    await expect(world.client.tags(parseReference('acme/none'))).rejects.toMatchObject({ code: 'IMAGE_NOT_FOUND' });
  });

  test('is listed by its own registry, wherever that says that the next page is, and not without end', async () => {
    await using fake = await serve((_, response) => {
      response.setHeader('link', '<http://192.0.2.1/v2/other/tags/list?last=a>; rel="next"').end('{"tags":["a"]}');
    });
    await expect(createRegistry({ mirror: fake.url }).tags(image)).rejects.toMatchObject({ code: 'REGISTRY_FAILED' });
    expect(fake.requests).toHaveLength(200);
    expect(fake.requests.at(-1)).toContain('/v2/acme/web/tags/list?last=a');
  });

  test('that is not there says so', async () => {
    await using world = await start();
    await expect(world.client.resolve(parseReference('acme/web:none'))).rejects.toMatchObject({
      code: 'IMAGE_NOT_FOUND',
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
    await using world = await start({ credentials: as({ username: 'me', password: 'pass:word' }) });
    world.fake.requireToken({ username: 'me', password: 'pass:word' });
    expect(await world.client.resolve(image)).toBe(world.digest);
  });

  test('gives one for an identity token', async () => {
    await using world = await start({ credentials: as({ identityToken: 'refresh' }) });
    world.fake.requireToken({ identityToken: 'refresh' });
    expect(await world.client.resolve(image)).toBe(world.digest);
    expect(world.fake.calls.map(({ method, path }) => `${method} ${path}`)).toContain('POST /token');
  });

  test('is not asked for one where the login holds it', async () => {
    await using world = await start({ credentials: as({ registryToken: 'bearer' }) });
    world.fake.requireToken({ registryToken: 'bearer' });
    expect(await world.client.resolve(image)).toBe(world.digest);
    expect(world.fake.calls.map(({ path }) => path)).not.toContain('/token');
  });

  test.each([
    ['a password', { username: 'me', password: 'hunter2' }],
    ['an identity token', { identityToken: 'hunter2' }],
    ['a registry token', { registryToken: 'hunter2' }],
    ['a registry token of two lines', { registryToken: 'hunter2\nhunter2' }],
  ])('refuses %s that it does not know, and no error holds it', async (_, who) => {
    await using world = await start({ credentials: as(who) });
    world.fake.requireToken({ username: 'me', password: 'other' });
    const error: unknown = await world.client.resolve(image).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'REGISTRY_UNAUTHORIZED', hint: expect.stringContaining('“docker login”') });
    expect(inspect(error, { depth: 9 })).not.toContain('hunter2');
  });

  test('does not need a new login when its token server fails', async () => {
    await using world = await start();
    world.fake.requireToken();
    world.fake.fail({ status: 500, on: 'token' });
    await expect(world.client.resolve(image)).rejects.toMatchObject({
      code: 'REGISTRY_FAILED',
      message: expect.stringContaining('500'),
    });
  });

  test('does not get an identity token carried on by a redirect', async () => {
    await using elsewhere = await serve((_, response) => response.end('{"token":"stolen"}'));
    await using world = await serve((request, response) => {
      if (request.url === '/token') response.writeHead(307, { location: elsewhere.url }).end();
      else response.writeHead(401, { 'www-authenticate': `Bearer realm="${world.url}/token"` }).end();
    });
    const client = createRegistry({ mirror: world.url, credentials: as({ identityToken: 'refresh' }) });
    await expect(client.resolve(image)).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
    expect(elsewhere.requests).toEqual([]);
  });

  test.each(['not JSON: hunter2', '{"tokens":["hunter2"]}', '["hunter2"]', '{"token":"hunter2\\r\\nX: y"}'])(
    'whose token server answers something else is an error that does not quote it: %s',
    async answer => {
      await using world = await serve((request, response) => {
        if (request.url?.startsWith('/token')) response.end(answer);
        else response.writeHead(401, { 'www-authenticate': `Bearer realm="${world.url}/token"` }).end();
      });
      const error: unknown = await createRegistry({ mirror: world.url })
        .resolve(image)
        .catch((cause: unknown) => cause);
      expect(error).toMatchObject({ code: 'REGISTRY_FAILED', message: expect.stringContaining(world.url) });
      expect(inspect(error, { depth: 9 })).not.toContain('hunter2');
    },
  );

  test('is given up when the token takes too long, also with a signal', async () => {
    await using world = await serve((request, response) => {
      if (request.url?.startsWith('/token')) return;
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${world.url}/token"` }).end();
    });
    const client = createRegistry({ mirror: world.url, timeoutMs: 50 });
    await expect(client.resolve(image, { signal: new AbortController().signal })).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      message: expect.stringContaining('50 ms'),
    });
  });
});

describe('a registry that wants name and password', () => {
  test('gets them with the second question', async () => {
    await using world = await start({ credentials: as({ username: 'me', password: 'pass:word' }) });
    world.fake.requireBasic({ username: 'me', password: 'pass:word' });
    expect(await world.client.resolve(image)).toBe(world.digest);
    expect(world.fake.calls.map(({ status }) => status)).toEqual([401, 200]);
  });

  test('lets nobody in without a login', async () => {
    await using world = await start();
    world.fake.requireBasic({ username: 'me', password: 'pass:word' });
    await expect(world.client.resolve(image)).rejects.toMatchObject({ code: 'REGISTRY_UNAUTHORIZED' });
  });
});

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { FakeDocker } from '../docker/fake-docker.ts';
import { FakeRegistry } from './fake-registry.ts';
import { mediaTypes } from './image-bytes.ts';

const sha256 = (bytes: ArrayBuffer): string =>
  `sha256:${createHash('sha256').update(Buffer.from(bytes)).digest('hex')}`;

describe('the fake registry', () => {
  it('serves bytes whose sha256 is their digest, from the tag down to the layer', async () => {
    await using registry = new FakeRegistry();
    const url = await registry.listen();
    const { digest, id } = registry.push('acme/web:latest', { version: 'v1' });

    const response = await fetch(`${url}/v2/acme/web/manifests/latest`);
    expect(response.headers.get('docker-content-digest')).toBe(digest);
    expect(response.headers.get('content-type')).toBe(mediaTypes.manifest);
    const bytes = await response.arrayBuffer();
    expect(sha256(bytes)).toBe(digest);

    const manifest = JSON.parse(Buffer.from(bytes).toString());
    expect(manifest.config.digest).toBe(id);
    const config = await (await fetch(`${url}/v2/acme/web/blobs/${id}`)).arrayBuffer();
    expect(sha256(config)).toBe(id);
    const layer = await (await fetch(`${url}/v2/acme/web/blobs/${manifest.layers[0].digest}`)).arrayBuffer();
    expect(sha256(layer)).toBe(manifest.layers[0].digest);
  });

  it('moves a tag and keeps what it named by digest', async () => {
    await using registry = new FakeRegistry();
    const url = await registry.listen();
    const v1 = registry.push('acme/web:latest', { version: 'v1' });
    const v2 = registry.push('acme/web:latest', { version: 'v2' });
    const head = async (target: string): Promise<string | null> =>
      (await fetch(`${url}/v2/acme/web/manifests/${target}`, { method: 'HEAD' })).headers.get('docker-content-digest');
    expect(await head('latest')).toBe(v2.digest);
    expect(await head(v1.digest)).toBe(v1.digest);
    expect(v1.digest).not.toBe(v2.digest);
    expect(registry.push('acme/web:again', { version: 'v1' }).digest).toBe(v1.digest);
    expect(await (await fetch(`${url}/v2/acme/web/tags/list`)).json()).toEqual({
      name: 'acme/web',
      tags: ['again', 'latest'],
    });
  });

  it('takes what is pushed, in pieces or from another repository, and serves it', async () => {
    await using registry = new FakeRegistry();
    const url = await registry.listen();
    registry.push('acme/web:1', { version: 'v1' });
    const read = async (path: string): Promise<Buffer<ArrayBuffer>> =>
      Buffer.from(await (await fetch(`${url}/v2/acme/web/${path}`)).arrayBuffer());
    const manifest = await read('manifests/1');
    const { config, layers } = JSON.parse(manifest.toString());
    const ask = async (
      method: string,
      path: string,
      body: Uint8Array<ArrayBuffer> = new Uint8Array(),
    ): Promise<Response> =>
      await fetch(`${url}${path}`, { method, body, headers: { 'Content-Type': mediaTypes.manifest } });

    const early = await ask('PUT', '/v2/acme/copy/manifests/2', manifest);
    expect(early.status).toBe(404);
    expect(await early.json()).toMatchObject({ errors: [{ code: 'MANIFEST_BLOB_UNKNOWN' }] });
    const mounted = await ask('POST', `/v2/acme/copy/blobs/uploads/?mount=${layers[0].digest}&from=acme/web`);
    expect(mounted.status).toBe(201);
    const started = await ask('POST', `/v2/acme/copy/blobs/uploads/?mount=${config.digest}&from=acme/none`);
    expect(started.status).toBe(202);
    const place = started.headers.get('location') ?? '';
    const bytes = await read(`blobs/${config.digest}`);
    const half = await ask('PATCH', place, bytes.subarray(0, 100));
    expect([half.status, half.headers.get('range')]).toEqual([202, '0-99']);
    expect((await ask('PUT', `${place}?digest=${config.digest}`, bytes.subarray(100))).status).toBe(201);
    const stored = await ask('PUT', '/v2/acme/copy/manifests/2', manifest);
    expect(stored.status).toBe(201);
    const served = await fetch(`${url}/v2/acme/copy/manifests/2`);
    expect(served.headers.get('docker-content-digest')).toBe(stored.headers.get('docker-content-digest'));

    const other = (await ask('POST', '/v2/acme/copy/blobs/uploads/')).headers.get('location');
    expect((await ask('PUT', `${other}?digest=${config.digest}`, Buffer.from('other'))).status).toBe(400);
    await using docker = await FakeDocker.start({ registry, socketPath: false });
    expect(docker.run('acme/copy:2').env).toContain('VERSION=v1');
  });

  it('has an index for several platforms, for those who accept one', async () => {
    await using registry = new FakeRegistry();
    const url = await registry.listen();
    const { digest } = registry.push('acme/web:latest', { platforms: ['linux/amd64', 'linux/arm64'] });
    const response = await fetch(`${url}/v2/acme/web/manifests/latest`, { headers: { Accept: mediaTypes.index } });
    expect(response.headers.get('docker-content-digest')).toBe(digest);
    const index = await response.json();
    expect(index).toMatchObject({
      mediaType: mediaTypes.index,
      manifests: [{ platform: { architecture: 'amd64' } }, {}],
    });
    const refused = await fetch(`${url}/v2/acme/web/manifests/latest`, { headers: { Accept: mediaTypes.manifest } });
    expect(refused.status).toBe(404);
  });

  it.each([
    ['/v2/acme/none/manifests/latest', 404, 'NAME_UNKNOWN'],
    ['/v2/acme/web/manifests/none', 404, 'MANIFEST_UNKNOWN'],
    [`/v2/acme/web/blobs/sha256:${'0'.repeat(64)}`, 404, 'BLOB_UNKNOWN'],
    ['/v2/nonsense', 404, 'NOT_FOUND'],
  ])('answers %s with %d %s', async (path, status, code) => {
    await using registry = new FakeRegistry();
    const url = await registry.listen();
    registry.push('acme/web:latest');
    const response = await fetch(url + path);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ errors: [{ code }] });
  });

  it('asks for a token, and gives one to the right user only', async () => {
    await using registry = new FakeRegistry();
    const url = await registry.listen();
    registry.push('acme/web:latest');
    registry.requireToken({ username: 'me', password: 'a:b' });
    const manifest = `${url}/v2/acme/web/manifests/latest`;

    const refused = await fetch(manifest);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe(
      `Bearer realm="${url}/token",service="fake-registry",scope="repository:acme/web:pull"`,
    );
    const ask = `${url}/token?service=fake-registry&scope=repository:acme/web:pull`;
    const basic = (text: string): { headers: { Authorization: string } } => ({
      headers: { Authorization: `Basic ${Buffer.from(text).toString('base64')}` },
    });
    expect((await fetch(ask)).status).toBe(401);
    expect((await fetch(ask, basic('me:wrong'))).status).toBe(401);
    const { token }: { token: string } = JSON.parse(await (await fetch(ask, basic('me:a:b'))).text());
    expect((await fetch(manifest, { headers: { Authorization: `Bearer ${token}` } })).status).toBe(200);
    const other = `${url}/v2/acme/other/manifests/latest`;
    expect((await fetch(other, { headers: { Authorization: `Bearer ${token}` } })).status).toBe(401);
  });

  it('gives a token to everybody when no user is set', async () => {
    await using registry = new FakeRegistry();
    const url = await registry.listen();
    registry.requireToken();
    expect((await fetch(`${url}/v2/`)).status).toBe(401);
    expect((await fetch(`${url}/token?scope=x`)).status).toBe(200);
  });

  it('gives a token for an identity token, and for a user, by POST', async () => {
    await using registry = new FakeRegistry();
    const url = await registry.listen();
    registry.push('acme/web:latest');
    registry.requireToken({ username: 'me', password: 'a:b', identityToken: 'refresh' });
    const ask = async (form: Record<string, string>) =>
      await fetch(`${url}/token`, {
        method: 'POST',
        body: new URLSearchParams({ service: 'fake-registry', scope: 'repository:acme/web:pull', ...form }),
      });
    for (const form of [
      { grant_type: 'refresh_token', refresh_token: 'refresh' },
      { grant_type: 'password', username: 'me', password: 'a:b' },
    ]) {
      const { access_token }: { access_token: string } = JSON.parse(await (await ask(form)).text());
      const headers = { Authorization: `Bearer ${access_token}` };
      expect((await fetch(`${url}/v2/acme/web/manifests/latest`, { headers })).status).toBe(200);
    }
    expect((await ask({ grant_type: 'refresh_token', refresh_token: 'other' })).status).toBe(401);
    expect((await ask({ grant_type: 'authorization_code' })).status).toBe(400);
  });

  it('takes a registry token as it is', async () => {
    await using registry = new FakeRegistry();
    const url = await registry.listen();
    registry.push('acme/web:latest');
    registry.requireToken({ registryToken: 'bearer' });
    const read = async (token: string) =>
      (await fetch(`${url}/v2/acme/web/manifests/latest`, { headers: { Authorization: `Bearer ${token}` } })).status;
    expect([await read('bearer'), await read('other')]).toEqual([200, 401]);
    expect((await fetch(`${url}/token?scope=repository:acme/web:pull`)).status).toBe(401);
  });

  it('asks for name and password, where it has no tokens', async () => {
    await using registry = new FakeRegistry();
    const url = await registry.listen();
    registry.push('acme/web:latest');
    registry.requireBasic({ username: 'me', password: 'a:b' });
    const manifest = `${url}/v2/acme/web/manifests/latest`;
    const refused = await fetch(manifest);
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="fake-registry"']);
    const headers = { Authorization: `Basic ${Buffer.from('me:a:b').toString('base64')}` };
    expect((await fetch(manifest, { headers })).status).toBe(200);
    expect((await fetch(`${url}/token`)).status).toBe(404);
  });

  it('cuts a connection when it was told to', async () => {
    await using registry = new FakeRegistry();
    const url = await registry.listen();
    registry.push('acme/web:latest');
    registry.fail({ drop: true });
    await expect(fetch(`${url}/v2/acme/web/manifests/latest`)).rejects.toThrow();
    expect((await fetch(`${url}/v2/acme/web/manifests/latest`)).status).toBe(200);
    expect(registry.calls.map(({ status }) => status)).toEqual([0, 200]);
  });

  it('fails as often as it was told, then works again', async () => {
    await using registry = new FakeRegistry();
    const url = await registry.listen();
    registry.push('acme/web:latest');
    registry.fail({ status: 429, headers: { 'Retry-After': '1' }, times: 2 });
    const answers = [];
    for (let i = 0; i < 3; i += 1) answers.push(await fetch(`${url}/v2/acme/web/manifests/latest`));
    expect(answers.map(({ status }) => status)).toEqual([429, 429, 200]);
    expect(answers[0]?.headers.get('retry-after')).toBe('1');
    expect(registry.calls.map(({ status }) => status)).toEqual([429, 429, 200]);
  });
});

import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import Docker from 'dockerode';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeDocker } from '../src/index.ts';

describe('dockerode on the fake', () => {
  let docker: FakeDocker;
  let client: Docker;

  beforeEach(async () => {
    docker = await FakeDocker.start();
    client = new Docker({ socketPath: docker.socketPath });
  });
  afterEach(() => docker[Symbol.asyncDispose]());

  const pull = async (reference: string): Promise<Record<string, unknown>[]> => {
    const stream = await client.pull(reference);
    return await new Promise((resolve, reject) => {
      client.modem.followProgress(stream, (error, output) => (error ? reject(error) : resolve(output)));
    });
  };

  it('pings and asks for the version', async () => {
    expect(String(await client.ping())).toBe('OK');
    expect(await client.version()).toMatchObject({ Version: '28.5.2', ApiVersion: '1.51' });
    expect(await client.info()).toMatchObject({ ServerVersion: '28.5.2', Containers: 0 });
  });

  it('takes a container from creation to removal', async () => {
    docker.registry.push('acme/web:latest', { exposedPorts: ['80/tcp'], env: { MODE: 'test' } });
    await pull('acme/web:latest');
    const container = await client.createContainer({
      name: 'web',
      Image: 'acme/web:latest',
      Labels: { tier: 'front' },
    });
    await container.start();
    expect(await container.inspect()).toMatchObject({
      Name: '/web',
      State: { Status: 'running', Running: true },
      Config: { Env: expect.arrayContaining(['MODE=test']), Labels: { tier: 'front' } },
      NetworkSettings: { Networks: { bridge: { IPAddress: '172.17.0.2' } }, Ports: { '80/tcp': null } },
    });
    await container.stop();
    expect((await container.inspect()).State).toMatchObject({ Status: 'exited', ExitCode: 0 });
    await expect(container.stop()).rejects.toMatchObject({ statusCode: 304 });
    await container.remove();
    await expect(container.inspect()).rejects.toMatchObject({
      statusCode: 404,
      json: { message: `No such container: ${container.id}` },
    });
  });

  it('follows a pull to its end, and to its error', async () => {
    const { digest } = docker.registry.push('acme/web:latest');
    const output = await pull('acme/web:latest');
    expect(output.map(({ status }) => status)).toContain(`Digest: ${digest}`);
    await expect(pull('acme/web:none')).rejects.toMatchObject({ statusCode: 404 });

    docker.registry.push('acme/web:latest', { version: 'v2' });
    docker.registry.fail({ status: 503, on: 'blobs' });
    const message = 'received unexpected HTTP status: 503 Service Unavailable';
    expect((await pull('acme/web:latest')).at(-1)).toEqual({ errorDetail: { message }, error: message });
  });

  it('lists containers by label, name, id and state', async () => {
    docker.registry.push('acme/web:latest');
    const a = docker.run('acme/web', { name: 'web-a', labels: { tier: 'front', app: 'x' } });
    docker.run('acme/web', { name: 'web-b', labels: { tier: 'back' } }).exit(2);
    const names = async (filters: Record<string, string[]>, all = true): Promise<(string | undefined)[]> =>
      (await client.listContainers({ all, filters })).map(({ Names }) => Names[0]);
    expect(await names({})).toEqual(['/web-b', '/web-a']);
    expect(await names({}, false)).toEqual(['/web-a']);
    expect(await names({ label: ['tier=back'] })).toEqual(['/web-b']);
    expect(await names({ label: ['tier', 'app=x'] })).toEqual(['/web-a']);
    expect(await names({ name: ['^/web-b$'] })).toEqual(['/web-b']);
    expect(await names({ id: [a.id.slice(0, 12)] })).toEqual(['/web-a']);
    expect(await names({ status: ['exited'] }, false)).toEqual(['/web-b']);
    await expect(names({ nonsense: ['x'] })).rejects.toMatchObject({ statusCode: 400 });
  });

  it('streams events as they happen', async () => {
    docker.registry.push('acme/web:latest');
    const stream = await client.getEvents({ filters: { type: ['container'], event: ['start', 'die'] } });
    const seen: string[] = [];
    const done = new Promise<void>(resolve => {
      stream.on('data', chunk => {
        for (const line of String(chunk).trim().split('\n')) seen.push(JSON.parse(line).Action);
        if (seen.length === 2) resolve();
      });
    });
    docker.run('acme/web', { name: 'web' }).exit();
    await done;
    expect(seen).toEqual(['start', 'die']);
    stream.removeAllListeners();
  });

  it('tags, lists, inspects and removes images', async () => {
    const { id, digest } = docker.registry.push('acme/web:latest');
    docker.pull('acme/web');
    await client.getImage('acme/web').tag({ repo: 'docker.io/acme/other', tag: '9' });
    expect(await client.getImage('acme/other:9').inspect()).toMatchObject({
      Id: id,
      RepoTags: ['acme/other:9', 'acme/web:latest'],
      RepoDigests: [`acme/web@${digest}`],
    });
    expect(await client.listImages({ filters: { dangling: ['true'] } })).toEqual([]);
    expect(await client.getImage('acme/other:9').remove()).toEqual([{ Untagged: 'acme/other:9' }]);
    expect(await client.getImage('acme/web').distribution()).toMatchObject({ Descriptor: { digest } });
  });

  it('makes and removes networks and volumes', async () => {
    const network = await client.createNetwork({ Name: 'front', Labels: { a: 'b' } });
    docker.registry.push('acme/web:latest');
    const web = docker.run('acme/web', { name: 'web' });
    await network.connect({ Container: 'web', EndpointConfig: { Aliases: ['www'] } });
    expect((await network.inspect()).Containers).toMatchObject({
      [web.id]: { Name: 'web', IPv4Address: '172.18.0.2/16' },
    });
    await expect(network.remove()).rejects.toMatchObject({ statusCode: 403 });
    await network.disconnect({ Container: 'web' });
    await network.remove();
    await client.createVolume({ Name: 'data' });
    expect((await client.listVolumes()).Volumes.map(({ Name }) => Name)).toEqual(['data']);
    await client.getVolume('data').remove();
    await expect(client.getVolume('data').inspect()).rejects.toMatchObject({ statusCode: 404 });
  });

  it('answers the status of a wait at once and its body at the exit', async () => {
    docker.registry.push('acme/web:latest');
    const web = docker.run('acme/web', { name: 'web' });
    const answered = await fetchOverSocket(docker.socketPath, 'POST /v1.51/containers/web/wait?condition=next-exit');
    expect(answered.head).toMatch(/^HTTP\/1\.1 200 OK/);
    web.exit(9);
    expect(await answered.rest).toContain('{"StatusCode":9}');
  });

  it('refuses versions it does not speak', async () => {
    const newer = new Docker({ socketPath: docker.socketPath, version: 'v1.99' });
    await expect(newer.info()).rejects.toMatchObject({
      statusCode: 400,
      json: { message: 'client version 1.99 is too new. Maximum supported API version is 1.51' },
    });
  });

  it('is told what the fake does not model, and so is the test', async () => {
    await expect(client.searchImages({ term: 'web' })).rejects.toMatchObject({ statusCode: 501 });
    expect(docker.unsupported).toEqual(['GET /images/search']);
  });

  it('meets faults and finds the daemon gone', async () => {
    docker.registry.push('acme/web:latest');
    docker.faults.next('POST /containers/*/stop', { status: 500, message: 'boom' });
    docker.faults.next('GET /info', { drop: true });
    docker.run('acme/web', { name: 'web' });
    await expect(client.getContainer('web').stop()).rejects.toMatchObject({
      statusCode: 500,
      json: { message: 'boom' },
    });
    await expect(client.info()).rejects.toThrow(/socket hang up/);
    await client.getContainer('web').stop();
    expect(docker.calls.all.map(({ path, status }) => [path, status])).toEqual([
      ['/containers/web/stop', 500],
      ['/info', undefined],
      ['/containers/web/stop', 204],
    ]);
    await docker.goAway();
    await expect(client.ping()).rejects.toThrow();
    await docker.comeBack();
    expect(String(await client.ping())).toBe('OK');
  });
});

/** Resolves with the head of the answer, as soon as it is there. */
async function fetchOverSocket(path: string, line: string): Promise<{ head: string; rest: Promise<string> }> {
  const socket = connect(path);
  socket.write(`${line} HTTP/1.1\r\nHost: docker\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  const head = await new Promise<string>(resolve => socket.once('data', chunk => resolve(String(chunk))));
  return { head, rest: buffer(socket).then(String) };
}

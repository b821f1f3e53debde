import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFakeEngine, FakeDocker, type VirtualClock } from '../src/index.ts';

interface Answer {
  readonly status: number | undefined;
  readonly length: string | undefined;
  readonly text: string;
  readonly isCut: boolean;
}

describe('an answer that has begun', () => {
  let docker: FakeDocker<VirtualClock>;

  beforeEach(async () => {
    docker = await FakeDocker.start({ clock: 'manual' });
    docker.registry.push('acme/web:latest');
  });
  afterEach(() => docker[Symbol.asyncDispose]());

  const ask = (method: string, path: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const call = request({ socketPath: docker.socketPath, method, path, agent: false }, response => {
        const { statusCode: status, headers } = response;
        let text = '';
        const end = (isCut: boolean) => () => resolve({ status, length: headers['content-length'], text, isCut });
        response.setEncoding('utf8').on('data', chunk => {
          text += chunk;
        });
        response.on('end', end(false)).on('error', end(true));
      });
      call.on('error', reject).end();
    });
  const hasImage = (): boolean => docker.state.images.find('acme/web:latest') !== undefined;

  it('is cut after its headers', async () => {
    docker.faults.next('GET /info', { drop: true, afterLines: 0 });
    const { text, length, ...answer } = await ask('GET', '/info');
    expect(answer).toEqual({ status: 200, isCut: true });
    expect([text, Number(length) > 500]).toEqual(['', true]);
    docker.faults.next('POST /networks/create', { drop: true, afterLines: 0 });
    expect(await ask('POST', '/networks/create')).toMatchObject({ status: 400, isCut: false });
  });

  it('tells of an error after some lines of a pull, and the image is not there', async () => {
    docker.faults.next('POST /images/create', { error: 'no space left on device', afterLines: 2 });
    const { status, text, isCut } = await ask('POST', '/images/create?fromImage=acme/web&tag=latest');
    const lines = text.trim().split('\r\n');
    expect([status, lines.length, isCut]).toEqual([200, 3, false]);
    expect(JSON.parse(lines[2] ?? '')).toEqual({
      errorDetail: { message: 'no space left on device' },
      error: 'no space left on device',
    });
    expect(hasImage()).toBe(false);
  });

  it('is cut after some lines of a pull, all of which come', async () => {
    docker.faults.next('POST /images/create', { drop: true, afterLines: 2 });
    const { text, isCut } = await ask('POST', '/images/create?fromImage=acme/web&tag=latest');
    expect([text.trim().split('\r\n').length, isCut]).toEqual([2, true]);
    expect(hasImage()).toBe(false);
  });

  it('is a stream of events that is cut, while the next one is not', async () => {
    const events = ask('GET', '/events');
    await vi.waitFor(() => expect(docker.calls.all).toMatchObject([{ path: '/events', status: 200 }]));
    docker.run('acme/web:latest', { name: 'web' });
    docker.fail({ kind: 'events-cut' });
    expect(await events).toMatchObject({ status: 200, isCut: true });
    const { text, isCut } = await ask('GET', `/events?since=0&until=${docker.clock.now() / 1000}`);
    expect([text.trim().split('\n').length, isCut]).toEqual([4, false]);
  });

  it('is cut where it should tell of an error and has no lines', async () => {
    docker.faults.next('GET /info', { error: 'oh', afterLines: 0 });
    await expect(ask('GET', '/info')).resolves.toMatchObject({ isCut: true });
  });
});

describe('an answer in process', () => {
  let docker: FakeDocker<VirtualClock>;

  beforeEach(async () => {
    docker = await FakeDocker.start({ clock: 'manual', socketPath: false });
    docker.registry.push('acme/web:latest');
  });
  afterEach(() => docker[Symbol.asyncDispose]());

  const pull = (): Promise<void> => createFakeEngine(docker).pullImage('acme/web:latest');

  it.each([
    ['tells of an error', { error: 'no space left on device', afterLines: 3 }, 'PULL_FAILED'],
    ['is cut', { drop: true, afterLines: 3 }, 'ENGINE_UNREACHABLE'],
    ['is cut after its last line', { drop: true, afterLines: 1000 }, 'ENGINE_UNREACHABLE'],
  ] as const)('%s after some lines of a pull', async (_, fault, code) => {
    docker.faults.next('pullImage', fault);
    const seen: string[] = [];
    const onProgress = ({ status }: { readonly status: string }): void => void seen.push(status);
    await expect(createFakeEngine(docker).pullImage('acme/web:latest', { onProgress })).rejects.toMatchObject({ code });
    expect(seen).toHaveLength(Math.min(fault.afterLines, 9));
    expect(docker.state.images.find('acme/web:latest') !== undefined).toBe(fault.afterLines > 9);
  });

  it('is lost after the daemon has acted, if it does not come in lines', async () => {
    docker.pull('acme/web:latest');
    docker.faults.next('tagImage', { drop: true, afterLines: 0 });
    const tag = createFakeEngine(docker).tagImage('acme/web:latest', 'acme/web:kept');
    await expect(tag).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    expect(docker.state.images.find('acme/web:kept')).toBeDefined();
  });

  it('is a stream of events that is cut now', async () => {
    const engine = createFakeEngine(docker);
    const seen: string[] = [];
    const watching = (async () => {
      for await (const { action } of engine.watchContainers({ labels: [] }, { signal: new AbortController().signal })) {
        seen.push(action);
        if (action === 'start') docker.fail({ kind: 'events-cut' });
      }
    })();
    await docker.calls.arrived('GET /events');
    await docker.clock.advance(0);
    docker.run('acme/web:latest');
    await expect(watching).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    expect(seen).toEqual(['create', 'start']);
  });

  it('breaks off by name, after one line', async () => {
    docker.fail({ kind: 'pull-error' });
    await expect(pull()).rejects.toThrow('no space left on device');
    await pull();
  });
});

describe('a registry that fails by name', () => {
  let docker: FakeDocker<VirtualClock>;

  beforeEach(async () => {
    docker = await FakeDocker.start({ clock: 'manual', socketPath: false });
    docker.registry.push('acme/web:latest');
  });
  afterEach(() => docker[Symbol.asyncDispose]());

  const pull = (credentials?: { readonly username: string; readonly password: string }): Promise<void> =>
    createFakeEngine(docker).pullImage(
      'acme/web:latest',
      credentials && { credentials: { ...credentials, serverAddress: 'docker.io' } },
    );
  const manifest = async (): Promise<Response> => await fetch(`${docker.registry.url}/v2/acme/web/manifests/latest`);

  it('is down, for a while', async () => {
    const url = await docker.registry.listen();
    docker.fail({ kind: 'registry-down', forMs: 5000 });
    await expect(pull()).rejects.toThrow('connection refused');
    await expect(manifest()).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    await docker.clock.advance(5000);
    await pull();
    expect([(await manifest()).status, docker.registry.url]).toEqual([200, url]);
  });

  it('limits the rate, and says for how long', async () => {
    await docker.registry.listen();
    docker.fail({ kind: 'rate-limit', retryAfterSeconds: 30, times: 2 });
    expect(docker.registry.unreached()).toHaveLength(1);
    const { status, headers } = await manifest();
    expect([status, headers.get('retry-after')]).toEqual([429, '30']);
    await expect(pull()).rejects.toThrow('toomanyrequests');
    expect(docker.registry.unreached()).toEqual([]);
    await pull();
  });

  it('asks for credentials, and takes none but the right ones, or none at all', async () => {
    const user = { username: 'ada', password: 'secret' };
    docker.fail({ kind: 'auth-required', ...user });
    await expect(pull()).rejects.toThrow('pull access denied');
    await expect(pull({ ...user, password: 'wrong' })).rejects.toThrow('pull access denied');
    docker.fail({ kind: 'auth-refused' });
    await expect(pull(user)).rejects.toThrow('pull access denied');
    await pull(user);
  });

  it('is there again after the daemon has been restarted by name', async () => {
    docker.run('acme/web:latest', { name: 'web' });
    docker.fail({ kind: 'daemon-restart', awayMs: 100 });
    await expect(pull()).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    await docker.clock.run(() => docker.clock.sleep(101));
    await pull();
    expect(docker.container('web').status).toBe('exited');
  });
});

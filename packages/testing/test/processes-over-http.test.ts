import { connect, type Socket } from 'node:net';
import { PassThrough, type Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import Docker from 'dockerode';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { readTar } from '../src/files/read-tar.ts';
import { writeTar } from '../src/files/tar.ts';
import { FakeDocker } from '../src/index.ts';

const server = `#!/bin/sh
trap 'echo bye; exit 0' TERM
echo "hello from $NAME"
echo warning >&2
while :; do sleep 1 & wait $!; done
`;
/** Of a frame of stdout. */
const frameHeader = new RegExp(`${String.fromCharCode(1)}\\0{6}.`, 'g');
const ready = { AttachStdout: true, AttachStderr: true };

let docker: FakeDocker;
let client: Docker;

beforeEach(async () => {
  docker = await FakeDocker.start();
  client = new Docker({ socketPath: docker.socketPath });
  docker.registry.push('busybox', { files: {}, command: ['sh'] });
  docker.registry.push('acme/web', { files: { '/run.sh': server }, command: ['/run.sh'], env: { NAME: 'web' } });
});
afterEach(async () => {
  const { unsupported } = docker;
  await docker[Symbol.asyncDispose]();
  expect(unsupported).toEqual([]);
});

const events = (): string[] => docker.state.events.history.map(({ type, action }) => `${type} ${action}`);
const run = async (...command: string[]): Promise<Docker.Container> => {
  docker.pull('busybox');
  return await client.createContainer({ Image: 'busybox', Cmd: command });
};

describe('an exec', () => {
  const exec = async (
    id: string,
    options: Docker.ExecCreateOptions,
  ): Promise<{ out: string; err: string; code: unknown }> => {
    const created = await client.getContainer(id).exec({ ...ready, ...options });
    const stream = await created.start({ hijack: true, stdin: options.AttachStdin ?? false });
    if (options.AttachStdin) stream.end('typed\n');
    const printed = await demultiplex(stream);
    return { ...printed, code: (await created.inspect()).ExitCode };
  };

  it('sends nothing together with the head of its answer', async () => {
    docker.run('acme/web', { name: 'web' });
    const { id } = await client.getContainer('web').exec({ ...ready, Cmd: ['echo', 'late'] });
    const socket = connect(docker.socketPath);
    const body = '{"Detach":false}';
    const head = ['Host: d', 'Connection: Upgrade', 'Upgrade: tcp', 'Content-Type: application/json'].join('\r\n');
    socket.write(`POST /exec/${id}/start HTTP/1.1\r\n${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    const chunks: string[] = [];
    for await (const chunk of socket) chunks.push(String(chunk));
    expect(chunks[0]?.split('\r\n\r\n')[1]).toBe('');
    expect(chunks.slice(1).join('')).toMatch(/late\n$/);
  });

  it('is left by the keys to detach, and runs on', async () => {
    docker.run('acme/web', { name: 'web' });
    const created = await client.getContainer('web').exec({ ...ready, AttachStdin: true, Tty: true, Cmd: ['cat'] });
    const stream = await created.start({ hijack: true, stdin: true });
    stream.write('typed\n');
    await new Promise(resolve => stream.once('data', resolve));
    stream.write('\x10\x11');
    await text(stream);
    expect((await created.inspect()).Running).toBe(true);
    expect(events().at(-1)).toBe('container exec_detach');
  });

  it('gives both outputs, its exit code, and an event for each of its steps', async () => {
    docker.run('acme/web', { name: 'web' });
    expect(await exec('web', { Cmd: ['sh', '-c', 'echo out; echo err >&2; exit 3'] })).toEqual({
      out: 'out\n',
      err: 'err\n',
      code: 3,
    });
    const script = 'sh -c echo out; echo err >&2; exit 3';
    const told = events().filter(event => event.includes('exec'));
    expect(told).toEqual([`container exec_create: ${script}`, `container exec_start: ${script}`, 'container exec_die']);
  });

  it('reads what the client types until it types no more', async () => {
    docker.run('acme/web', { name: 'web' });
    expect(await exec('web', { Cmd: ['cat'], AttachStdin: true })).toEqual({ out: 'typed\n', err: '', code: 0 });
  });

  it('has its own variables, folder and user', async () => {
    docker.run('acme/web', { name: 'web' });
    const options = {
      Cmd: ['sh', '-c', 'echo $NAME $A; pwd; whoami'],
      Env: ['A=1'],
      WorkingDir: '/tmp',
      User: 'nobody',
    };
    expect((await exec('web', options)).out).toBe('web 1\n/tmp\nnobody\n');
  });

  it('is told in its stream when there is no such program', async () => {
    docker.run('acme/web', { name: 'web' });
    expect(await exec('web', { Cmd: ['nosuch'] })).toEqual({
      out: 'OCI runtime exec failed: exec failed: unable to start container process: exec: "nosuch": executable file not found in $PATH\r\n',
      err: '',
      code: 127,
    });
    docker.container('web').exit(0);
    await expect(exec('web', { Cmd: ['true'] })).rejects.toMatchObject({ statusCode: 409 });
  });

  it('runs once, detached too, and is listed as long as it does', async () => {
    const web = docker.run('acme/web', { name: 'web' });
    const created = await client.getContainer('web').exec({ Cmd: ['sleep', '60'] });
    await created.start({ Detach: true });
    expect(await created.inspect()).toMatchObject({ Running: true, ExitCode: null, ContainerID: web.id });
    expect(await client.getContainer('web').inspect()).toMatchObject({ ExecIDs: [created.id] });
    await expect(created.start({ Detach: true })).rejects.toMatchObject({ statusCode: 409 });
    await expect(client.getExec('none').inspect()).rejects.toMatchObject({
      statusCode: 404,
      json: { message: 'No such exec instance: none' },
    });
  });

  it('with a terminal has one output, shows what is typed, and can be resized', async () => {
    docker.run('acme/web', { name: 'web' });
    const created = await client
      .getContainer('web')
      .exec({ Cmd: ['sh', '-c', 'read x; echo got $x >&2'], Tty: true, AttachStdin: true, ...ready });
    const stream = await created.start({ hijack: true, stdin: true, Tty: true });
    await created.resize({ h: 10, w: 20 });
    stream.write('me\r');
    expect(String(await buffer(stream))).toBe('me\r\ngot me\r\n');
  });

  it('answers an upgrade with its head alone, and takes what comes after the body for its input', async () => {
    docker.run('acme/web', { name: 'web' });
    const { id } = await client.getContainer('web').exec({ Cmd: ['cat'], AttachStdin: true, ...ready });
    const body = '{"Detach":false,"Tty":false}';
    const socket = await request(
      `POST /v1.51/exec/${id}/start`,
      `Content-Length: ${body.length}\r\nUpgrade: tcp\r\nConnection: Upgrade`,
      `${body}first `,
    );
    socket.end('second\n');
    const answer = String(await buffer(socket));
    expect(answer.split('\r\n').slice(0, 4)).toEqual([
      'HTTP/1.1 101 UPGRADED',
      'Content-Type: application/vnd.docker.multiplexed-stream',
      'Connection: Upgrade',
      'Upgrade: tcp',
    ]);
    expect(answer.replace(frameHeader, '')).toMatch(/\r\n\r\nfirst second\n$/);
  });
});

describe('a container that clients are attached to', () => {
  it('gives what it prints from its start to its end, to be waited for and removed by itself', async () => {
    docker.pull('busybox');
    const container = await client.createContainer({
      Image: 'busybox',
      Cmd: ['sh', '-c', 'echo out; echo err >&2; exit 7'],
      HostConfig: { AutoRemove: true },
    });
    const stream = await container.attach({ stream: true, stdout: true, stderr: true, hijack: true });
    const ended = container.wait({ condition: 'removed' });
    await container.start();
    expect(await demultiplex(stream)).toEqual({ out: 'out\n', err: 'err\n' });
    expect(await ended).toEqual({ StatusCode: 7 });
    expect(events().slice(1)).toEqual([
      'container create',
      'container attach',
      'network connect',
      'container start',
      'network disconnect',
      'container die',
      'container destroy',
    ]);
  });

  it('reads what was typed before it was started', async () => {
    docker.pull('busybox');
    const container = await client.createContainer({
      Image: 'busybox',
      Cmd: ['wc', '-c'],
      OpenStdin: true,
      StdinOnce: true,
    });
    const stream = await container.attach({ stream: true, stdin: true, stdout: true, hijack: true });
    stream.end('12345');
    await container.start();
    expect((await demultiplex(stream)).out).toBe('5\n');
  });

  it('speaks to them in messages of a WebSocket, too', async () => {
    docker.pull('busybox');
    const { id } = await client.createContainer({ Image: 'busybox', Cmd: ['cat'], OpenStdin: true, StdinOnce: true });
    const socket = new WebSocket(
      `ws+unix://${docker.socketPath}:/v1.51/containers/${id}/attach/ws?stream=1&stdin=1&stdout=1`,
    );
    await new Promise(resolve => socket.once('open', resolve));
    await client.getContainer(id).start();
    const echoed = new Promise(resolve => socket.once('message', data => resolve(String(data))));
    socket.send('typed\n');
    expect(await echoed).toBe('typed\n');
    const closed = new Promise(resolve => socket.once('close', resolve));
    await client.getContainer(id).kill();
    await closed;
    const none = new WebSocket(`ws+unix://${docker.socketPath}:/containers/none/attach/ws`);
    expect(await new Promise<Error>(resolve => none.once('error', resolve))).toMatchObject({
      message: expect.stringContaining('404'),
    });
  });

  it('reads what is typed without an upgrade, behind the options that dockerode sends', async () => {
    docker.pull('busybox');
    const container = await client.createContainer({ Image: 'busybox', Cmd: ['sh'], OpenStdin: true });
    const stream = await container.attach({ stream: true, stdin: true, stdout: true, stderr: true });
    await container.start();
    stream.write('echo typed; exit\n');
    expect(await demultiplex(stream)).toEqual({ out: 'typed\n', err: '' });
  });

  it('are left by the keys to detach, and it runs on', async () => {
    docker.pull('busybox');
    const container = await client.createContainer({ Image: 'busybox', Cmd: ['cat'], OpenStdin: true, Tty: true });
    await container.start();
    const stream = await container.attach({
      stream: true,
      stdin: true,
      stdout: true,
      hijack: true,
      detachKeys: 'ctrl-a,b',
    });
    stream.write('typed\n');
    await new Promise(resolve => stream.once('data', resolve));
    stream.write('\x01b');
    await text(stream);
    expect((await container.inspect()).State.Running).toBe(true);
    expect(events().at(-1)).toBe('container detach');
  });

  it('leaves them when it cannot be started', async () => {
    const container = await run('/no/such');
    const stream = await container.attach({ stream: true, stdout: true, hijack: true });
    await expect(container.start()).rejects.toMatchObject({
      statusCode: 400,
      json: { message: expect.stringContaining('/no/such') },
    });
    expect(String(await buffer(stream))).toBe('');
    expect((await container.inspect()).State).toMatchObject({ Status: 'created', ExitCode: 127 });
  });

  it('is one stream of bytes without an upgrade, too', async () => {
    const container = await run('echo', 'plain');
    const stream = await container.attach({ stream: true, stdout: true, stderr: true });
    await container.start();
    expect((await demultiplex(stream)).out).toBe('plain\n');
  });
});

describe('logs', () => {
  const logs = async (options: Docker.ContainerLogsOptions): Promise<string> => {
    const { out, err } = await demultiplex(
      (await client.getContainer('printer').logs({ stdout: true, stderr: true, ...options, follow: true })) as Readable,
    );
    return out + err;
  };

  it('are given from the end, since and until a moment, with their times, and of one output', async () => {
    docker.pull('busybox');
    const container = await client.createContainer({
      name: 'printer',
      Image: 'busybox',
      Cmd: ['sh', '-c', 'echo a; echo b >&2; echo c; printf d'],
    });
    await container.start();
    await container.wait();
    expect(await logs({})).toBe('a\nc\ndb\n');
    expect(await logs({ tail: 2 })).toBe('c\nd');
    expect(await logs({ tail: 0 })).toBe('');
    expect(await logs({ stderr: false })).toBe('a\nc\nd');
    expect(await logs({ since: Date.now() / 1000 + 60 })).toBe('');
    expect(await logs({ until: 1 })).toBe('');
    expect(await logs({ timestamps: true, tail: 1 })).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z d$/);
    await expect(container.logs({ follow: false, stdout: false, stderr: false })).rejects.toMatchObject({
      statusCode: 400,
    });
  });

  it('are followed to the end of the container', async () => {
    docker.run('acme/web', { name: 'printer' });
    const all = logs({ tail: 1 });
    await docker.calls.arrived('GET /containers/*/logs');
    await client.getContainer('printer').stop();
    expect(await all).toContain('bye\n');
  });
});

describe('files', () => {
  it('go in and out as archives, with what they are in a header', async () => {
    docker.run('acme/web', { name: 'web' });
    const web = client.getContainer('web');
    const file = {
      kind: 'file',
      path: 'in/data',
      mode: 0o640,
      uid: 0,
      gid: 0,
      modifiedMs: 1_700_000_000_000,
      bytes: Buffer.from('text'),
    } as const;
    await web.putArchive(writeTar([file]), { path: '/tmp' });
    const [entry, ...others] = readTar(await buffer(await web.getArchive({ path: '/tmp/in/data' })));
    expect([entry, others]).toEqual([{ ...file, path: 'data' }, []]);
    const stat = await web.infoArchive({ path: '/tmp/in/data' });
    expect(JSON.parse(Buffer.from(String(stat.headers['x-docker-container-path-stat']), 'base64').toString())).toEqual({
      name: 'data',
      size: 4,
      mode: 0o640,
      mtime: '2023-11-14T22:13:20Z',
      linkTarget: '',
    });
    expect(await web.changes()).toEqual([
      { Path: '/tmp', Kind: 0 },
      { Path: '/tmp/in', Kind: 1 },
      { Path: '/tmp/in/data', Kind: 1 },
    ]);
    expect(events().slice(-2)).toEqual(['container extract-to-dir', 'container archive-path']);
  });

  it('that are not there are 404, and a folder that is none is 400', async () => {
    docker.run('acme/web', { name: 'web' });
    const web = client.getContainer('web');
    await expect(web.getArchive({ path: '/none' })).rejects.toMatchObject({ statusCode: 404 });
    await expect(web.infoArchive({ path: '/none' })).rejects.toMatchObject({ statusCode: 404 });
    await expect(web.putArchive(writeTar([]), { path: '/run.sh' })).rejects.toMatchObject({ statusCode: 400 });
    await expect(web.putArchive(writeTar([]), { path: '/none' })).rejects.toMatchObject({
      statusCode: 404,
      json: { message: 'Could not find the file /none in container web' },
    });
  });

  it('of a volume are shared, and stay', async () => {
    for (const command of ['echo kept > /data/file', 'cat /data/file']) {
      docker.pull('busybox');
      const container = await client.createContainer({
        Image: 'busybox',
        Cmd: ['sh', '-c', command],
        HostConfig: { Binds: ['shared:/data'] },
      });
      await container.start();
      await container.wait();
      await expect(container.logs({ stdout: true }).then(bytes => bytes.subarray(8).toString())).resolves.toBe(
        command.startsWith('cat') ? 'kept\n' : '',
      );
    }
  });

  it('of a container can be exported, and made an image', async () => {
    const container = await run('sh', '-c', 'echo new > /new; rm /etc/group');
    await container.start();
    await container.wait();
    const exported = readTar(await buffer((await container.export()) as Readable)).map(({ path }) => path);
    expect(exported).toContain('new');
    expect(exported).not.toContain('etc/group');
    await text(
      await client.importImage(await client.getContainer(container.id).export(), { repo: 'acme/copy', tag: '1' }),
    );
    const copy = await client.createContainer({ Image: 'acme/copy:1', Cmd: ['cat', '/new'] });
    await copy.start();
    expect(await copy.wait()).toEqual({ StatusCode: 0 });
    await container.commit({ repo: 'acme/new', tag: '2' });
    const next = await client.createContainer({
      Image: 'acme/new:2',
      Cmd: ['sh', '-c', 'cat /new; test ! -e /etc/group'],
    });
    await next.start();
    expect(await next.wait()).toEqual({ StatusCode: 0 });
  });
});

describe('a running container', () => {
  it('shows its processes and what it uses', async () => {
    docker.run('acme/web', { name: 'web' });
    const { Titles, Processes } = await client.getContainer('web').top();
    expect(Titles).toEqual(['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD']);
    expect(Processes.map((fields: string[]) => fields[7])).toEqual(['/bin/sh /run.sh', 'sleep 1']);
    expect(await client.getContainer('web').stats({ stream: false })).toMatchObject({
      name: '/web',
      pids_stats: { current: 2 },
      cpu_stats: { online_cpus: 2 },
    });
  });

  it('gives its statistics again and again', async () => {
    docker.run('acme/web', { name: 'web' });
    const stream = (await client.getContainer('web').stats({ stream: true })) as Readable;
    const first = await new Promise<Buffer>(resolve => stream.once('data', resolve));
    expect(JSON.parse(String(first))).toMatchObject({ name: '/web' });
    stream.destroy();
  });

  it('does what its traps say at a signal, or is killed', async () => {
    docker.run('acme/web', { name: 'web' });
    const web = client.getContainer('web');
    await web.kill({ signal: 'HUP' });
    expect(docker.container('web').status).toBe('running');
    const ended = web.wait();
    await web.kill({ signal: 'TERM' });
    expect(await ended).toEqual({ StatusCode: 0 });
    await web.start();
    const killed = web.wait();
    await web.kill();
    expect(await killed).toEqual({ StatusCode: 137 });
  });

  it('can be updated', async () => {
    docker.run('acme/web', { name: 'web' });
    const web = client.getContainer('web');
    expect(await web.update({ RestartPolicy: { Name: 'always' }, Memory: 64 })).toEqual({ Warnings: null });
    expect((await web.inspect()).HostConfig).toMatchObject({ RestartPolicy: { Name: 'always' }, Memory: 64 });
  });

  it('that ran out of memory says so', async () => {
    docker.run('acme/web', { name: 'web' }).exit(137, { isOutOfMemory: true });
    expect((await client.getContainer('web').inspect()).State).toMatchObject({ OOMKilled: true, ExitCode: 137 });
    expect(events().slice(-3)).toEqual(['container oom', 'network disconnect', 'container die']);
  });
});

describe('the engine', () => {
  it('prunes what nobody uses', async () => {
    docker.run('acme/web', { name: 'web' }).exit();
    await client.createNetwork({ Name: 'front' });
    await client.createVolume();
    const [anonymous] = docker.state.volumes.keys();
    await client.createVolume({ Name: 'kept' });
    expect(await client.pruneContainers({ filters: { label: ['none'] } })).toEqual({
      ContainersDeleted: null,
      SpaceReclaimed: 0,
    });
    expect((await client.pruneContainers()).ContainersDeleted).toHaveLength(1);
    expect(await client.pruneNetworks()).toEqual({ NetworksDeleted: ['front'] });
    expect((await client.pruneVolumes()).VolumesDeleted).toEqual([anonymous]);
    expect((await client.pruneImages()).ImagesDeleted).toBeNull();
    expect((await client.pruneImages({ filters: { dangling: { false: true } } })).ImagesDeleted).toContainEqual({
      Untagged: 'acme/web:latest',
    });
    expect(events().filter(event => event.endsWith('prune'))).toHaveLength(6);
  });

  it('says what takes its room', async () => {
    docker.run('acme/web', { name: 'web', config: { HostConfig: { Binds: ['data:/data'] } } });
    const usage = await client.df();
    expect(usage.Images).toMatchObject([{ Containers: 1, RepoTags: ['acme/web:latest'] }]);
    expect(usage.Containers).toMatchObject([{ Names: ['/web'], SizeRootFs: expect.any(Number) }]);
    expect(usage.Volumes).toMatchObject([{ Name: 'data', UsageData: { RefCount: 1, Size: 0 } }]);
  });

  it('saves an image and loads it again, pushes it and tells its history', async () => {
    const { digest } = docker.registry.push('acme/web', { files: { '/run.sh': server }, command: ['/run.sh'] });
    docker.pull('acme/web');
    const image = client.getImage('acme/web');
    const { Id } = await image.inspect();
    const saved = await buffer(await image.get());
    await image.remove();
    expect(await text((await client.loadImage(PassThrough.from([saved]))) as Readable)).toContain(
      'Loaded image: acme/web:latest',
    );
    expect((await image.inspect()).Id).toBe(Id);
    expect((await image.history()).map(({ Id: id, Tags }: { Id: string; Tags: string[] }) => [id, Tags])).toEqual([
      [Id, ['acme/web:latest']],
    ]);
    await image.tag({ repo: 'acme/copy', tag: '1' });
    const lines = (await text((await client.getImage('acme/copy').push({ tag: '1' })) as Readable))
      .trim()
      .split('\r\n');
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ aux: { Tag: '1' } });
    expect(await text((await client.getImage('acme/copy').push({ tag: '1' })) as Readable)).toContain(
      'Layer already exists',
    );
    expect(docker.registry.push('acme/web', { files: { '/run.sh': server }, command: ['/run.sh'] }).digest).toBe(
      digest,
    );
    docker.pull('acme/copy:1');
  });

  it('lets those log in whom its registry knows', async () => {
    docker.registry.requireBasic({ username: 'me', password: 'secret' });
    expect(await client.checkAuth({ username: 'me', password: 'secret' })).toMatchObject({ Status: 'Login Succeeded' });
    await expect(client.checkAuth({ username: 'me', password: 'wrong' })).rejects.toMatchObject({ statusCode: 401 });
  });
});

async function demultiplex(stream: NodeJS.ReadableStream): Promise<{ out: string; err: string }> {
  const [out, err] = [new PassThrough(), new PassThrough()];
  client.modem.demuxStream(stream, out, err);
  const end = (): void => {
    out.end();
    err.end();
  };
  stream.on('end', end);
  stream.on('close', end);
  return { out: await text(out), err: await text(err) };
}

async function request(line: string, headers: string, rest: string): Promise<Socket> {
  const socket = connect({ path: docker.socketPath, allowHalfOpen: true });
  socket.write(`${line} HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\n${headers}\r\n\r\n${rest}`);
  await docker.calls.arrived(line.replace('/v1.51', '').replace(/[0-9a-f]{64}/, '*'));
  return socket;
}

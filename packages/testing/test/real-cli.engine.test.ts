import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeDocker } from '../src/index.ts';

const server = `#!/bin/sh
trap 'echo bye; exit 0' TERM INT
echo "hello from $NAME $VERSION"
echo "warn line" >&2
while :; do sleep 1 & wait $!; done
`;
const composeFile = `
services:
  db:
    image: busybox
    command: sh -c 'trap "exit 0" TERM; touch /ready; while :; do sleep 1 & wait $$!; done'
    volumes: [data:/data]
    healthcheck: { test: ["CMD-SHELL", "test -f /ready"], interval: 300ms, timeout: 2s, retries: 3 }
  web:
    image: acme/web:v1
    depends_on: { db: { condition: service_healthy } }
    ports: ["127.0.0.1:8090:80"]
  job:
    image: busybox
    command: ["sh", "-c", "echo job done; exit 4"]
    profiles: [job]
volumes: { data: }
`;

interface Outcome {
  readonly out: string;
  readonly err: string;
  readonly code: number | null;
}

const engineOfCompose = (version: string): '26.1' | '28.5' => (version.startsWith('2.2') ? '26.1' : '28.5');
/** Compose 2.26 clears each line before it prints it. */
const plain = (line: string): string => line.replaceAll(`${String.fromCharCode(27)}[2K`, '');
const ok = (out: string, err = ''): Outcome => ({ out, err, code: 0 });

let docker: FakeDocker;
let folder: string;

const start = (args: readonly string[], input?: string): ChildProcess => {
  const env = { ...process.env, ...docker?.env };
  const child = spawn('docker', args, { env, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
  child.stdin?.end(input);
  return child;
};
const finish = async (child: ChildProcess): Promise<Outcome> => {
  const ended = new Promise<number | null>(resolve => child.once('close', resolve));
  const printed = [child.stdout, child.stderr].map(stream => (stream ? text(stream) : ''));
  const [out = '', err = ''] = await Promise.all(printed);
  return { out: plain(out), err: plain(err), code: await ended };
};
/** Ends it when it has printed that. */
const endAfter = (printed: string, child: ChildProcess): Promise<Outcome> => {
  let seen = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    seen += chunk.toString();
    if (seen.includes(printed)) child.kill();
  });
  return finish(child);
};
const cli = (...args: string[]): Promise<Outcome> => finish(start(args));
const typing = (input: string, ...args: string[]): Promise<Outcome> => finish(start(args, input));
const compose = (...args: string[]): Promise<Outcome> =>
  cli('compose', '-p', 'shop', '--project-directory', folder, ...args);
/** What it prints; fails if it fails. */
const print = async (...args: string[]): Promise<string> => {
  const { out, err, code } = await cli(...args);
  expect({ code, err }).toMatchObject({ code: 0 });
  return out.trim();
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fake-docker-cli-'));
  await writeFile(join(folder, 'compose.yml'), composeFile);
  const version = await finish(spawn('docker', ['compose', 'version', '--short']));
  docker = await FakeDocker.start({ engine: engineOfCompose(version.out) });
  docker.registry.push('busybox', { files: {}, command: ['sh'] });
  docker.registry.push('acme/web:v1', {
    files: { '/run.sh': server },
    command: ['/run.sh'],
    env: { NAME: 'web' },
    exposedPorts: ['80/tcp'],
  });
  docker.pull('busybox');
  docker.pull('acme/web:v1');
});

afterEach(async () => {
  const { unsupported } = docker;
  await docker[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
  expect(unsupported).toEqual([]);
});

describe('docker run', () => {
  it('prints what its command prints, on either output, and exits as it does', async () => {
    expect(await cli('run', '--rm', 'busybox', 'echo', 'hi')).toEqual(ok('hi\n'));
    expect(await cli('run', '--rm', 'busybox', 'sh', '-c', 'echo out; echo err >&2; exit 7')).toEqual({
      out: 'out\n',
      err: 'err\n',
      code: 7,
    });
    expect(docker.containers()).toEqual([]);
  });

  it('passes on what is typed', async () => {
    expect(await typing('hello\n', 'run', '--rm', '-i', 'busybox', 'wc', '-c')).toEqual(ok('6\n'));
  });

  it('gives its command what the flags say', async () => {
    const flags = ['-e', 'A=1', '-w', '/tmp', '-u', 'nobody', '-h', 'box', '-v', 'data:/d'];
    const script = 'echo $A; pwd; whoami; hostname; ls -d /d';
    expect(await cli('run', '--rm', ...flags, 'busybox', 'sh', '-c', script)).toEqual(ok('1\n/tmp\nnobody\nbox\n/d\n'));
  });

  it('says 127 for what is not there, 126 for what cannot be run, and why', async () => {
    const missing = await cli('run', '--rm', 'busybox', '/no/such');
    expect(missing).toMatchObject({
      code: 127,
      err: expect.stringContaining('exec: "/no/such": stat /no/such: no such file or directory'),
    });
    expect(await cli('run', '--rm', 'busybox', 'nosuch')).toMatchObject({
      code: 127,
      err: expect.stringContaining('exec: "nosuch": executable file not found in $PATH'),
    });
    expect(await cli('run', '--rm', 'busybox', '/etc/passwd')).toMatchObject({
      code: 126,
      err: expect.stringContaining('permission denied'),
    });
    expect(docker.containers()).toEqual([]);
  });

  it('ends with 137 when its container is killed, and with the code of a stop that is not heard', async () => {
    const running = finish(start(['run', '--name', 'deaf', 'busybox', 'sleep', '60']));
    await vi.waitFor(() => expect(docker.container('deaf').status).toBe('running'), 10_000);
    expect(await print('stop', '-t', '1', 'deaf')).toBe('deaf');
    expect(await running).toMatchObject({ code: 137 });
    expect(await print('inspect', '-f', '{{.State.Status}} {{.State.ExitCode}}', 'deaf')).toBe('exited 137');
  });

  it('has a terminal if it is asked for one', async () => {
    expect(await cli('run', '--rm', '-t', 'busybox', 'sh', '-c', 'test -t 1 && echo tty')).toMatchObject({
      out: 'tty\r\n',
      code: 0,
    });
  });
});

describe('a container that runs', () => {
  beforeEach(async () => {
    await print('run', '-d', '--name', 'web', 'acme/web:v1');
  });

  it('gives its logs, from the end, with times, and as they come', async () => {
    expect(await cli('logs', 'web')).toEqual(ok('hello from web v1\n', 'warn line\n'));
    expect((await cli('logs', '--tail', '1', 'web')).out).toBe('');
    expect((await cli('logs', '-t', 'web')).out).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z hello from web v1\n$/,
    );
    const following = finish(start(['logs', '-f', 'web']));
    await docker.calls.arrived('GET /containers/*/logs');
    await print('stop', 'web');
    expect(await following).toEqual(ok('hello from web v1\nbye\n', 'warn line\n'));
    expect((await cli('logs', '--since', '1h', 'web')).out).toBe('hello from web v1\nbye\n');
  });

  it('runs other programs', async () => {
    expect(await cli('exec', 'web', 'sh', '-c', 'echo $NAME; echo err >&2; exit 3')).toEqual({
      out: 'web\n',
      err: 'err\n',
      code: 3,
    });
    expect(await typing('piped\n', 'exec', '-i', 'web', 'cat')).toEqual(ok('piped\n'));
    expect(await cli('exec', 'web', 'nosuch')).toMatchObject({
      code: docker.state.profile.apiVersion === '1.45' ? 126 : 127,
      out: expect.stringContaining('executable file not found in $PATH'),
    });
    expect(await cli('exec', '-d', 'web', 'touch', '/made')).toEqual(ok(''));
    expect(await print('exec', 'web', 'ls', '/made')).toBe('/made');
    await print('pause', 'web');
    expect(await cli('exec', 'web', 'true')).toMatchObject({
      code: 1,
      err: expect.stringContaining('is paused, unpause the container before exec'),
    });
  });

  it('takes files and gives them, and tells what has changed', async () => {
    await writeFile(join(folder, 'in.txt'), 'data\n');
    expect((await cli('cp', join(folder, 'in.txt'), 'web:/tmp/')).code).toBe(0);
    expect(await print('exec', 'web', 'cat', '/tmp/in.txt')).toBe('data');
    expect((await cli('cp', 'web:/tmp/in.txt', join(folder, 'out.txt'))).code).toBe(0);
    expect(await readFile(join(folder, 'out.txt'), 'utf8')).toBe('data\n');
    await mkdir(join(folder, 'tree', 'sub'), { recursive: true });
    await writeFile(join(folder, 'tree', 'sub', 'leaf'), 'x');
    expect((await cli('cp', join(folder, 'tree'), 'web:/opt')).code).toBe(0);
    expect((await cli('cp', 'web:/opt/.', join(folder, 'back'))).code).toBe(0);
    expect(await readFile(join(folder, 'back', 'sub', 'leaf'), 'utf8')).toBe('x');
    expect(await print('diff', 'web')).toBe('A /opt\nA /opt/sub\nA /opt/sub/leaf\nC /tmp\nA /tmp/in.txt');
    expect(await cli('cp', 'web:/none', folder)).toMatchObject({
      code: 1,
      err: expect.stringContaining('Could not find the file /none in container web'),
    });
    expect((await cli('export', '-o', join(folder, 'all.tar'), 'web')).code).toBe(0);
  });

  it('shows its processes and what it uses', async () => {
    expect((await print('top', 'web')).split('\n')).toEqual([
      expect.stringMatching(/^UID +PID +PPID +C +STIME +TTY +TIME +CMD$/),
      expect.stringMatching(/^root .* \/bin\/sh \/run\.sh$/),
      expect.stringMatching(/^root .* sleep 1$/),
    ]);
    expect(await print('stats', '--no-stream', '--format', '{{.Name}} {{.PIDs}} {{.MemUsage}}')).toBe(
      'web 2 472KiB / 4GiB',
    );
  });

  it('is stopped, killed, restarted, renamed, updated, waited for and removed', async () => {
    const waiting = cli('wait', 'web');
    await docker.calls.arrived('POST /containers/*/wait');
    await print('restart', 'web');
    expect(await waiting).toEqual(ok('0\n'));
    expect((await cli('logs', 'web')).out).toBe('hello from web v1\nbye\nhello from web v1\n');
    await print('kill', '-s', 'HUP', 'web');
    await print('update', '--restart', 'unless-stopped', 'web');
    expect(await print('inspect', '-f', '{{.State.Status}} {{.HostConfig.RestartPolicy.Name}}', 'web')).toBe(
      'running unless-stopped',
    );
    await print('rename', 'web', 'site');
    expect(await cli('rm', 'site')).toMatchObject({ code: 1, err: expect.stringContaining('container is running') });
    await print('kill', 'site');
    expect(await print('inspect', '-f', '{{.State.ExitCode}}', 'site')).toBe('137');
    await print('rm', 'site');
    expect(docker.containers()).toEqual([]);
  });

  it('tells of itself in events', async () => {
    const seen = endAfter('destroy', start(['events', '--format', '{{.Type}} {{.Action}}']));
    await docker.calls.arrived('GET /events');
    await print('exec', 'web', 'echo', 'hi');
    await print('stop', 'web');
    await print('rm', 'web');
    expect((await seen).out.trim().split('\n')).toEqual([
      'container exec_create: echo hi',
      'container exec_start: echo hi',
      'container exec_die',
      'container kill',
      'network disconnect',
      'container stop',
      'container die',
      'container destroy',
    ]);
  });
});

describe('a health check', () => {
  it('turns with what it finds', async () => {
    const flags = ['--health-cmd', 'test -f /ready', '--health-interval', '100ms', '--health-retries', '1'];
    await print('run', '-d', '--name', 'sick', ...flags, 'busybox', 'sleep', '600');
    const status = (): Promise<string> => print('inspect', '-f', '{{.State.Health.Status}}', 'sick');
    await vi.waitFor(async () => expect(await status()).toBe('unhealthy'), 10_000);
    await print('exec', 'sick', 'touch', '/ready');
    await vi.waitFor(async () => expect(await status()).toBe('healthy'), 10_000);
    expect(await print('ps', '--filter', 'health=healthy', '--format', '{{.Names}}')).toBe('sick');
  });
});

describe('the engine', () => {
  it('says what takes its room, and prunes it', async () => {
    await print('run', '--name', 'old', '-v', 'data:/data', 'acme/web:v1', 'true');
    expect(await print('system', 'df', '--format', '{{.Type}} {{.TotalCount}} {{.Active}}')).toBe(
      'Images 2 1\nContainers 1 0\nLocal Volumes 1 1\nBuild Cache 0 0',
    );
    await print('network', 'create', 'front');
    expect(await print('system', 'prune', '-af', '--volumes')).toContain('Deleted Networks:\nfront');
    expect([docker.containers(), docker.state.images.all()]).toEqual([[], []]);
    expect(await print('volume', 'prune', '-af')).toContain('Deleted Volumes:\ndata');
    expect(await print('container', 'prune', '-f')).toContain('Total reclaimed space: 0B');
    expect(await print('image', 'prune', '-f')).toContain('Total reclaimed space: 0B');
    await print('network', 'prune', '-f');
  });

  it('tags, pushes, saves, loads and commits images, and tells their history', async () => {
    await print('tag', 'acme/web:v1', 'acme/copy:2');
    expect(await print('push', 'acme/copy:2')).toMatch(/^2: digest: sha256:[0-9a-f]{64} size: \d+$/m);
    expect(await print('history', '--format', '{{.CreatedBy}}', 'acme/copy:2')).toBe('COPY version v1');
    const archive = join(folder, 'image.tar');
    await print('save', '-o', archive, 'acme/copy:2');
    await print('rmi', 'acme/copy:2');
    expect(await print('load', '-i', archive)).toBe('Loaded image: acme/copy:2');
    await print('rmi', 'acme/copy:2');
    await print('pull', 'acme/copy:2');
    await print('run', '--name', 'writer', 'acme/copy:2', 'sh', '-c', 'echo new > /new');
    await print('commit', 'writer', 'acme/new:1');
    expect(await print('run', '--rm', 'acme/new:1', 'cat', '/new')).toBe('new');
    expect(await print('info', '--format', '{{.Containers}} {{.Images}} {{.Driver}}')).toBe('1 3 overlay2');
  });

  it('lets only those log in whom its registry knows', async () => {
    docker.registry.requireBasic({ username: 'me', password: 'secret' });
    const login = (password: string): Promise<Outcome> =>
      typing(password, '--config', folder, 'login', '-u', 'me', '--password-stdin', '127.0.0.1:5000');
    expect(await login('wrong')).toMatchObject({
      code: 1,
      err: expect.stringContaining('unauthorized: incorrect username or password'),
    });
    expect((await login('secret')).out).toContain('Login Succeeded');
  });
});

describe('docker compose', () => {
  it('waits for what is healthy, runs programs in it, copies, follows its logs and takes it down', async () => {
    expect((await compose('up', '-d', '--wait')).code).toBe(0);
    expect(docker.container('shop-db-1').health).toBe('healthy');
    expect(await compose('exec', '-T', 'web', 'sh', '-c', 'echo $NAME; exit 3')).toMatchObject({
      out: 'web\n',
      code: 3,
    });
    expect((await compose('logs', '--no-color', '--no-log-prefix', 'web')).out.trim().split('\n').sort()).toEqual([
      'hello from web v1',
      'warn line',
    ]);
    const following = finish(
      start(['compose', '-p', 'shop', '--project-directory', folder, 'logs', '-f', '--no-color', 'web']),
    );
    docker.calls.clear();
    await docker.calls.arrived('GET /containers/*/logs');
    await writeFile(join(folder, 'in.txt'), 'data\n');
    expect((await compose('cp', join(folder, 'in.txt'), 'web:/tmp/')).code).toBe(0);
    expect((await compose('cp', 'web:/tmp/in.txt', join(folder, 'out.txt'))).code).toBe(0);
    expect(await readFile(join(folder, 'out.txt'), 'utf8')).toBe('data\n');
    expect((await compose('top', 'web')).out).toContain('/bin/sh /run.sh');
    expect((await compose('ls')).out).toContain('shop');
    expect((await compose('stop', 'web')).code).toBe(0);
    expect((await following).out).toMatch(/hello from web v1[\s\S]*bye/);
    expect((await compose('down', '-v')).code).toBe(0);
    expect([docker.containers(), docker.state.volumes.size]).toEqual([[], 0]);
  });

  it('restarts, stops, starts, removes and tells of it', async () => {
    await compose('up', '-d', 'db');
    const events = start(['compose', '-p', 'shop', '--project-directory', folder, 'events', '--json']);
    const seen = endAfter('destroy', events);
    await docker.calls.arrived('GET /events');
    for (const words of [
      ['restart', 'db'],
      ['stop', 'db'],
      ['start', 'db'],
      ['kill', 'db'],
      ['rm', '-f', 'db'],
    ]) {
      expect((await compose(...words)).code).toBe(0);
    }
    const actions = (await seen).out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line).action);
    expect(actions.filter((action: string) => !action.startsWith('exec_') && !action.startsWith('health_'))).toEqual([
      ...['kill', 'stop', 'die', 'start', 'restart'],
      ...['kill', 'stop', 'die'],
      'start',
      ...['kill', 'die'],
      'destroy',
    ]);
  });

  it('runs a service once, and stays with what it has started to its end', async () => {
    expect(await compose('run', '--rm', '-T', 'job', 'echo', 'hi')).toMatchObject({ out: 'hi\n', code: 0 });
    const up = await compose('--profile', 'job', 'up', '--no-color', 'job');
    expect(up.out).toMatch(/job-1 +\| job done/);
    expect(up.out + up.err).toContain('job-1 exited with code 4');
    expect((await compose('up', '-d', '--wait', 'db')).code).toBe(0);
    expect((await compose('ps', '--format', '{{.Name}} {{.State}} {{.Health}}')).out.trim()).toBe(
      'shop-db-1 running healthy',
    );
  });
});

import { spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { provided } from '../../../test/engine.ts';
import { FakeDocker } from '../src/index.ts';

/** Arguments of `docker`; after `<` what is typed; `until TEXT` asks again until that is printed; DIR is a folder. */
type Step = readonly string[];

const image = 'acme/box:1';
const script = `#!/bin/sh
trap 'echo bye; exit 0' TERM INT
echo "hello from $NAME"
while :; do sleep 1 & wait $!; done
`;
const run = (...words: readonly string[]): Step => ['run', '--rm', '--name', 'box', image, ...words];
const detached = (...words: readonly string[]): Step => ['run', '-d', '--name', 'box', ...words];
const server = detached(image);
const until = (printed: string, ...words: readonly string[]): Step => ['until', printed, ...words];
const untilReady = until('hello from box', 'logs', 'box');
const untilHealth = (status: string): Step => until(`=${status}`, 'inspect', '-f', '={{.State.Health.Status}}', 'box');

const sessions: Readonly<Record<string, readonly Step[]>> = {
  'that runs and ends': [run('echo', 'hi'), run('sh', '-c', 'echo out; sleep 0.2; echo err >&2; exit 7'), run('false')],
  'that cannot be started': [run('/no/such'), run('nosuch'), run('/etc/passwd'), run('/etc')],
  'that reads what is typed': [
    ['run', '--rm', '-i', '--name', 'box', image, 'cat', '<', 'hello\n'],
    ['run', '--rm', '-i', '--name', 'box', image, 'wc', '-c', '<', '12345'],
  ],
  'with a terminal': [
    ['run', '--rm', '-t', '--name', 'box', image, 'sh', '-c', 'echo tty; test -t 1; echo $?; echo $TERM'],
  ],
  'with variables, a folder, a user and a name': [
    [
      'run',
      '--rm',
      '-e',
      'A=1',
      '-w',
      '/tmp',
      '-u',
      'nobody',
      '-h',
      'here',
      image,
      'sh',
      '-c',
      'env | sort; pwd; id; hostname; cat /etc/hostname',
    ],
    ['run', '--rm', '-u', '12:34', image, 'id'],
    ['run', '--rm', '-w', '/made/by/engine', image, 'pwd'],
  ],
  'in which other programs run': [
    server,
    ['exec', 'box', 'sh', '-c', 'echo $NAME; sleep 0.2; echo err >&2; exit 3'],
    ['exec', '-i', 'box', 'cat', '<', 'piped\n'],
    ['exec', 'box', 'nosuch'],
    ['exec', 'box', '/etc/passwd'],
    ['exec', '-d', 'box', 'nosuch'],
    ['exec', '-d', 'box', 'touch', '/made'],
    until('/made', 'diff', 'box'),
    ['exec', '-w', '/tmp', '-e', 'B=2', '-u', 'nobody', 'box', 'sh', '-c', 'pwd; echo $B; whoami; ls /made'],
    ['exec', '-w', '/none', 'box', 'pwd'],
    ['pause', 'box'],
    ['exec', 'box', 'true'],
    ['unpause', 'box'],
    ['stop', 'box'],
    ['exec', 'box', 'true'],
    ['exec', 'none', 'true'],
  ],
  'that is signalled': [
    server,
    untilReady,
    ['kill', '-s', 'HUP', 'box'],
    ['kill', '-s', 'TERM', 'box'],
    until('exited', 'inspect', '-f', '{{.State.Status}}', 'box'),
    ['inspect', '-f', '{{.State.Status}} {{.State.ExitCode}}', 'box'],
    ['kill', 'box'],
    ['start', 'box'],
    until('bye\nhello from box\n', 'logs', 'box'),
    ['restart', '-t', '5', 'box'],
    until('bye\nhello from box\nbye\nhello from box\n', 'logs', 'box'),
    ['logs', 'box'],
    ['kill', '-s', 'NONSENSE', 'box'],
    ['stop', 'box'],
  ],
  'that is deaf to its stop signal': [
    detached(image, 'sleep', '60'),
    ['stop', '-t', '1', 'box'],
    ['inspect', '-f', '{{.State.ExitCode}} {{.State.OOMKilled}}', 'box'],
  ],
  'with a program that takes the signals of process 1': [
    detached('--init', image, 'sleep', '60'),
    until('sleep 60\n', 'top', 'box', '-o', 'pid,cmd'),
    ['stop', '-t', '5', 'box'],
    ['inspect', '-f', '{{.State.ExitCode}}', 'box'],
  ],
  'that prints': [
    detached(image, 'sh', '-c', 'echo one; sleep 0.2; echo two >&2; sleep 0.2; echo three; printf four'),
    ['wait', 'box'],
    ['logs', 'box'],
    ['logs', '--tail', '1', 'box'],
    ['logs', '--tail', '0', 'box'],
    ['logs', '-f', 'box'],
    ['logs', '--since', '1h', 'box'],
    ['logs', '--until', '1h', 'box'],
    ['logs', '-t', 'box'],
    ['start', '-a', 'box'],
    ['logs', 'none'],
  ],
  'whose files are copied': [
    server,
    ['cp', 'DIR/in', 'box:/tmp/'],
    ['cp', 'DIR/in', 'box:/tmp/other'],
    ['cp', 'DIR/tree', 'box:/new'],
    ['cp', 'DIR/tree', 'box:/tmp'],
    ['cp', 'DIR/tree/.', 'box:/root'],
    ['exec', 'box', 'sh', '-c', 'find /tmp /new /root | sort'],
    ['exec', 'box', 'cat', '/tmp/in', '/tmp/other', '/new/sub/leaf'],
    ['diff', 'box'],
    ['cp', 'DIR/none', 'box:/tmp'],
    ['cp', 'DIR/in', 'box:/none/there'],
    ['cp', 'DIR/tree', 'box:/tmp/in'],
    ['cp', 'box:/none', 'DIR/x'],
    ['cp', 'box:/tmp/in', 'DIR/out1'],
    ['cp', 'box:/new', 'DIR/out2'],
    ['cp', 'box:/new/.', 'DIR/out3'],
    ['cp', 'box:/new/sub', '-'],
    ['exec', 'box', 'rm', '-r', '/new', '/etc/group'],
    ['exec', 'box', 'ln', '-s', '/tmp/in', '/link'],
    ['cp', 'box:/link', 'DIR/out4'],
    ['cp', '-L', 'box:/link', 'DIR/out5'],
    ['diff', 'box'],
  ],
  'with volumes': [
    ['run', '--rm', '-v', 'kept:/data', image, 'sh', '-c', 'echo v > /data/file; ls /data'],
    ['run', '--rm', '-v', 'kept:/data:ro', image, 'sh', '-c', 'cat /data/file; echo no > /data/file'],
    ['run', '--rm', '-v', 'filled:/etc', image, 'ls', '/etc'],
    ['run', '--rm', '--read-only', image, 'touch', '/x'],
    ['volume', 'rm', 'kept', 'filled'],
  ],
  'that becomes an image': [
    ['run', '--name', 'box', image, 'sh', '-c', 'echo new > /new; rm /etc/group'],
    ['commit', '-m', 'why', 'box', 'acme/new:2'],
    ['run', '--rm', 'acme/new:2', 'sh', '-c', 'cat /new; ls /etc/group'],
    ['inspect', '-f', '{{.Config.Cmd}} {{.Config.Env}} {{.Author}} {{.Comment}}', 'acme/new:2'],
  ],
  'whose files become an image': [
    ['run', '--name', 'box', image, 'sh', '-c', 'echo new > /new'],
    ['export', '-o', 'DIR/all.tar', 'box'],
    ['import', '-m', 'why', 'DIR/all.tar', 'acme/new:2'],
    ['run', '--rm', 'acme/new:2', 'cat', '/new'],
    ['run', '--rm', 'acme/new:2'],
    ['inspect', '-f', '{{.Config.Cmd}} {{.Config.Env}} {{.Comment}}', 'acme/new:2'],
  ],
  'that is well or not': [
    detached('--health-cmd', 'test -f /ready', '--health-interval', '1s', '--health-retries', '1', image),
    untilHealth('unhealthy'),
    ['inspect', '-f', '{{.State.Health.Status}} {{(index .State.Health.Log 0).ExitCode}}', 'box'],
    ['cp', 'DIR/in', 'box:/ready'],
    untilHealth('healthy'),
    ['inspect', '-f', '{{.State.Health.Status}} {{.State.Health.FailingStreak}}', 'box'],
    ['stop', 'box'],
    ['inspect', '-f', '{{.State.Health.Status}}', 'box'],
  ],
  'whose health check cannot be run': [
    detached('--health-cmd', 'none', '--health-interval', '1s', '--health-retries', '1', image),
    untilHealth('unhealthy'),
    ['inspect', '-f', '{{(index .State.Health.Log 0).ExitCode}} {{(index .State.Health.Log 0).Output}}', 'box'],
  ],
  'that is updated, renamed and looked at': [
    server,
    untilReady,
    ['update', '--restart', 'unless-stopped', 'box'],
    ['inspect', '-f', '{{.HostConfig.RestartPolicy.Name}}', 'box'],
    ['update', '--restart', 'no', 'box'],
    ['rename', 'box', 'box2'],
    ['rename', 'box2', 'box'],
    ['top', 'box', '-o', 'pid,cmd'],
    ['stats', '--no-stream', '--format', '{{.Name}} {{.PIDs}}', 'box'],
    ['stop', 'box'],
    ['top', 'box'],
    ['stats', '--no-stream', '--format', '{{.Name}} {{.PIDs}} {{.CPUPerc}}', 'box'],
    ['container', 'prune', '-f'],
    ['volume', 'prune', '-f'],
    ['network', 'prune', '-f'],
  ],
};

let fake: FakeDocker;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stream-parity-'));
  await buildRealImage();
  const engine = provided('GOPDATER_ENGINE_PROFILE').includes('26.1') ? '26.1' : '28.5';
  fake = await FakeDocker.start({ engine });
  fake.registry.push(image, { files: { '/run.sh': script }, command: ['/run.sh'], env: { NAME: 'box' }, version: '1' });
  fake.pull(image);
}, 120_000);
afterAll(async () => {
  await fake[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

describe('a container', () => {
  it.each(Object.entries(sessions))('%s is the same on the fake', async (_, steps) => {
    const real = await play(steps, provided('DOCKER_HOST'));
    expect(await play(steps, fake.host)).toEqual(real);
  });
});

/** What each step says, and the events. */
async function play(steps: readonly Step[], host: string): Promise<readonly string[]> {
  const files = await makeFiles();
  const seen: string[] = [];
  const since = `${Date.now() / 1000}`;
  for (const step of steps) {
    if (step[0] === 'until') {
      await playUntil(step[1] ?? '', step.slice(2), host);
      continue;
    }
    const words = step.map(word => word.replace('DIR', files));
    const typed = words.indexOf('<');
    const { out, err, code } = await docker(host, words.slice(0, typed === -1 ? undefined : typed), words[typed + 1]);
    const shown = step[0] === 'diff' ? out.split('\n').sort().join('\n') : out;
    seen.push(`${step.join(' ')}: ${plain(shown, files)}|${plain(err, files)}|${code}`);
  }
  seen.push(...(await copied(files)));
  await docker(host, ['rm', '--force', 'box']);
  await docker(host, ['rmi', 'acme/new:2']);
  const range = ['--since', since, '--until', `${Date.now() / 1000}`];
  const { out } = await docker(host, [
    'events',
    ...range,
    '--format',
    '{{.Type}} {{.Action}} {{.Actor.Attributes.exitCode}}',
  ]);
  return [...seen, ...eventsOf(out)];
}

/** Each question is a process, and takes its time. */
async function playUntil(printed: string, words: readonly string[], host: string): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) if ((await docker(host, words)).out.includes(printed)) return;
  throw new Error(`“docker ${words.join(' ')}” never printed ${printed}`);
}

async function docker(
  host: string,
  words: readonly string[],
  typed = '',
): Promise<{ out: string; err: string; code: number | null }> {
  const child = spawn('docker', words, { env: { ...process.env, DOCKER_HOST: host } });
  const ended = new Promise<number | null>(resolve => child.once('close', resolve));
  child.stdin.on('error', () => {});
  child.stdin.end(typed);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { out, err, code: await ended };
}

/** Without ids, moments and numbers of processes; an archive on stdout counts as its names. */
function plain(printed: string, files: string): string {
  return (
    printed
      .replaceAll(files, 'DIR')
      .replaceAll(/\b[0-9a-f]{64}\b/g, '<id>')
      .replaceAll(/\b[0-9a-f]{12}\b/g, '<short id>')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
      .replaceAll(/^ *\d+ +/gm, '<pid> ')
      .replaceAll(/(ustar|\0).*/gs, '<archive>')
      // Whether the client has sent all of an archive before it is refused is a matter of luck.
      .replaceAll(/^time=.*level=error.*\n/gm, '')
  );
}

/**
 * Connecting a network and starting overlap in a real engine, and so do a stop and the end; how often a health check is
 * run, and what else happens meanwhile, is a matter of speed.
 */
function eventsOf(printed: string): readonly string[] {
  const lines = printed
    .trim()
    .split('\n')
    .filter(line => !/^network (dis)?connect|^volume |^image (untag|delete)/.test(line))
    .filter(line => !(line.includes('extract-to-dir') && printed.includes('health_status')))
    .map(line => line.replace('<no value>', '').trim());
  const decided = lines.findIndex(line => line.includes('health_status'));
  return lines
    .filter((line, at) => decided === -1 || at < decided || !line.includes('exec_'))
    .join('; ')
    .replaceAll(/container (die \d+); container stop/g, 'container stop; container $1')
    .replaceAll(/(container top; )\1+/g, '$1')
    .replaceAll(
      /(container exec_create: \/bin\/sh[^;]*; container exec_start[^;]*; container exec_die \d+; )\1+/g,
      '$1',
    )
    .split('; ');
}

async function makeFiles(): Promise<string> {
  const files = await mkdtemp(join(folder, 'files-'));
  await mkdir(join(files, 'tree', 'sub'), { recursive: true });
  await writeFile(join(files, 'in'), 'in\n');
  await writeFile(join(files, 'tree', 'sub', 'leaf'), 'leaf\n');
  return files;
}

async function copied(files: string): Promise<readonly string[]> {
  const paths = ['out1', 'out2/sub/leaf', 'out3/sub/leaf', 'out5'];
  return await Promise.all(paths.map(path => readFile(join(files, path), 'utf8').catch(() => `${path} is not there`)));
}

/** A busybox with what is in every container of the fake. */
async function buildRealImage(): Promise<void> {
  const context = join(folder, 'image');
  await mkdir(context);
  await copyFile(provided('BUSYBOX'), join(context, 'busybox'));
  await writeFile(join(context, 'run.sh'), script, { mode: 0o755 });
  await writeFile(
    join(context, 'passwd'),
    'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n',
  );
  await writeFile(join(context, 'group'), 'root:x:0:\nnogroup:x:65534:\n');
  const folders = '/bin /dev /etc /home /proc /root /sys /tmp /usr/bin /var/log';
  await writeFile(
    join(context, 'Dockerfile'),
    `FROM scratch
COPY busybox /bin/busybox
RUN ["/bin/busybox", "sh", "-c", "/bin/busybox mkdir -p ${folders}; /bin/busybox --install -s /bin"]
COPY passwd group /etc/
COPY run.sh /run.sh
ENV PATH=/bin VERSION=1 NAME=box
CMD ["/run.sh"]
`,
  );
  const host = provided('DOCKER_HOST');
  const env = { ...process.env, DOCKER_HOST: host, DOCKER_BUILDKIT: '0' };
  const child = spawn('docker', ['build', '--quiet', '--tag', image, context], { env, stdio: 'inherit' });
  expect(await new Promise(resolve => child.once('close', resolve))).toBe(0);
}

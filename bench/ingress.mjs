// How many deliveries the server takes, each durable before it is answered, beside Debian's `webhook` with a command that
// does nothing. Run it with `npm run bench:ingress`; see README.md.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import autocannon from 'autocannon';

const rounds = Number(process.env.ROUNDS ?? 3);
const seconds = Number(process.env.SECONDS ?? 10);
const many = Number(process.env.DELIVERIES ?? 100_000);
const { GOPDATER_REGISTRY: registryHost, BUSYBOX: busybox, DOCKER_HOST: dockerHost } = process.env;
if (!registryHost || !busybox || !dockerHost) throw new Error('Run this with “npm run bench:ingress”.');

const run = promisify(execFile);
const docker = async (...args) => await run('docker', args, { env: { ...process.env, DOCKER_BUILDKIT: '0' } });
const directory = await mkdtemp(join(tmpdir(), 'ingress-'));
const secret = 'a-secret-of-more-than-128-bits-abc';
const body = JSON.stringify({
  push_data: { pushed_at: 1_700_000_000, tag: 'latest', pusher: 'acme' },
  repository: { repo_name: 'acme/web', namespace: 'acme', name: 'web', full_description: 'x'.repeat(2_000) },
});
const median = values => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** A project of one service that runs, whose image the deliveries announce: each rollout finds it up to date. */
async function startProject() {
  await copyFile(busybox, join(directory, 'busybox'));
  await writeFile(
    join(directory, 'Dockerfile'),
    'FROM scratch\nCOPY busybox /bin/busybox\nCMD ["/bin/busybox", "sleep", "100000"]\n',
  );
  const pushed = `${registryHost}/acme/web:latest`;
  await docker('build', '--quiet', '--tag', pushed, directory);
  await docker('push', '--quiet', pushed);
  await writeFile(join(directory, 'compose.yml'), 'name: ingress\nservices:\n  web:\n    image: acme/web:latest\n');
  await docker('compose', '--project-directory', directory, 'up', '--detach', '--quiet-pull');
}

/** The real program, which says in its log where it listens. */
async function startGopdater() {
  const file = join(directory, 'gopdater.log');
  const log = await open(file, 'w');
  const env = {
    ...process.env,
    ...{ HOOK_SECRET: secret, HOST: '127.0.0.1', PORT: '0', GOPDATER_DATA: directory, GOPDATER_RATE_LIMIT: '0' },
    ...{ LOG_FORMAT: 'json', REGISTRY_MIRROR: `http://${registryHost}` },
  };
  const args = ['packages/server/dist/bin.js', 'serve', '--compose-file', join(directory, 'compose.yml')];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', log.fd, 'inherit'] });
  await log.close();
  for (;;) {
    if (child.exitCode !== null) throw new Error(`gopdater ended with ${child.exitCode}.`);
    const url = /Listening on (?<url>http:[^\s:]+:\d+)/.exec(await readFile(file, 'utf8'))?.groups?.url;
    if (url !== undefined) return { child, url: `${url}/hooks/docker-hub/${secret}` };
    await pause(50);
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * The peer, with its trigger rule on the same path secret.
 *
 * @param isHandled  whether it answers when its command has run, not before
 */
async function startWebhook(isHandled) {
  const hook = { id: secret, 'execute-command': '/bin/true', 'command-working-directory': '/tmp' };
  const hooks = [{ ...hook, 'include-command-output-in-response': isHandled }];
  await writeFile(join(directory, 'hooks.json'), JSON.stringify(hooks));
  const port = await freePort();
  const options = ['-hooks', join(directory, 'hooks.json'), '-ip', '127.0.0.1', '-port', String(port)];
  const child = spawn('webhook', options, { stdio: 'ignore' });
  await once(child, 'spawn');
  const url = `http://127.0.0.1:${port}/hooks/${secret}`;
  while (
    !(await fetch(url).then(
      () => true,
      () => false,
    ))
  )
    await pause(50);
  return { child, url };
}

/** The most that a Polka server could do here: it reads the same body, keeps nothing and does nothing. */
async function startBare() {
  const port = await freePort();
  const code = `
    import polka from 'polka';
    polka().post('/', async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      JSON.parse(Buffer.concat(chunks));
      response.writeHead(202).end('{}');
    }).listen(${port}, '127.0.0.1', () => console.log('listening'));`;
  const args = ['--input-type=module', '--eval', code];
  const child = spawn(process.execPath, args, { cwd: 'packages/server', stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return { child, url: `http://127.0.0.1:${port}/` };
}

async function load(url, options) {
  const headers = { 'content-type': 'application/json' };
  const result = await autocannon({ url, method: 'POST', body, headers, connections: 64, ...options });
  if (result.errors + result.non2xx > 0) throw new Error(`${result.errors} errors, ${result.non2xx} refused: ${url}`);
  return result;
}

async function residentMb({ pid }) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
}

/** Processes that the machine has started so far. */
async function startedProcesses() {
  return Number(/^processes (\d+)$/m.exec(await readFile('/proc/stat', 'utf8'))?.[1]);
}

async function stop({ child }) {
  child.kill();
  await once(child, 'exit');
}

const saturation = { ours: [], theirs: [], commands: [], handled: [], bare: [] };
try {
  await startProject();
  const gopdater = await startGopdater();
  await pause(5_000);
  const idleMb = await residentMb(gopdater.child);
  for (let round = 0; round < rounds; round += 1) {
    const ours = await load(gopdater.url, { duration: seconds });
    saturation.ours.push(ours['2xx'] / ours.duration);
    const webhook = await startWebhook(false);
    const before = await startedProcesses();
    const theirs = await load(webhook.url, { duration: seconds });
    saturation.theirs.push(theirs['2xx'] / theirs.duration);
    saturation.commands.push(((await startedProcesses()) - before) / theirs.duration);
    await stop(webhook);
    const waiting = await startWebhook(true);
    const handled = await load(waiting.url, { duration: seconds });
    saturation.handled.push(handled['2xx'] / handled.duration);
    await stop(waiting);
    const polka = await startBare();
    const bare = await load(polka.url, { duration: seconds });
    saturation.bare.push(bare['2xx'] / bare.duration);
    await stop(polka);
    const [one, other, commands, ran, most] = Object.values(saturation).map(rates => rates.at(-1).toFixed(0));
    const peers = `webhook ${other} (and starts ${commands} commands/s), ${ran} when it answers after its command`;
    console.log(`round ${round + 1}: ${one} deliveries/s; ${peers}; a bare Polka server ${most}`);
  }
  const open500 = await load(gopdater.url, { overallRate: 500, duration: 2 * seconds });
  const warmMb = await residentMb(gopdater.child);
  await load(gopdater.url, { amount: many });
  await pause(15_000);
  const afterMb = await residentMb(gopdater.child);
  const over = (rates, others) => median(rates.map((rate, round) => rate / others[round]));
  const ratio = over(saturation.ours, saturation.theirs);
  const handledRatio = over(saturation.ours, saturation.handled);
  console.log(`of what webhook has done when it answers     ${handledRatio.toFixed(1)}   goal: 5`);
  console.log(`of what it answers before it has begun       ${ratio.toFixed(2)}   goal: 5`);
  console.log(`the latter of a bare Polka server            ${over(saturation.bare, saturation.theirs).toFixed(2)}`);
  console.log(`p99 at 500 deliveries/s, open loop           ${open500.latency.p99} ms   goal: under 50`);
  console.log(`memory idle, warm, after ${many} more   ${idleMb}, ${warmMb}, ${afterMb} MB`);
  if (process.argv.includes('--json')) {
    console.log(
      JSON.stringify({ saturation, ratio, handledRatio, p99Ms: open500.latency.p99, idleMb, warmMb, afterMb }),
    );
  }
  await stop(gopdater);
} finally {
  await docker('compose', '--project-directory', directory, 'down', '--timeout', '0', '--rmi', 'all').catch(() => {});
  await rm(directory, { recursive: true });
}

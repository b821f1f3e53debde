// How long a rollout takes, against `docker compose` itself and against the sum of its physical parts, on one engine and
// in one run. Run it with `npm run bench:rollout`; see README.md.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createRegistry, deploy, formatReport, parseReference } from '@gopdater/core';
import { createParts, readConfig } from '@gopdater/server';

const rounds = Number(process.env.ROUNDS ?? 5);
const { GOPDATER_REGISTRY: registryHost, BUSYBOX: busybox, DOCKER_HOST: dockerHost } = process.env;
if (!registryHost || !busybox || !dockerHost) throw new Error('Run this with “npm run bench:rollout”.');

const run = promisify(execFile);
const docker = async (...args) =>
  (await run('docker', args, { env: { ...process.env, DOCKER_BUILDKIT: '0' } })).stdout.trim();
const registry = createRegistry({ mirror: `http://${registryHost}` });
const directory = await mkdtemp(join(tmpdir(), 'bench-'));

/** An app that needs a second to start and ends at once on SIGTERM; v4 ends at once. */
const app = 'trap "exit 0" TERM; busybox sleep 1 & wait; : > /ready; busybox sleep 3600 & wait';
let version = 0;

/** Pushes a version with a new layer of 5 MB; the engine keeps nothing of it. */
async function push(image, command = app) {
  version += 1;
  const name = `${registryHost}/${image}`;
  await copyFile(busybox, join(directory, 'busybox'));
  await writeFile(join(directory, 'payload'), randomBytes(5_000_000));
  await writeFile(
    join(directory, 'Dockerfile'),
    `FROM scratch\nCOPY busybox /bin/busybox\nCOPY payload /payload\nENV PATH=/bin\nLABEL org.opencontainers.image.version=v${version}\nCMD ["/bin/busybox", "sh", "-c", ${JSON.stringify(command)}]\n`,
  );
  await docker('build', '--quiet', '--tag', name, directory);
  await docker('push', '--quiet', name);
  await docker('rmi', name);
}

const healthcheck =
  'healthcheck: { test: [CMD, /bin/busybox, test, -e, /ready], interval: 1s, start_period: 10s, start_interval: 100ms }';

/** A project of one service that runs. */
async function createProject(name, image, ...lines) {
  const folder = await mkdtemp(join(tmpdir(), `${name}-`));
  const file = join(folder, 'compose.yml');
  await writeFile(
    file,
    `name: ${name}\nservices:\n  web:\n    image: ${image}\n${lines.map(line => `    ${line}\n`).join('')}`,
  );
  const compose = async (...args) => await docker('compose', '--project-directory', folder, ...args);
  await compose('up', '--detach', '--pull', 'always', '--quiet-pull', '--wait');
  const config = readConfig({ ...process.env, REGISTRY_MIRROR: `http://${registryHost}`, GOPDATER_COMPOSE_FILE: file });
  const parts = await createParts(config, { cwd: folder });
  await parts.compose.version();
  let composeCalls = 0;
  const counted =
    method =>
    async (...args) => {
      composeCalls += 1;
      return await parts.compose[method](...args);
    };
  const counting = {
    ...parts.compose,
    up: counted('up'),
    configHashes: counted('configHashes'),
    networksToReplace: counted('networksToReplace'),
  };
  return {
    name,
    compose,
    composeCalls: () => composeCalls,
    deploy: async () => {
      composeCalls = 0;
      return await deploy({ deliveryId: 'bench', image: parseReference(image) }, { ...parts, compose: counting });
    },
    close: async () => {
      await compose('down', '--timeout', '0');
      await rm(folder, { recursive: true });
    },
  };
}

/** Runs an act and tells its length and, by the engine’s own clock, when each thing happened to the project meanwhile. */
async function timed(project, act) {
  const startedAt = Date.now();
  const result = await act();
  const doneMs = Date.now() - startedAt;
  const lines = await docker(
    ...['events', '--since', String(startedAt / 1000), '--until', String(Date.now() / 1000)],
    ...['--filter', `label=com.docker.compose.project=${project}`, '--format', '{{.TimeNano}} {{.ID}} {{.Action}}'],
  );
  const events = lines
    .split('\n')
    .filter(Boolean)
    .map(line => /^(?<nano>\d+) (?<id>\S+) (?<action>.*)$/.exec(line)?.groups)
    .map(({ nano, id, action }) => ({ id, action, ms: Number(BigInt(nano) / 1000n) / 1000 - startedAt }));
  return { result, doneMs, events };
}

const at = (events, action) => events.find(event => event.action === action)?.ms;

function updated({ result }) {
  if (result.outcome !== 'updated') throw new Error(formatReport(result));
}

/** The API without any client library: what the parts cost by themselves. */
async function api(method, path, body) {
  return await new Promise((resolve, reject) => {
    const call = request(
      { socketPath: dockerHost.replace('unix://', ''), method, path, headers: { 'content-type': 'application/json' } },
      answer => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', chunk => (text += chunk));
        answer.on('end', () => {
          if (answer.statusCode >= 400 || text.includes('"errorDetail"')) reject(new Error(text));
          else resolve(text);
        });
      },
    );
    call.on('error', reject);
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Pull, create, start, until healthy, stop, remove: nothing else. */
async function measureParts() {
  await push('acme/parts:latest');
  const parts = {};
  const part = async (name, act) => {
    const startedAt = performance.now();
    const result = await act();
    parts[name] = performance.now() - startedAt;
    return result;
  };
  const digest = await registry.resolve(parseReference('acme/parts:latest'));
  await part('pull', () => api('POST', `/images/create?fromImage=acme/parts@${digest}`));
  const { Id: id } = JSON.parse(
    await part('create', () =>
      api('POST', '/containers/create', {
        Image: `acme/parts@${digest}`,
        Healthcheck: {
          Test: ['CMD', '/bin/busybox', 'test', '-e', '/ready'],
          ...{ Interval: 1e9, StartPeriod: 1e10, StartInterval: 1e8 },
        },
      }),
    ),
  );
  await part('start', () => api('POST', `/containers/${id}/start`));
  await part('until healthy', async () => {
    while (JSON.parse(await api('GET', `/containers/${id}/json`)).State.Health.Status !== 'healthy');
  });
  await part('stop', () => api('POST', `/containers/${id}/stop`));
  await part('remove', () => api('DELETE', `/containers/${id}`));
  return parts;
}

const median = values => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const spread = values =>
  `${median(values).toFixed(0)} (${Math.min(...values).toFixed(0)}–${Math.max(...values).toFixed(0)})`;
const rows = [];
const row = (what, ours, peer) => {
  const ratio = median(ours) / median(peer);
  rows.push({ what, ours, peer, ratio });
  console.log(
    `${what.padEnd(66)} ${spread(ours).padStart(18)} ${spread(peer).padStart(18)} ${ratio.toFixed(2).padStart(6)}`,
  );
};
console.log(
  `${'milliseconds: median (least–most)'.padEnd(66)} ${'gopdater'.padStart(18)} ${'peer'.padStart(18)}  ratio`,
);

/** Ours and the peer take turns on one project. */
async function takeTurns(project, image, ours, peer) {
  const results = { ours: [], peer: [] };
  for (let round = 0; round < rounds; round += 1) {
    await push(image);
    results.peer.push(await timed(project.name, peer));
    await push(image);
    const own = await timed(project.name, ours);
    updated(own);
    results.ours.push(own);
  }
  return results;
}

async function stopFirst() {
  await push('acme/plain:latest');
  const plain = await createProject('plain', 'acme/plain:latest', 'deploy: { update_config: { monitor: 0s } }');
  const bare = await takeTurns(plain, 'acme/plain:latest', plain.deploy, async () => {
    await plain.compose('pull', '--quiet', 'web');
    await plain.compose('up', '--detach', '--no-deps', 'web');
  });
  const done = results => results.map(({ doneMs }) => doneMs);
  row('stop-first, nothing to wait for: done; pull && up -d --no-deps', done(bare.ours), done(bare.peer));
  await plain.close();

  await push('acme/checked:latest');
  const checked = await createProject('checked', 'acme/checked:latest', healthcheck);
  const gated = await takeTurns(checked, 'acme/checked:latest', checked.deploy, async () => {
    await checked.compose('pull', '--quiet', 'web');
    await checked.compose('up', '--detach', '--no-deps', '--wait', 'web');
  });
  const healthy = results => results.map(({ events }) => at(events, 'health_status: healthy'));
  row('stop-first, health check: done; pull && up -d --no-deps --wait', done(gated.ours), done(gated.peer));
  row('stop-first, health check: from trigger to healthy; the same', healthy(gated.ours), healthy(gated.peer));
  await checked.close();
}

async function startFirst() {
  await push('acme/first:latest');
  const order = 'deploy: { update_config: { order: start-first } }';
  const project = await createProject('first', 'acme/first:latest', healthcheck, order);
  const ours = [];
  const parts = [];
  const noOps = [];
  for (let round = 0; round < rounds; round += 1) {
    parts.push(await measureParts());
    const noOp = await timed('first', () => project.compose('up', '--detach', '--no-deps', '--no-recreate', 'web'));
    noOps.push(noOp.doneMs);
    await push('acme/first:latest');
    const own = await timed('first', project.deploy);
    updated(own);
    ours.push(own.doneMs);
  }
  const sums = parts.map(part => Object.values(part).reduce((sum, ms) => sum + ms, 0));
  const calls = project.composeCalls();
  for (const name of Object.keys(parts[0]))
    console.log(`  part: ${name.padEnd(58)} ${''.padStart(18)} ${spread(parts.map(part => part[name])).padStart(18)}`);
  console.log(`  part: ${'a no-op “compose up”'.padEnd(58)} ${''.padStart(18)} ${spread(noOps).padStart(18)}`);
  const withCalls = count => sums.map((sum, index) => sum + count * noOps[index]);
  row(`start-first: done; the parts + ${calls} no-op compose calls, as many as it makes`, ours, withCalls(calls));
  row('start-first: done; the parts + 1, the one that acts', ours, withCalls(1));

  const afterDie = [];
  const settled = [];
  for (let round = 0; round < rounds; round += 1) {
    await push('acme/first:latest', 'exit 1');
    const { result, doneMs, events } = await timed('first', project.deploy);
    if (result.outcome !== 'rolled-back') throw new Error(formatReport(result));
    const die = at(events, 'die');
    const { id } = events.find(({ action }) => action === 'die');
    afterDie.push(events.find(event => event.id === id && event.action === 'destroy').ms - die);
    settled.push(doneMs - die);
  }
  const alone = (what, values) => {
    rows.push({ what, ours: values });
    console.log(`${what.padEnd(66)} ${spread(values).padStart(18)}`);
  };
  alone('start-first, v4 exits at once: from its die to its removal', afterDie);
  alone('start-first, v4 exits at once: from its die to the report', settled);
  await project.close();
}

await stopFirst();
await startFirst();
await rm(directory, { recursive: true });
if (process.argv.includes('--json')) console.log(JSON.stringify(rows));

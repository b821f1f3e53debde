// How fast the fake engine is, by itself and beside a real one. Run it with `npm run bench:fake-docker`; without an engine
// (`node bench/fake-docker.mjs` after a build) the last part is left out. See README.md.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createMemoryStore, createRegistry, deploy, formatReport, loadProject, parseReference } from '@gopdater/core';
import { createFakeEngine, createInProcessCompose, FakeDocker } from '@gopdater/testing';

const rollouts = Number(process.env.ROLLOUTS ?? 1000);
const rounds = Number(process.env.ROUNDS ?? 20);
const { GOPDATER_REGISTRY: registryHost, BUSYBOX: busybox, DOCKER_HOST: dockerHost } = process.env;
const rows = [];
const run = promisify(execFile);

const median = values => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const shown = ms => (ms < 10 ? ms.toFixed(2) : ms.toFixed(0));
const spread = values => `${shown(median(values))} (${shown(Math.min(...values))}–${shown(Math.max(...values))})`;

function row(what, values, { goalMs } = {}) {
  rows.push({ what, values, goalMs });
  const goal = goalMs === undefined ? '' : `under ${goalMs}`;
  console.log(`${what.padEnd(66)} ${spread(values).padStart(24)} ${goal.padStart(14)}`);
}

async function timed(act) {
  const startedAt = performance.now();
  await act();
  return performance.now() - startedAt;
}

async function several(times, act) {
  const values = [];
  for (let round = 0; round < times; round += 1) values.push(await timed(() => act(round)));
  return values;
}

/** Node.js 20 has no `using`. */
async function withDocker(options, act) {
  const docker = await FakeDocker.start(options);
  try {
    return await act(docker);
  } finally {
    await docker[Symbol.asyncDispose]();
  }
}

/** One request, as a client without a library makes it. */
async function ask(agent, socketPath, method, path, body) {
  return await new Promise((resolve, reject) => {
    const call = request(
      { agent, socketPath, method, path, headers: { 'content-type': 'application/json' } },
      answer => {
        const chunks = [];
        answer.on('data', chunk => chunks.push(chunk));
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          if (answer.statusCode >= 400) reject(new Error(text));
          else resolve(text);
        });
      },
    );
    call.on('error', reject);
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function startAndEnd() {
  row(
    'start of the fake and its end, on a socket',
    await several(50, () =>
      withDocker({}, async ({ socketPath }) => {
        if (socketPath === '') throw new Error('It listens nowhere.');
      }),
    ),
    { goalMs: 20 },
  );
}

async function oneContainer(docker) {
  docker.registry.push('acme/web');
  docker.pull('acme/web');
  const engine = createFakeEngine(docker);
  const spec = { image: 'acme/web', labels: {}, network: { names: [] }, rights: {} };
  row(
    'create, start, stop, remove: in process',
    await several(1000, async () => {
      const id = await engine.createContainer(spec);
      await engine.startContainer(id);
      await engine.stopContainer(id);
      await engine.removeContainer(id);
    }),
    { goalMs: 2 },
  );
  const agent = new Agent({ keepAlive: true });
  row(
    'the same over HTTP',
    await several(500, async () => {
      const created = await ask(agent, docker.socketPath, 'POST', '/containers/create', { Image: 'acme/web' });
      const path = `/containers/${JSON.parse(created).Id}`;
      await ask(agent, docker.socketPath, 'POST', `${path}/start`);
      await ask(agent, docker.socketPath, 'POST', `${path}/stop`);
      await ask(agent, docker.socketPath, 'DELETE', path);
    }),
  );
  agent.destroy();
}

/** `deploy()` of core with the in-process Compose, in virtual time, the tag moving before each; and no moment without service. */
async function coreRollouts(docker) {
  const directory = await mkdtemp(join(tmpdir(), 'bench-'));
  const file = join(directory, 'compose.yml');
  await writeFile(
    file,
    'name: shop\nservices:\n  web:\n    image: acme/web:latest\n    deploy: { update_config: { order: start-first } }\n  db: { image: acme/db }\n',
  );
  const { clock, registry } = docker;
  registry.push('acme/web:latest', { health: 'healthy', startMs: 1500, stopAfterMs: 500 });
  registry.push('acme/db');
  const environment = { HOME: '/root' };
  const load = async project => await loadProject({ ...project, cwd: project.projectDirectory, environment });
  const compose = createInProcessCompose({ docker, load });
  const projects = [{ files: [file], cwd: directory, environment }];
  const { name, files, envFiles, profiles } = await loadProject({ ...projects[0], cwd: directory, environment });
  await clock.run(() => compose.up({ name, files, envFiles, profiles, projectDirectory: directory }, []));
  await clock.advance(10_000);
  const store = createMemoryStore();
  const dependencies = {
    ...{
      projects,
      compose,
      clock,
      engine: createFakeEngine(docker),
      blocked: store.blocked,
      unfinished: store.unfinished,
    },
    registry: createRegistry({ mirror: await registry.listen(), clock }),
  };
  const before = process.cpuUsage();
  const each = await several(rollouts, async round => {
    registry.push('acme/web:latest', { version: `v${round}`, health: 'healthy', startMs: 1500, stopAfterMs: 500 });
    const event = { deliveryId: `delivery-${round}`, image: parseReference('acme/web:latest') };
    const report = await clock.run(() => deploy(event, dependencies));
    if (report.outcome !== 'updated') throw new Error(formatReport(report));
  });
  const { gaps } = docker.serving('web');
  if (gaps.length > 0) throw new Error(`There were ${gaps.length} gaps.`);
  await rm(directory, { recursive: true });
  row('a rollout, start-first, by core and the in-process Compose', each);
  const { user, system } = process.cpuUsage(before);
  row(`${rollouts} of them`, [each.reduce((sum, ms) => sum + ms, 0)], { goalMs: 20 * rollouts });
  row('their processor time, which other work on the machine does not add to', [(user + system) / 1000]);
}

async function tenThousand(docker) {
  const count = 10_000;
  docker.registry.push('acme/web');
  docker.pull('acme/web');
  const labels = { 'com.docker.compose.project': 'shop' };
  row(`${count} containers made and started`, [
    await timed(() => {
      for (let number = 0; number < count; number += 1) docker.run('acme/web', { name: `web-${number}`, labels });
    }),
  ]);
  const agent = new Agent({ keepAlive: true });
  const list = async query => JSON.parse(await ask(agent, docker.socketPath, 'GET', `/containers/json${query}`)).length;
  row(
    `${count} containers listed over HTTP`,
    await several(5, async () => {
      if ((await list('?all=1')) !== count) throw new Error('Some are missing.');
    }),
  );
  const filters = encodeURIComponent(JSON.stringify({ name: ['^/web-77$'] }));
  row(
    'one of them found by a filter',
    await several(20, async () => {
      if ((await list(`?all=1&filters=${filters}`)) !== 1) throw new Error('It is missing.');
    }),
  );
  agent.destroy();
}

/** `docker compose pull && docker compose up -d --no-deps` after the tag has moved, on a real engine and on the fake in turn. */
async function realCompose() {
  if (!registryHost || !busybox || !dockerHost) {
    console.log('docker compose: left out, as there is no engine (npm run bench:fake-docker provides one)');
    return;
  }
  const { stdout } = await run('docker', ['version', '--format', '{{.Server.Version}}']);
  await withDocker({ engine: stdout.startsWith('26.') ? '26.1' : '28.5' }, compareCompose);
}

async function compareCompose(docker) {
  const directory = await mkdtemp(join(tmpdir(), 'bench-'));
  await writeFile(
    join(directory, 'compose.yml'),
    `name: bench\nservices:\n  web:\n    image: ${registryHost}/acme/web:latest\n    stop_signal: SIGKILL\n`,
  );
  const compose = async (env, ...args) =>
    await run('docker', ['compose', '--project-directory', directory, ...args], { env: { ...process.env, ...env } });
  const rollOut = async env => {
    await compose(env, 'pull', '--quiet', 'web');
    await compose(env, 'up', '--detach', '--no-deps', 'web');
  };
  const pushReal = async version => {
    const name = `${registryHost}/acme/web:latest`;
    const dockerfile = `FROM scratch\nCOPY busybox /bin/busybox\nLABEL version=v${version}\nCMD ["/bin/busybox", "sleep", "3600"]\n`;
    await writeFile(join(directory, 'Dockerfile'), dockerfile);
    await run('cp', [busybox, join(directory, 'busybox')]);
    const env = { ...process.env, DOCKER_BUILDKIT: '0' };
    await run('docker', ['build', '--quiet', '--tag', name, directory], { env });
    await run('docker', ['push', '--quiet', name]);
    await run('docker', ['rmi', name]);
  };
  const both = { real: [], fake: [] };
  for (let round = 0; round <= rounds; round += 1) {
    await pushReal(round);
    docker.registry.push('acme/web:latest', { version: `v${round}` });
    const real = await timed(() => rollOut({}));
    const fake = await timed(() => rollOut(docker.env));
    // The first one makes the project.
    if (round > 0) {
      both.real.push(real);
      both.fake.push(fake);
    }
  }
  await compose({}, 'down', '--timeout', '0');
  await rm(directory, { recursive: true });
  if (docker.unsupported.length > 0) throw new Error(docker.unsupported.join('\n'));
  row('docker compose pull && up -d --no-deps, on a real engine', both.real);
  row('the same on the fake', both.fake);
  console.log(
    `${'the fake to the real engine'.padEnd(66)} ${(median(both.fake) / median(both.real)).toFixed(2).padStart(24)}`,
  );
}

console.log(`${'milliseconds: median (least–most)'.padEnd(66)} ${''.padStart(24)} ${'goal'.padStart(14)}`);
await startAndEnd();
await withDocker({}, oneContainer);
await withDocker({ clock: 'manual', socketPath: false }, coreRollouts);
await withDocker({}, tenThousand);
await realCompose();
if (process.argv.includes('--json')) console.log(JSON.stringify(rows));

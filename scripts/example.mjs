// The example that “npm start” runs: the server as it is, on an engine, a registry and a Compose that live in this process.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createMemoryStore, createRegistry, loadProject, systemClock } from '@gopdater/core';
import { createLogger, createProgressView, createTerminal, readConfig, serve } from '@gopdater/server';
import { createFakeEngine, createInProcessCompose, FakeDocker } from '@gopdater/testing';

const image = 'acme/web:latest';
const file = fileURLToPath(new URL('../examples/minimal-compose/compose.yml', import.meta.url));
const cwd = dirname(file);
const environment = {};

const docker = await FakeDocker.start({ socketPath: false });
const load = async project => await loadProject({ ...project, cwd: project.projectDirectory, environment });
const compose = createInProcessCompose({ docker, load });

let version = 1;
// Real ones take a moment to start and to stop.
const push = name =>
  docker.registry.push(name, { version: `v${version}`, health: 'healthy', startMs: 1_200, stopAfterMs: 300 });
for (const name of [image, 'acme/worker:latest', 'postgres:17']) push(name);
await compose.up({ name: 'shop', projectDirectory: cwd, files: [file], envFiles: [], profiles: [] }, []);

const { PORT, NO_COLOR, FORCE_COLOR, TERM } = process.env;
const config = readConfig({ HOST: '127.0.0.1', PORT, NO_COLOR, FORCE_COLOR, TERM });
const terminal = createTerminal(process.stdout, config);
const log = createLogger(config, { terminal });
const say = (...lines) => terminal.print(`\n${lines.map(line => `  ${line}`).join('\n')}\n`);
say(
  'EXAMPLE: nothing real is deployed. The engine, the registry and Compose live in this process.',
  'For a real engine: OWNER=acme npm start -- --compose-file FILE',
);

const server = await serve(
  { ...config, owner: ['acme'] },
  {
    projects: [{ files: [file], cwd, environment }],
    engine: createFakeEngine(docker),
    compose,
    registry: createRegistry({ mirror: await docker.registry.listen() }),
    clock: systemClock,
    store: createMemoryStore(),
    log,
    progress: createProgressView({ terminal, log, clock: systemClock }),
    onReport: announceNext,
  },
).catch(error => {
  console.error(`gopdater: ${error.message} ${error.hint ?? ''}`);
  process.exit(1);
});
announceNext();

function announceNext() {
  version += 1;
  push(image);
  const delivery = JSON.stringify({ push_data: { tag: 'latest' }, repository: { repo_name: 'acme/web' } });
  say(
    `${image} v${version} has been pushed. Tell gopdater, as Docker Hub would, from another terminal:`,
    '',
    `curl -i -X POST ${server.url}/ -H 'Content-Type: application/json' --data '${delivery}'`,
  );
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    await server.close();
    await docker[Symbol.asyncDispose]();
  });
}

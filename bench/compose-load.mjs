// How long reading a project takes, against `docker compose config` and against js-yaml's bare parse of the same file by
// each of its two builds, in one run. Run it with `npm run bench:compose-load`; see README.md.
import { execFile } from 'node:child_process';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { loadProject } from '@gopdater/core/compose';

const requireInCore = createRequire(new URL('../packages/core/package.json', import.meta.url));
const required = requireInCore('js-yaml');
const imported = await import(join(dirname(requireInCore.resolve('js-yaml')), 'js-yaml.mjs'));
/** So many are read before anything is timed: until then the code is being compiled. */
const warmUpServices = 30_000;
const rounds = Number(process.env.ROUNDS ?? 9);
/** In a row: each pays for the garbage that it leaves. A process takes long enough once. */
const readsPerTurn = Number(process.env.READS ?? 5);
const run = promisify(execFile);
const plugin = '.cache/gopdater-engines/sid/usr/libexec/docker/cli-plugins/docker-compose';
const composePath = process.env.DOCKER_COMPOSE ?? join(homedir(), plugin);

/** What a service of some size looks like: about 650 bytes, with an anchor and variables. */
const service = index => `  service-${index}:
    <<: *common
    image: registry.example.com/acme/service-${index}:\${TAG:-1.4}
    command: ["serve", "--port", "8080", "--name", "service-${index}"]
    environment:
      LOG_LEVEL: \${LOG_LEVEL:-info}
      DATABASE_URL: postgres://user:\${PASSWORD:-secret}@db-${index}:5432/app
      WORKERS: 4
      FEATURES: "a,b,c"
    ports:
      - "${10_000 + index}:8080"
    volumes:
      - ./config/${index}:/etc/service:ro
      - data:/var/lib/service
    labels:
      traefik.enable: "true"
      traefik.http.routers.service-${index}.rule: Host(\`s${index}.example.com\`)
${index > 0 ? `    depends_on:\n      - service-${index - 1}\n` : ''}    deploy:
      resources:
        limits:
          memory: 256m
`;

const project = count => `x-common: &common
  restart: unless-stopped
  networks: [back]
  logging: { driver: json-file, options: { max-size: 10m, max-file: "3" } }
  healthcheck: { test: [CMD, curl, -f, http://localhost:8080/], interval: 30s, timeout: 5s, retries: 3 }
services:
${Array.from({ length: count }, (_, index) => service(index)).join('')}networks: { back: {} }
volumes: { data: {} }
`;

const bareParse = yaml => async directory =>
  yaml.load(await readFile(join(directory, 'compose.yaml'), 'utf8'), {
    schema: yaml.CORE_SCHEMA.withTags(yaml.mergeTag),
  });

const parsers = {
  ours: async directory => (await loadProject({ cwd: directory, environment: { HOME: homedir() } })).model,
  'js-yaml (require)': bareParse(required),
  'js-yaml (import)': bareParse(imported),
};

const [, , mode, name, where] = process.argv;
if (mode === '--heap') console.log(await heapBytes(parsers[name], where));
else await compare();

/** What a result holds on to after a collection; in a process of its own. */
async function heapBytes(parse, directory) {
  // Until the code is compiled, what the compiler keeps is counted, too.
  for (let warmUp = 0; warmUp < 30; warmUp += 1) await parse(directory);
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  const results = [];
  for (let each = 0; each < 10; each += 1) results.push(await parse(directory));
  globalThis.gc();
  const bytes = process.memoryUsage().heapUsed - before;
  return results.length > 0 ? Math.round(bytes / results.length) : 0;
}

async function compare() {
  const hasCompose = await access(composePath).then(
    () => true,
    () => false,
  );
  if (!hasCompose) throw new Error(`There is no ${composePath}: run an engine test first, or set DOCKER_COMPOSE.`);
  const medians = {};
  for (const count of [50, 500, 1000]) {
    const directory = await mkdtemp(join(tmpdir(), 'bench-'));
    await writeFile(join(directory, 'compose.yaml'), project(count));
    const compose = async () =>
      await run(composePath, ['config', '--format', 'json'], {
        cwd: directory,
        env: { HOME: homedir(), PATH: '' },
        maxBuffer: 1e9,
      });
    const contestants = { ...parsers, 'docker-compose config': compose };
    for (let read = 0; read < warmUpServices; read += count) {
      for (const parse of Object.values(parsers)) await parse(directory);
    }
    const times = Object.fromEntries(Object.keys(contestants).map(each => [each, []]));
    for (let round = 0; round < rounds; round += 1) {
      for (const [each, parse] of inTurn(Object.entries(contestants), round)) {
        // Who comes after another finds the machine's caches and the heap full of its things: the first time is nobody's.
        await parse(directory);
        times[each].push(await timed(parse === compose ? 1 : readsPerTurn, () => parse(directory)));
      }
    }
    const heaps = {};
    for (const each of Object.keys(parsers)) {
      const self = fileURLToPath(import.meta.url);
      const { stdout } = await run(process.execPath, ['--expose-gc', self, '--heap', each, directory]);
      heaps[each] = Number(stdout);
    }
    medians[count] = report(count, times, heaps);
    await rm(directory, { recursive: true });
  }
  const growth = each => `${each} takes ${(medians[1000][each] / medians[500][each]).toFixed(2)}`;
  console.log(`Of the time for 500 services, 1000 take: ${Object.keys(parsers).map(growth).join(', ')}.`);
}

/** Everybody comes first, and after everybody else: who comes after another pays for some of its garbage. */
function inTurn(list, round) {
  const turned = round % 2 === 0 ? list : list.toReversed();
  const start = round % list.length;
  return [...turned.slice(start), ...turned.slice(0, start)];
}

/** What one of them takes. */
async function timed(times, work) {
  const start = performance.now();
  for (let time = 0; time < times; time += 1) await work();
  return (performance.now() - start) / times;
}

function report(count, turns, heaps) {
  const medians = Object.fromEntries(Object.entries(turns).map(([each, list]) => [each, median(list)]));
  console.log(`${count} services, medians of ${rounds}:`);
  for (const [each, ms] of Object.entries(medians)) {
    const heap = heaps[each] === undefined ? '' : `, ${(heaps[each] / 1e6).toFixed(1)} MB kept`;
    console.log(`  ${each.padEnd(24)}${ms.toFixed(1).padStart(8)} ms${heap}`);
  }
  const ratio = (one, other) => median(turns[one].map((ms, round) => ms / turns[other][round]));
  const less = ratio('docker-compose config', 'ours').toFixed(0);
  const times = ['js-yaml (require)', 'js-yaml (import)'].map(each => `${ratio('ours', each).toFixed(2)} of ${each}`);
  console.log(`  ours takes ${less} times less than docker-compose config, ${times.join(', ')},`);
  console.log(`  and keeps ${(heaps.ours / heaps['js-yaml (require)']).toFixed(2)} of what js-yaml keeps.`);
  return medians;
}

function median(list) {
  return [...list].sort((one, other) => one - other)[Math.floor(list.length / 2)];
}

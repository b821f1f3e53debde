import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConformanceEngine } from '../src/conformance/conformance-engine.ts';
import { askEngine } from '../src/conformance/engine-client.ts';
import { EventRecorder } from '../src/conformance/event-recorder.ts';
import type { Recording } from '../src/conformance/play-scenario.ts';
import { imageOf } from '../src/conformance/scenario.ts';
import { at, type Exchange, isList, type Json, type Transcript } from '../src/conformance/transcript.ts';
import type { CommandScenario, CommandStep } from './command-scenarios.ts';
import { type RecordedRequest, RecordingProxy } from './recording-proxy.ts';

/**
 * Types the commands one after the other. What is recorded of each: its exit code, what it printed, and what it asked
 * the engine for, each as a set, as commands do several things at once, and ask again and again.
 */
export async function playCommands(scenario: CommandScenario, engine: ConformanceEngine): Promise<Recording> {
  const startMs = engine.clock.now();
  const folder = await mkdtemp(join(tmpdir(), 'commands-'));
  await using proxy = new RecordingProxy(join(folder, 'docker.sock'), engine.socketPath);
  await proxy.listen();
  const events = new EventRecorder({ name: scenario.name, steps: [] }, engine.socketPath);
  await events.open();
  const names = new Map<string, string>();
  const push: ScenarioPush = (name, options) => {
    const version = `${scenario.name} ${options?.version ?? name}`;
    const { id, digest } = engine.registry.push(imageOf(name), { ...options, version });
    const count = [...names.values()].filter(known => known.startsWith(`image ${name}`)).length;
    names.set(id, `image ${name}${count === 0 ? '' : ` ${count + 1}`}`);
    names.set(digest, `digest ${name}${count === 0 ? '' : ` ${count + 1}`}`);
  };
  try {
    for (const [name, options] of Object.entries(scenario.images)) push(name, options);
    if (scenario.composeFile !== undefined) await writeFile(join(folder, 'compose.yml'), scenario.composeFile);
    const exchanges: Exchange[] = [];
    for (const step of scenario.steps) {
      if (typeof step === 'string') exchanges.push(await type(step, { scenario, folder, proxy }));
      else step({ push, removeTag: () => {}, fail: () => {}, heal: () => {} });
      await learnNames(engine, names);
    }
    // Where the project is differs each time.
    const heard = await events.close();
    const recorded = JSON.stringify({ exchanges, events: scenario.isSwarm ? [] : heard }).replaceAll(
      folder,
      '<project>',
    );
    const transcript: Transcript = JSON.parse(recorded);
    return { transcript, startMs, endMs: engine.clock.now(), rootDirectory: '/var/lib/docker', names };
  } finally {
    events.pause();
    await cleanUp(scenario, { engine, folder });
    await rm(folder, { recursive: true });
  }
}

/** Several things are done at once: of each what is told is in order, by itself. */
export function groupEvents({ exchanges, events }: Transcript): Transcript {
  const subjectOf = (event: Json): string => String(at(event, '/Actor/Attributes/container') ?? at(event, '/Actor/ID'));
  const subjects = [...new Set(events.map(subjectOf))].sort();
  return { exchanges, events: subjects.flatMap(subject => events.filter(event => subjectOf(event) === subject)) };
}

type ScenarioPush = Parameters<Exclude<CommandStep, string>>[0]['push'];

async function type(
  command: string,
  { scenario, folder, proxy }: { scenario: CommandScenario; folder: string; proxy: RecordingProxy },
): Promise<Exchange> {
  const [first = '', ...rest] = command.split(/(?<!\\) /).map(word => word.replaceAll('\\ ', ' '));
  const project = ['--project-name', scenario.name, '--project-directory', folder, '--progress', 'plain'];
  const args = first === 'compose' ? [first, ...project, ...rest] : [first, ...rest];
  const asked = proxy.requests.length;
  const { code, output } = await run(args, `unix://${proxy.socketPath}`, folder);
  const requests = proxy.requests
    .slice(asked)
    .map(requestText)
    .filter(line => first !== 'compose' || !aside.test(line));
  return {
    request: `docker ${command}`,
    status: code,
    headers: {},
    answer: { output: setOf(output.split('\n').filter(line => !progress.test(line))), requests: setOf(requests) },
  };
}

async function run(
  args: readonly string[],
  host: string,
  cwd?: string,
): Promise<{ readonly code: number; readonly output: string }> {
  const env = { ...process.env, DOCKER_HOST: host, DOCKER_BUILDKIT: '0' };
  return await new Promise(resolve => {
    execFile('docker', args, { env, cwd, timeout: 300_000 }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, output: stdout + stderr }),
    );
  });
}

function requestText({ method, url, status }: RecordedRequest): string {
  const { pathname, searchParams } = new URL(url, 'http://docker');
  // Which version a service has depends on all that happens in the swarm.
  const query = [...searchParams].sort().map(([name, value]) => `${name}=${name === 'version' ? '<index>' : value}`);
  return `${method} ${decodeURIComponent(pathname)}${query.length > 0 ? `?${query.join('&')}` : ''} ${status}`;
}

/** Compose 2.26 asks beside its work whether this is Docker Desktop; a command that ends soon does not wait for it. */
const aside = /^GET \/v[\d.]+\/info /;

/** What of a pull is told besides its end depends on how long it takes: who listens hears of the latest only. */
const progress =
  /\b(Downloading|Extracting|Verifying Checksum)\b|^ *[0-9a-f]{12}:? (Waiting|Pulling fs layer|Download complete)\b/;

/** Lines without their indentation: how wide a column is depends on what else is in it. */
function setOf(lines: readonly string[]): Json {
  const plain = lines.map(line => line.trim().replace(/\s{2,}/g, '  ')).filter(line => line !== '');
  return Object.fromEntries([...new Set(plain)].sort().map(line => [line, true]));
}

/** What the commands have made is known by name. */
async function learnNames(engine: ConformanceEngine, names: Map<string, string>): Promise<void> {
  const containers = await list(engine, '/containers/json?all=1');
  for (const one of containers) names.set(String(at(one, '/Id')), `container${at(one, '/Names/0')}`);
  for (const kind of ['service', 'node']) {
    for (const one of await list(engine, `/${kind}s`)) {
      names.set(String(at(one, '/ID')), `${kind} ${at(one, '/Spec/Name') ?? ''}`.trim());
    }
  }
  for (const one of await list(engine, '/networks')) names.set(String(at(one, '/Id')), `network ${at(one, '/Name')}`);
}

async function list({ socketPath }: ConformanceEngine, path: string): Promise<readonly Json[]> {
  const answer = await askEngine(socketPath, { method: 'GET', path });
  const value: Json = JSON.parse((await answer.body).toString());
  return isList(value) ? value : [];
}

async function cleanUp(
  { name, images, isSwarm }: CommandScenario,
  { engine, folder }: { engine: ConformanceEngine; folder: string },
): Promise<void> {
  const host = `unix://${engine.socketPath}`;
  const project = ['--project-name', name, '--project-directory', folder];
  await run(['compose', ...project, 'down', '--volumes', '--remove-orphans', '--timeout', '0'], host);
  for (const one of await list(engine, '/containers/json?all=1')) {
    if (String(at(one, '/Names/0')).startsWith(`/${name}.`)) await run(['rm', '-fv', String(at(one, '/Id'))], host);
  }
  if (isSwarm) await run(['swarm', 'leave', '--force'], host);
  // With the versions that a tag has left.
  const repositories = [...new Set(Object.keys(images).map(image => imageOf(image).replace(/:[^:/]+$/, '')))];
  for (const repository of repositories) {
    const { output } = await run(['images', '--quiet', '--no-trunc', repository], host);
    const ids = output.split('\n').filter(Boolean);
    if (ids.length > 0) await run(['rmi', '--force', ...new Set(ids)], host);
  }
}

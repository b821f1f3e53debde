import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ComposeProject, ComposeService, UpOptions } from '@gopdater/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createInProcessCompose, FakeDocker } from '../src/index.ts';

type Attributes = Readonly<Record<string, unknown>>;

type Step =
  | { readonly up: readonly string[]; readonly with?: UpOptions }
  | { readonly pull: readonly string[] }
  | { readonly push: string }
  | { readonly exit: string };

interface Scenario {
  readonly title: string;
  readonly services: Readonly<Record<string, Attributes>>;
  readonly steps: readonly Step[];
  /** Compose 2.26 does this otherwise; the in-process one follows 2.40. */
  readonly isNew?: boolean;
}

/** What a step leaves behind: whether it failed, the last status of each container, and what there is. */
type Outcome = readonly [failed: boolean, statuses: Readonly<Record<string, string>>, containers: readonly string[]];

const web = { image: 'acme/web:latest' };
const rolling: UpOptions = { noDeps: true, noRecreate: true, scale: { web: 2 } };
const moved: readonly Step[] = [{ push: 'web' }, { pull: ['web'] }];

const scenarios: readonly Scenario[] = [
  {
    title: 'starts a project once',
    services: { web, db: { image: 'acme/db:latest' } },
    steps: [{ up: [] }, { up: [] }],
  },
  {
    title: 'recreates a service whose tag moved',
    services: { web, db: { image: 'acme/db:latest' } },
    steps: [{ up: [] }, ...moved, { up: ['web'], with: { noDeps: true } }, { up: [] }],
  },
  {
    title: 'leaves alone what was brought up without its dependencies',
    services: { web: { ...web, depends_on: ['db'] }, db: { image: 'acme/db:latest' } },
    steps: [{ up: [] }, ...moved, { up: ['web'], with: { noDeps: true } }, { up: [] }],
    isNew: true,
  },
  {
    title: 'removes the old replica beside a new one',
    services: { web },
    steps: [
      { up: [] },
      ...moved,
      { up: ['web'], with: rolling },
      { up: ['web'] },
      { up: [], with: { scale: { web: 0 } } },
    ],
    isNew: true,
  },
  {
    title: 'creates without starting',
    services: { web },
    steps: [{ up: [], with: { noStart: true } }, { up: [] }, { exit: 'shop-web-1' }, { up: [] }],
  },
  {
    title: 'keeps a container name',
    services: { web: { ...web, container_name: 'front' } },
    steps: [{ up: [] }, { up: [], with: { scale: { web: 2 } } }, ...moved, { up: [] }],
  },
  {
    title: 'pulls always',
    services: { web },
    steps: [{ up: [] }, { push: 'web' }, { up: [], with: { pull: 'always' } }],
  },
  { title: 'never pulls', services: { web }, steps: [{ up: [], with: { pull: 'never' } }], isNew: true },
  {
    title: 'fails for an unknown image',
    services: { web: { image: 'acme/none:1' } },
    steps: [{ pull: [] }, { up: [] }],
  },
  { title: 'fails for an unknown service', services: { web }, steps: [{ up: ['none'] }] },
  {
    title: 'waits for a healthy dependency',
    services: {
      web: { ...web, depends_on: { fit: { condition: 'service_healthy' } } },
      fit: { image: 'acme/fit:latest' },
    },
    steps: [{ up: [] }, { up: [] }],
  },
  {
    title: 'gives up on an unhealthy dependency',
    services: {
      web: { ...web, depends_on: { sick: { condition: 'service_healthy' } } },
      sick: { image: 'acme/sick:latest' },
    },
    steps: [{ up: [] }],
  },
  {
    title: 'fails for a host port that is taken',
    services: { web: { ...web, ports: ['8080:80'] } },
    steps: [{ up: [] }, { up: [], with: { scale: { web: 2 } } }],
  },
  {
    title: 'starts a profile that is named',
    services: { web, tool: { image: 'acme/db:latest', profiles: ['tools'] } },
    steps: [{ up: [] }, { up: ['tool'] }],
  },
];

describe('the in-process Compose does what the real one does when it', async () => {
  const version = (await run(['version', '--short'], process.env)).output;
  const isOld = version.includes('2.26.');
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fake-docker-parity-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(scenarios.filter(({ isNew }) => !(isOld && isNew)))('$title', async ({ services, steps }) => {
    const file = join(folder, 'compose.yml');
    await writeFile(file, JSON.stringify({ services }));
    const base = ['-p', 'shop', '--project-directory', folder, '-f', file];
    const real = await play(steps, async (step, docker) => {
      const { failed, output } = await run([...base, ...argumentsOf(step)], { ...process.env, ...docker.env });
      const lines = [...output.matchAll(/Container (\S+)\s+(\w+)/g)];
      return [failed, Object.fromEntries(lines.map(([, name, status]) => [name, status]))];
    });
    const project = modelOf(folder, file, services);
    const own = await play(steps, async (step, docker) => {
      const compose = createInProcessCompose({ docker, load: async () => project });
      const statuses: Record<string, string> = {};
      const onLine = (line: string): void => {
        const [, name, status] = /Container (\S+)\s+(\w+)/.exec(line) ?? [];
        if (name !== undefined && status !== undefined) statuses[name] = status;
      };
      const options = { name: 'shop', projectDirectory: folder, files: [file], envFiles: [], profiles: [] };
      const done =
        'up' in step
          ? compose.up(options, step.up, { ...step.with, onLine })
          : compose.pull(options, step.pull, { onLine });
      return [
        await done.then(
          () => false,
          () => true,
        ),
        statuses,
      ];
    });
    expect(own).toEqual(real);
  });
});

type Command = Extract<Step, { up: unknown } | { pull: unknown }>;

async function play(
  steps: readonly Step[],
  act: (step: Command, docker: FakeDocker) => Promise<readonly [boolean, Readonly<Record<string, string>>]>,
): Promise<Outcome[]> {
  await using docker = await FakeDocker.start();
  for (const name of ['web', 'db']) docker.registry.push(`acme/${name}:latest`, { version: 'v1' });
  docker.registry.push('acme/fit:latest', { health: 'healthy' });
  docker.registry.push('acme/sick:latest', { health: 'unhealthy' });
  const outcomes: Outcome[] = [];
  for (const step of steps) {
    if ('push' in step) docker.registry.push(`acme/${step.push}:latest`, { version: 'v2' });
    else if ('exit' in step) docker.container(step.exit).exit(1);
    else outcomes.push([...(await act(step, docker)), containersOf(docker)]);
  }
  return outcomes;
}

function containersOf(docker: FakeDocker): string[] {
  const version = (env: readonly string[]): string | undefined => env.find(line => line.startsWith('VERSION='));
  return docker
    .containers()
    .map(({ name, status, env }) => `${name} ${status} ${version(env)}`)
    .sort();
}

function argumentsOf(step: Command): string[] {
  if ('pull' in step) return ['pull', ...step.pull];
  const { noDeps, noStart, noRecreate, pull, scale = {} } = step.with ?? {};
  return [
    'up',
    '-d',
    ...(noDeps ? ['--no-deps'] : []),
    ...(noStart ? ['--no-start'] : []),
    ...(noRecreate ? ['--no-recreate'] : []),
    ...(pull ? ['--pull', pull] : []),
    ...Object.entries(scale).flatMap(([name, count]) => ['--scale', `${name}=${count}`]),
    ...step.up,
  ];
}

function modelOf(workingDirectory: string, file: string, services: Scenario['services']): ComposeProject {
  const all = Object.entries(services).map(([name, attributes]): ComposeService => {
    const { image, container_name, depends_on = [], profiles } = attributes;
    return {
      name,
      image: String(image),
      enabled: profiles === undefined,
      scale: 1,
      containerName: typeof container_name === 'string' ? container_name : undefined,
      dependsOn: Array.isArray(depends_on) ? depends_on.map(String) : Object.keys(Object(depends_on)),
      labels: {},
      attributes,
    };
  });
  const byName = new Map(all.map(service => [service.name, service]));
  return { name: 'shop', workingDirectory, files: [file], envFiles: [], profiles: [], services: byName };
}

function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<{ failed: boolean; output: string }> {
  return new Promise(resolve => {
    execFile('docker', ['compose', ...args], { env }, (error, stdout, stderr) =>
      resolve({ failed: error !== null, output: stdout + stderr }),
    );
  });
}

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createMemoryStore,
  createPlainReader,
  formatPlan,
  formatReport,
  GopdaterError,
  type RollbackDependencies,
} from '@gopdater/core';
import type { PushOptions } from '@gopdater/testing';
import { describe, expect, test } from 'vitest';
import { createWorld, deploy, planDeployment, planRollback, pushed, rollback, type World } from './world.ts';

const policy = 'semver:^1';
const webAt = (image: string, labels: readonly string[], more: readonly string[] = []) =>
  [
    'name: shop',
    'services:',
    '  web:',
    `    image: ${image}`,
    '    restart: unless-stopped',
    '    labels:',
    ...labels.map(label => `      ${label}`),
    ...more,
    '  db:',
    '    image: postgres:17',
    '',
  ].join('\n');
const follow = (text: string, variable = 'WEB_TAG') => [
  `gopdater.tag: ${JSON.stringify(text)}`,
  `gopdater.tag-variable: ${variable}`,
];
const byVariable = 'acme/web:${WEB_TAG}';

const env = '# versions\r\nOTHER="a b" # c\r\n  export WEB_TAG = "1.0.0"   # of web\r\nLAST=1.0.0';

interface TagWorld extends World {
  readonly deps: RollbackDependencies;
  /** What the tag becomes in the registry, and the push of it as a receiver would tell it. */
  push(tag: string, options?: PushOptions): string;
  env(): Promise<string>;
  /** The image that web’s containers were made with, by name, and how many of them. */
  running(service?: string): readonly string[];
  /** `docker compose up -d` of the user: what it did to each container. */
  up(): Promise<readonly string[]>;
}

async function createTagWorld({
  file = webAt(byVariable, follow(policy)),
  text = env,
  tags = ['1.0.0'],
}: {
  readonly file?: string;
  readonly text?: string;
  readonly tags?: readonly string[];
} = {}): Promise<TagWorld> {
  const push = (docker: World['docker']) => {
    for (const tag of tags) docker.registry.push(`acme/web:${tag}`, { version: tag });
  };
  const world = await createWorld({ file, env: text, push });
  const store = createMemoryStore();
  return {
    ...world,
    deps: { ...world.dependencies, ...store },
    push: (tag, options) => world.registry.push(`acme/web:${tag}`, { version: tag, ...options }).digest,
    env: async () => await readFile(join(world.project.projectDirectory, '.env'), 'utf8'),
    running: (service = 'web') =>
      [...world.docker.state.containers.values()]
        .filter(({ name, state }) => name.startsWith(`shop-${service}-`) && state.status === 'running')
        .map(({ spec }) => spec.image),
    up: async () => {
      const { containers } = await world.dependencies.compose.up(world.project, []);
      return [...new Set(containers.map(({ status }) => status))];
    },
  };
}

const push = async (world: TagWorld, tag: string) => await deploy(pushed(`acme/web:${tag}`), world.deps);

describe('a service under a range of versions', () => {
  test('goes up with its variable, which is all that changes in its file', async () => {
    await using world = await createTagWorld();
    world.push('1.1.0');
    const plan = formatPlan(await planDeployment(pushed('acme/web:1.1.0').image, world.deps));
    expect(plan).toContain(
      `set WEB_TAG=1.1.0 in ${join(world.project.projectDirectory, '.env')}, in the place of 1.0.0`,
    );
    expect(plan).toContain('1.0.0 → 1.1.0');
    const report = await push(world, '1.1.0');
    expect(report, formatReport(report)).toMatchObject({
      outcome: 'updated',
      image: 'docker.io/acme/web:1.1.0',
      services: [{ from: { tag: '1.0.0' }, to: { tag: '1.1.0' }, variable: { name: 'WEB_TAG', to: '1.1.0' } }],
    });
    expect(formatReport(report)).toContain('; WEB_TAG is 1.1.0 in ');
    expect(world.running()).toEqual(['acme/web:1.1.0']);
    expect(await world.env()).toBe(env.replace('"1.0.0"', '"1.1.0"'));
    expect(await world.up()).toEqual(['Running']);
    expect(await world.deps.unfinished?.list()).toEqual([]);
    expect(await push(world, '1.1.0')).toMatchObject({ outcome: 'up-to-date' });
  });

  test('never goes down, whatever a hook says', async () => {
    await using world = await createTagWorld({ text: 'WEB_TAG=1.1.0\n', tags: ['1.1.0'] });
    world.push('1.0.0');
    world.push('0.9.0');
    const report = await push(world, '1.0.0');
    expect(report, formatReport(report)).toMatchObject({ outcome: 'up-to-date', services: [{ service: 'web' }] });
    expect((await push(world, '0.9.0')).services).toEqual([]);
    expect(await world.env()).toBe('WEB_TAG=1.1.0\n');
    expect(world.running()).toEqual(['acme/web:1.1.0']);
  });

  test('takes the registry’s newest, and no hook can choose a lower one', async () => {
    await using world = await createTagWorld();
    for (const tag of ['1.9.0', '1.10.0', '1.11.0-rc.1', '2.0.0', 'latest']) world.push(tag);
    const report = await push(world, '1.9.0');
    expect(report, formatReport(report)).toMatchObject({
      outcome: 'left-alone',
      services: [{ outcome: 'other-tag', detail: expect.stringContaining('1.10.0') }],
      instead: ['docker.io/acme/web:1.10.0'],
    });
    expect(world.running()).toEqual(['acme/web:1.0.0']);
    expect(await push(world, '1.10.0')).toMatchObject({ outcome: 'updated' });
    expect(await push(world, '1.9.0')).toMatchObject({ outcome: 'up-to-date' });
    expect(world.running()).toEqual(['acme/web:1.10.0']);
  });

  test('is known by its push before the registry’s list has it, if it is there', async () => {
    await using world = await createTagWorld();
    const tags = async () => ['1.0.0', 'latest'];
    const late = { ...world.deps, registry: { ...world.deps.registry, tags } };
    await expect(deploy(pushed('acme/web:1.1.0'), late)).rejects.toMatchObject({ code: 'IMAGE_NOT_FOUND' });
    world.push('1.1.0');
    expect(await deploy(pushed('acme/web:1.1.0'), late)).toMatchObject({ outcome: 'updated' });
    expect(world.running()).toEqual(['acme/web:1.1.0']);
  });

  test('is told of the newest by a push of its own tag, which still means what it did', async () => {
    await using world = await createTagWorld();
    world.push('1.0.0', { version: 'built again' });
    const own = await push(world, '1.0.0');
    expect([own.outcome, own.instead]).toEqual(['updated', undefined]);
    expect(await world.env()).toBe(env);
    world.push('1.2.0');
    expect(await push(world, '1.0.0')).toMatchObject({ instead: ['docker.io/acme/web:1.2.0'] });
  });

  test('keeps what stands around the variable in the tag', async () => {
    const file = webAt('acme/web:v${WEB_TAG}', follow(policy));
    await using world = await createTagWorld({ file, text: 'WEB_TAG=1.0.0', tags: ['v1.0.0'] });
    world.push('1.2.0');
    world.push('v1.1.0');
    expect(await push(world, 'v1.1.0')).toMatchObject({ outcome: 'updated' });
    expect(await world.env()).toBe('WEB_TAG=1.1.0');
    const report = await push(world, '1.2.0');
    expect(report, formatReport(report)).toMatchObject({ outcome: 'up-to-date' });
  });

  test('that is never well comes back, and so does its variable, byte by byte', async () => {
    await using world = await createTagWorld();
    world.push('1.1.0');
    await push(world, '1.1.0');
    const before = await world.env();
    world.push('1.2.0', { exitCode: 1 });
    const report = await push(world, '1.2.0');
    expect(report, formatReport(report)).toMatchObject({ outcome: 'rolled-back' });
    expect(world.running()).toEqual(['acme/web:1.1.0']);
    expect(await world.env()).toBe(before);
    expect(await world.up()).toEqual(['Running']);
    expect(await world.deps.unfinished?.list()).toEqual([]);
    expect(await push(world, '1.2.0')).toMatchObject({ outcome: 'refused', services: [{ outcome: 'blocked' }] });
    // What was rolled back does not stand in the way of what is well.
    world.push('1.1.1');
    expect(await push(world, '1.1.1')).toMatchObject({ outcome: 'updated' });
    expect(await world.env()).toContain('"1.1.1"');
  });

  test('start-first does all that without a gap', async () => {
    const more = ['    deploy: { replicas: 2, update_config: { order: start-first } }'];
    await using world = await createTagWorld({ file: webAt(byVariable, follow(policy), more) });
    world.push('1.1.0');
    expect(await push(world, '1.1.0')).toMatchObject({ outcome: 'updated', services: [{ gapMs: 0 }] });
    expect(world.running()).toEqual(['acme/web:1.1.0', 'acme/web:1.1.0']);
    expect(await world.up()).toEqual(['Running']);
    world.push('1.2.0', { exitCode: 1 });
    expect(await push(world, '1.2.0')).toMatchObject({ outcome: 'rolled-back' });
    expect(world.running()).toEqual(['acme/web:1.1.0', 'acme/web:1.1.0']);
    expect(await world.up()).toEqual(['Running']);
  });

  test('stays on its tag where the new one is the same image', async () => {
    await using world = await createTagWorld();
    world.push('1.1.0', { version: '1.0.0' });
    const report = await push(world, '1.1.0');
    expect(report, formatReport(report)).toMatchObject({ outcome: 'up-to-date' });
    expect(formatReport(report)).toContain('under the tag 1.0.0, and stays there');
    expect(await world.env()).toBe(env);
    expect(await world.up()).toEqual(['Running']);
  });

  test('needs a version to begin with', async () => {
    await using world = await createTagWorld({ text: 'WEB_TAG=latest\n' });
    world.push('1.1.0');
    const report = await push(world, '1.1.0');
    expect(report, formatReport(report)).toMatchObject({
      outcome: 'refused',
      services: [{ detail: expect.stringContaining('latest is no version') }],
    });
  });
});

describe('a service under a pattern', () => {
  test.each(['glob:*-alpine', String.raw`regex:^\d+-alpine$$`])('%s takes the pushed tag that fits', async text => {
    const file = webAt(byVariable, follow(text));
    await using world = await createTagWorld({ file, text: 'WEB_TAG=1-alpine', tags: ['1-alpine'] });
    world.push('2-alpine');
    world.push('3-slim');
    expect(await push(world, '2-alpine')).toMatchObject({ outcome: 'updated' });
    expect(await world.env()).toBe('WEB_TAG=2-alpine');
    expect((await push(world, '3-slim')).services).toEqual([]);
    await expect(push(world, '4-alpine')).rejects.toMatchObject({ code: 'IMAGE_NOT_FOUND' });
    expect(world.running()).toEqual(['acme/web:2-alpine']);
    expect(await world.up()).toEqual(['Running']);
  });

  test('is not brought to an image that was built before the one that runs', async () => {
    const file = webAt(byVariable, follow('glob:main-*'));
    await using world = await createTagWorld({ file, text: 'WEB_TAG=main-0', tags: ['main-0'] });
    world.push('main-2', { created: '2026-02-02T00:00:00Z' });
    expect(await push(world, 'main-2')).toMatchObject({ outcome: 'updated' });
    world.push('main-1', { created: '2026-01-01T00:00:00Z' });
    const report = await push(world, 'main-1');
    expect(report, formatReport(report)).toMatchObject({
      outcome: 'refused',
      services: [{ detail: expect.stringContaining('main-1 was built before') }],
    });
    expect(await world.env()).toBe('WEB_TAG=main-2');
  });
});

describe('a tag that cannot move', () => {
  const refusal = async (options: Parameters<typeof createTagWorld>[0], prepare?: (world: TagWorld) => unknown) => {
    await using world = await createTagWorld(options);
    await prepare?.(world);
    world.push('1.1.0');
    const before = await world.env();
    const report = await push(world, '1.1.0');
    expect(await world.env()).toBe(before);
    expect(world.running()).toEqual(['acme/web:1.0.0']);
    expect(report.outcome).toBe('refused');
    return formatReport(report);
  };

  test('without a variable is refused, with what it needs', async () => {
    const report = await refusal({ file: webAt('acme/web:1.0.0', [`gopdater.tag: ${policy}`]) });
    expect(report).toContain('only the value of a variable is ever changed, never your compose files.');
    expect(report).toContain('Write “image: acme/web:${TAG}”, the label “gopdater.tag-variable: TAG”');
  });

  test.each([
    [
      'is not set in the env file',
      { file: webAt('acme/web:1.0.0', follow(policy)), text: 'A=1' },
      'WEB_TAG is not set in',
    ],
    [
      'has nothing to do with the image',
      { file: webAt('acme/web:1.0.0', follow(policy)) },
      'would not be docker.io/acme/web:1.1.0',
    ],
    ['is set twice', { text: 'WEB_TAG=1\nWEB_TAG=1.0.0' }, 'more than once'],
    ['comes from another one', { text: 'A=1.0.0\nWEB_TAG=$A' }, 'no plain part of a tag'],
    ['is empty', { file: webAt('acme/web:${WEB_TAG:-1.0.0}', follow(policy)), text: 'WEB_TAG=' }, 'WEB_TAG is empty'],
    ['is not named well', { file: webAt(byVariable, follow(policy, 'WEB TAG')) }, 'no name of a variable'],
    [
      'is used by another service, too',
      {
        file: webAt(byVariable, follow(policy)).replace(
          'postgres:17',
          'postgres:17\n    environment: { A: "${WEB_TAG}" }',
        ),
      },
      'would change shop/db, too',
    ],
    [
      'is used by a network, too',
      { file: `${webAt(byVariable, follow(policy))}networks:\n  default:\n    labels: { a: "\${WEB_TAG}" }\n` },
      'would change the networks of shop, too',
    ],
  ])('as its variable %s, is refused', async (_, options, why) => {
    expect(await refusal(options)).toContain(why);
  });

  test('as another project reads the same file, is refused, and both move where both are meant to', async () => {
    await using world = await createTagWorld();
    const cwd = world.project.projectDirectory;
    const other = join(cwd, 'other.yml');
    const [first] = Array.isArray(world.deps.projects) ? world.deps.projects : [];
    const projects = [first, { files: [other], cwd, environment: { HOME: '/root' } }];
    const pushBoth = async () => await deploy(pushed('acme/web:1.1.0'), { ...world.deps, projects });
    world.push('1.1.0');
    await writeFile(other, `name: other\nservices:\n  web:\n    image: ${byVariable}\n`);
    expect(formatReport(await pushBoth())).toContain('would change other/web, too');
    expect(await world.env()).toBe(env);
    const labels = follow(policy).map(label => `      ${label}\n`);
    await writeFile(other, `name: other\nservices:\n  web:\n    image: ${byVariable}\n    labels:\n${labels.join('')}`);
    const report = await pushBoth();
    expect(report, formatReport(report)).toMatchObject({
      outcome: 'updated',
      services: [
        { project: 'shop', outcome: 'updated' },
        { project: 'other', outcome: 'not-running' },
      ],
    });
    expect(await world.env()).toContain('"1.1.0"');
  });

  test('as the engine is away meanwhile, is no fault of its files', async () => {
    await using world = await createTagWorld();
    world.push('1.1.0');
    const away = new GopdaterError('ENGINE_UNREACHABLE', 'gone');
    const reader = { ...createPlainReader(), explainUneditable: async () => await Promise.reject(away) };
    await expect(deploy(pushed('acme/web:1.1.0'), { ...world.deps, reader })).rejects.toBe(away);
  });

  test('as its policy cannot be read, is refused when its own tag is pushed', async () => {
    await using world = await createTagWorld({ file: webAt(byVariable, follow('semver:^a')) });
    world.push('1.0.0', { version: 'built again' });
    const report = await push(world, '1.0.0');
    expect(report, formatReport(report)).toMatchObject({ outcome: 'refused' });
    expect(formatReport(report)).toContain('“semver:^a” is no tag policy');
  });

  test('as somebody edits the file meanwhile, stays, and is named', async () => {
    await using world = await createTagWorld();
    world.push('1.1.0');
    const file = join(world.project.projectDirectory, '.env');
    const onPlan = () => void writeFile(file, env.replace('"1.0.0"', '1.0.5'));
    const report = await deploy(pushed('acme/web:1.1.0'), { ...world.deps, onPlan });
    expect(report, formatReport(report)).toMatchObject({ outcome: 'failed', error: { code: 'PROJECT_DIFFERS' } });
    expect(await world.env()).toContain('1.0.5');
    expect(world.running()).toEqual(['acme/web:1.0.0']);
    expect(await world.deps.unfinished?.list()).toEqual([]);
  });

  test('as gopdater’s own environment sets it, is refused', async () => {
    await using world = await createTagWorld();
    world.push('1.1.0');
    const [options] = Array.isArray(world.deps.projects) ? world.deps.projects : [];
    const projects = [{ ...options, environment: { HOME: '/root', WEB_TAG: '1.0.0' } }];
    const report = await deploy(pushed('acme/web:1.1.0'), { ...world.deps, projects });
    expect(formatReport(report)).toContain('WEB_TAG is set in gopdater’s environment');
  });
});

describe('services of one variable', () => {
  const worker = ['  worker:', `    image: ${byVariable}`, '    depends_on: [web]', '    labels:'];
  const both = (labels: readonly string[]) =>
    webAt(byVariable, follow(policy)).replace(
      '  db:',
      [...worker, ...labels.map(label => `      ${label}`), '  db:'].join('\n'),
    );

  test('move together, and come back together', async () => {
    await using world = await createTagWorld({ file: both(follow(policy)) });
    world.push('1.1.0');
    const plan = await planDeployment(pushed('acme/web:1.1.0').image, world.deps);
    expect(plan.steps.filter(({ kind }) => kind === 'set-variable')).toHaveLength(1);
    expect(await push(world, '1.1.0')).toMatchObject({ outcome: 'updated' });
    expect([...world.running(), ...world.running('worker')]).toEqual(['acme/web:1.1.0', 'acme/web:1.1.0']);
    expect(await world.up()).toEqual(['Running']);
    const before = await world.env();
    world.push('1.2.0', { exitCode: 1 });
    for (const rollbackScope of ['push', 'service'] as const) {
      await world.deps.blocked?.unblock('docker.io/acme/web:1.2.0');
      const report = await deploy(pushed('acme/web:1.2.0'), { ...world.deps, rollbackScope });
      expect(report, formatReport(report)).toMatchObject({ outcome: 'rolled-back' });
      expect([...world.running(), ...world.running('worker')]).toEqual(['acme/web:1.1.0', 'acme/web:1.1.0']);
      expect(await world.env()).toBe(before);
      expect(await world.up()).toEqual(['Running']);
    }
  });

  test('are told of one that runs the new image already, under its old tag', async () => {
    await using world = await createTagWorld({ file: both(follow(policy)) });
    world.push('1.0.0', { version: 'built again' });
    const only = { project: 'shop', service: 'worker' };
    expect(await deploy(pushed('acme/web:1.0.0'), { ...world.deps, only })).toMatchObject({ outcome: 'updated' });
    world.push('1.1.0', { version: 'built again' });
    const report = await push(world, '1.1.0');
    expect(report, formatReport(report)).toMatchObject({
      outcome: 'updated',
      services: [{ service: 'web' }, { service: 'worker', outcome: 'up-to-date' }],
      warnings: [expect.stringContaining('shop/worker runs that image under its old tag')],
    });
    expect(await world.env()).toContain('"1.1.0"');
  });

  test('do not move where one of them may not', async () => {
    await using world = await createTagWorld({ file: both(follow('semver:~1.0')) });
    world.push('1.1.0');
    const report = await push(world, '1.1.0');
    expect(report, formatReport(report)).toMatchObject({ outcome: 'refused' });
    expect(formatReport(report)).toContain('would change shop/worker, too');
  });

  test('do not move where one of them cannot', async () => {
    const file = both([...follow(policy), 'gopdater.order: start-first', 'gopdater.fallback: refuse']).replace(
      '    depends_on: [web]',
      '    depends_on: [web]\n    container_name: worker',
    );
    await using world = await createTagWorld({ file });
    world.push('1.1.0');
    const report = await push(world, '1.1.0');
    expect(formatReport(report)).toContain('it moves by WEB_TAG together with shop/worker, which cannot now');
    expect(await world.env()).toBe(env);
    expect(world.running()).toEqual(['acme/web:1.0.0']);
  });
});

describe('a rollback by hand', () => {
  test('goes back to the former tag, and the next hook does not undo it', async () => {
    await using world = await createTagWorld();
    for (const tag of ['1.1.0', '1.2.0']) {
      world.push(tag);
      const report = await push(world, tag);
      await world.deps.history.add({ at: '2026-01-01T00:00:00.000Z', report });
    }
    const plan = await planRollback({ service: 'web' }, world.deps);
    expect(formatPlan(plan)).toContain('set WEB_TAG=1.1.0');
    const back = async () => {
      const report = await rollback({ service: 'web' }, world.deps);
      await world.deps.history.add({ at: '2026-01-02T00:00:00.000Z', report });
      expect(report, formatReport(report)).toMatchObject({ outcome: 'updated' });
    };
    await back();
    expect(await world.env()).toBe(env.replace('"1.0.0"', '"1.1.0"'));
    expect(world.running()).toEqual(['acme/web:1.1.0']);
    expect(await world.up()).toEqual(['Running']);
    expect(await push(world, '1.2.0')).toMatchObject({ services: [{ outcome: 'blocked' }] });
    const own = await push(world, '1.1.0');
    expect([own.outcome, own.instead]).toEqual(['up-to-date', undefined]);
    await back();
    expect(await world.env()).toBe(env);
    expect(world.running()).toEqual(['acme/web:1.0.0']);
    world.push('1.3.0');
    expect(await push(world, '1.3.0')).toMatchObject({ outcome: 'updated' });
  });

  test('that was cut off is finished by whoever takes it up, and not by the newest version', async () => {
    let cutOff = 0;
    for (const at of [12, 16, 20, 24, 28, 32]) {
      await using world = await createTagWorld();
      world.push('1.1.0');
      const report = await push(world, '1.1.0');
      await world.deps.history.add({ at: '2026-01-01T00:00:00.000Z', report });
      const death = new AbortController();
      const { client } = world.docker;
      const send = client.send.bind(client);
      let count = 0;
      client.send = async (...args) => {
        count += 1;
        if (count === at) death.abort();
        if (death.signal.aborted) throw new Error('killed');
        return await send(...args);
      };
      await rollback({ service: 'web' }, { ...world.deps, signal: death.signal }).catch(() => undefined);
      client.send = send;
      const [begun] = (await world.deps.unfinished?.list()) ?? [];
      if (begun === undefined) continue;
      const finished = await deploy(pushed(begun.image), world.deps);
      expect(finished, formatReport(finished)).toMatchObject({ outcome: 'updated', image: 'docker.io/acme/web:1.0.0' });
      expect(world.running()).toEqual(['acme/web:1.0.0']);
      expect(await world.env()).toBe(env);
      expect(await world.up()).toEqual(['Running']);
      expect(await world.deps.unfinished?.list()).toEqual([]);
      cutOff += 1;
    }
    expect(cutOff).toBeGreaterThan(1);
  });
});

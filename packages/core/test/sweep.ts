import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeploymentReport } from '@gopdater/core';
import { expect } from 'vitest';
import { createWorld, deploy, pushed, type World } from './world.ts';

/** What the sweeps let go wrong at each request: one roll, by each strategy, to a version that is good or never well. */
const versions = {
  good: { version: 'v2', health: [{ status: 'healthy', afterMs: 2_000 }] },
  'never well': { version: 'v2', exitCode: 1 },
} as const;

export type VersionName = keyof typeof versions;

const withWeb = (...lines: readonly string[]) =>
  [
    'name: shop',
    'services:',
    '  web:',
    '    image: acme/web',
    '    restart: unless-stopped',
    '    deploy:',
    ...lines.map(line => `      ${line}`),
    '  db:',
    '    image: postgres:17',
    '    restart: unless-stopped',
    '',
  ].join('\n');

/** The same with a tag that moves: from 1.0.0 to 1.1.0. */
const withTag = (...lines: readonly string[]) =>
  withWeb(...lines).replace(
    '    image: acme/web\n',
    [
      '    image: acme/web:${WEB_TAG}',
      '    labels: { gopdater.tag: semver:^1, gopdater.tag-variable: WEB_TAG }',
      '',
    ].join('\n'),
  );

const strategies = {
  'stop-first': withWeb('replicas: 1'),
  'start-first': withWeb('update_config: { order: start-first }'),
  'stop-first, one of three at a time': withWeb('replicas: 3', 'update_config: { parallelism: 1 }'),
  'start-first, two of three at a time': withWeb(
    'replicas: 3',
    'update_config: { parallelism: 2, order: start-first }',
  ),
} as const;

const tagStrategies = {
  'stop-first, by a variable': withTag('replicas: 1'),
  'start-first, by a variable, one of two at a time': withTag('replicas: 2', 'update_config: { order: start-first }'),
} as const;

export type StrategyName = keyof typeof strategies | keyof typeof tagStrategies;

const withVersions = (names: readonly StrategyName[]) =>
  names.flatMap(strategy => (Object.keys(versions) as VersionName[]).map(version => [strategy, version] as const));

/** Each strategy to each version. */
export const combinations = withVersions(Object.keys(strategies) as StrategyName[]);

export type Combination = (typeof combinations)[number];

/** The same where the tag moves by a variable. */
export const tagCombinations = withVersions(Object.keys(tagStrategies) as StrategyName[]);

/** One roll that has not begun: version 1 runs, the tag names version 2 in the registry. */
export interface Roll extends AsyncDisposable {
  readonly world: World;
  readonly replicas: number;
  /** How few replicas served at any time so far: an old one, or a new one that is good. */
  readonly fewestServing: () => number;
  /** For how long none served, in milliseconds. */
  readonly gapMs: () => number;
  /** Takes the delivery up, as it comes or after a start. */
  readonly deploy: (signal?: AbortSignal) => Promise<DeploymentReport>;
  /**
   * The wanted version runs on all replicas and has the tag, and `docker compose up` changes nothing; nobody else was
   * touched, nothing is left over, and only a version that is not well is blocked.
   */
  readonly expectSettled: () => Promise<void>;
}

export async function createRoll(strategy: StrategyName, version: VersionName): Promise<Roll> {
  const isMoving = strategy.includes('by a variable');
  const envOf = (tag: string) => `# the version\nWEB_TAG="${tag}"\n`;
  const world = await createWorld({
    file: { ...strategies, ...tagStrategies }[strategy],
    ...(isMoving && {
      env: envOf('1.0.0'),
      push: ({ registry: served }) => void served.push('acme/web:1.0.0', { version: 'v1' }),
    }),
  });
  const image = isMoving ? 'acme/web:1.1.0' : 'acme/web:latest';
  const { docker, registry, dependencies } = world;
  const webs = () => docker.containers().filter(({ name }) => name.includes('web'));
  const { length: replicas, 0: first } = webs();
  const v1 = first?.imageId;
  const db = docker.container('shop-db-1').id;
  const { id: v2, digest } = registry.push(image, versions[version]);
  const isGood = version === 'good';
  const settledTag = isGood ? '1.1.0' : '1.0.0';
  const settledImage = isMoving ? `acme/web:${settledTag}` : image;

  let fewest = replicas;
  let gapMs = 0;
  let goneAt: number | undefined;
  docker.state.events.subscribe(({ timeMs }) => {
    const up = webs().filter(({ status }) => status === 'running');
    const { length: serving } = up.filter(({ imageId, health }) => imageId === v1 || health === 'healthy');
    fewest = Math.min(fewest, serving);
    if (serving === 0) goneAt ??= timeMs;
    else if (goneAt !== undefined) {
      gapMs += timeMs - goneAt;
      goneAt = undefined;
    }
  });
  return {
    world,
    replicas,
    fewestServing: () => fewest,
    gapMs: () => gapMs,
    deploy: async signal => await deploy(pushed(image), { ...dependencies, signal }),
    expectSettled: async () => {
      const wanted = isGood ? v2 : v1;
      expect(webs().map(({ status, imageId }) => `${status} ${imageId}`)).toEqual(
        Array.from({ length: replicas }, () => `running ${wanted}`),
      );
      for (const { name } of webs()) expect(name).toMatch(/^shop-web-\d+$/);
      expect((await dependencies.engine.inspectImage(settledImage))?.id).toBe(wanted);
      expect(await dependencies.unfinished?.list()).toEqual([]);
      const blocked = await dependencies.blocked?.reasonFor(`docker.io/${image}`, digest);
      expect(blocked === undefined).toBe(isGood);
      expect(docker.container('shop-db-1')).toMatchObject({ id: db, status: 'running' });
      if (isMoving) {
        const { projectDirectory } = world.project;
        expect(await readFile(join(projectDirectory, '.env'), 'utf8')).toBe(envOf(settledTag));
        expect((await readdir(projectDirectory)).sort()).toEqual(['.env', 'compose.yml']);
      }
      const ids = world.ids();
      const { containers } = await dependencies.compose.up(world.project, []);
      expect(new Set(containers.map(({ status }) => status))).toEqual(new Set(['Running']));
      expect(world.ids()).toEqual(ids);
    },
    [Symbol.asyncDispose]: async () => await world[Symbol.asyncDispose](),
  };
}

import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkProjects, formatReport, loadProjects, removeLeftoverHelpers } from '@gopdater/core';
import { describe, expect, test } from 'vitest';
import { createHelperWorld, type Helper, type HelperWorld } from './helper-world.ts';
import { deploy, environment, planDeployment, pushed, threeServices } from './world.ts';

const isUp = (words: readonly string[]) => words[0] === 'docker' && words.includes('up');
const kindOf = ({ words }: Pick<Helper, 'words'>) => {
  if (words.includes('read-project')) return 'read';
  if (words.includes('--dry-run')) return 'dry-run';
  return isUp(words) ? 'up' : 'hash';
};

/** Every helper that is still there. */
const helpersOf = ({ docker }: HelperWorld) =>
  docker.containers().filter(({ labels }) => 'gopdater.helper' in labels && labels['gopdater.helper'] !== '');

const allRunning = async (world: HelperWorld) => {
  const { containers } = await world.dependencies.compose.up(world.project, []);
  expect(containers.map(({ status }) => status)).toEqual(['Running', 'Running', 'Running']);
};

describe('a project that is not mounted into gopdater’s container', () => {
  test('is read and updated in helpers of its image, with the folder at the host’s path, and none is left', async () => {
    await using world = await createHelperWorld();
    const { projectDirectory } = world.project;
    const before = world.ids();
    world.registry.push('acme/web:latest', { version: 'v2' });
    const report = await deploy(pushed(), world.safe);
    expect(report, formatReport(report)).toMatchObject({ outcome: 'updated', services: [{ service: 'web' }] });

    expect(world.helpers.map(kindOf)).toEqual(['read', 'hash', 'dry-run', 'up']);
    const own = await world.safe.engine.inspectContainer(world.ownId);
    const folder = { type: 'bind', source: projectDirectory, target: projectDirectory, readOnly: true };
    for (const { details } of world.helpers) {
      expect(details).toMatchObject({ imageId: own?.imageId, rights: own?.rights, network: { mode: 'none' } });
      expect(details.settings).toMatchObject({ labels: { 'gopdater.helper': world.ownId }, restart: 'no' });
      expect(details.mounts).toContainEqual(folder);
    }
    const up = world.helpers.find(helper => kindOf(helper) === 'up');
    const targets = up?.details.mounts.map(({ target }) => target).sort();
    expect(targets).toEqual(['/config', '/var/run/docker.sock', projectDirectory].sort());
    const flags = ['--project-name', 'shop', '--project-directory', projectDirectory];
    expect(up?.words.slice(0, 6)).toEqual(['docker', 'compose', ...flags]);
    // PATH and VERSION are the image's own.
    const { PATH, VERSION, ...given } = up?.environment ?? {};
    expect(given).toEqual({
      ...environment,
      DOCKER_HOST: 'unix:///var/run/docker.sock',
      DOCKER_CONFIG: '/config',
      TAG: '1',
      PWD: projectDirectory,
    });
    expect(helpersOf(world)).toEqual([]);
    const after = world.ids();
    expect(after).toEqual({ ...before, 'shop-web-1': after['shop-web-1'] });
    await allRunning(world);
  });

  test('is planned and checked the same way', async () => {
    await using world = await createHelperWorld();
    world.registry.push('acme/web:latest', { version: 'v2' });
    const plan = await planDeployment(pushed().image, world.safe);
    expect(plan).toMatchObject({ moves: [{ project: 'shop', service: 'web' }], leftAlone: [], warnings: [] });
    const [found] = await checkProjects(world.safe.projects, world.safe);
    const [direct] = await loadProjects(world.dependencies.projects, world.dependencies);
    expect({ ...found, source: undefined }).toEqual({ ...direct, source: undefined, obstacle: undefined });
    expect(helpersOf(world)).toEqual([]);
  });

  test('is found where its file was named, too', async () => {
    await using world = await createHelperWorld({ hostDirectory: '/srv/shop' });
    const named = [{ files: ['/srv/shop/compose.yml'], cwd: '/srv/shop', environment }];
    const [watched] = await loadProjects(named, world.safe);
    expect(watched?.project).toMatchObject({
      name: 'shop',
      workingDirectory: '/srv/shop',
      files: ['/srv/shop/compose.yml'],
    });
    expect(world.helpers.map(kindOf)).toEqual(['read']);
  });

  test('is rolled back the same way', async () => {
    await using world = await createHelperWorld();
    const { imageId } = world.docker.container('shop-web-1');
    world.registry.push('acme/web:latest', { version: 'v2', exitCode: 1 });
    expect(await deploy(pushed(), world.safe)).toMatchObject({ outcome: 'rolled-back' });
    expect(world.docker.container('shop-web-1')).toMatchObject({ status: 'running', imageId });
    expect(helpersOf(world)).toEqual([]);
    await allRunning(world);
  });
});

describe('a project that is mounted into gopdater’s container', () => {
  test.each(['HERE:HERE:ro', '/:/', 'volume:HERE'])('as %s is dealt with there', async bind => {
    await using world = await createHelperWorld({ binds: [bind] });
    world.registry.push('acme/web:latest', { version: 'v2' });
    expect(await deploy(pushed(), world.safe)).toMatchObject({ outcome: 'updated' });
    expect(world.helpers).toEqual([]);
  });

  test('at another path is dealt with in helpers, at the host’s path', async () => {
    await using world = await createHelperWorld({ binds: ['/srv:HERE:ro'], hostDirectory: '/srv' });
    const [watched] = await loadProjects(world.dependencies.projects, world.safe);
    expect(watched?.project).toMatchObject({ name: 'shop', workingDirectory: '/srv', files: ['/srv/compose.yml'] });
    expect(world.helpers.map(kindOf)).toEqual(['read']);
  });
});

describe('a tag that moves by a variable', () => {
  const moving = {
    file: threeServices.replace(
      'image: acme/web:latest',
      'image: acme/web:${WEB_TAG}\n    labels: { gopdater.tag: "glob:*", gopdater.tag-variable: WEB_TAG }',
    ),
    env: 'WEB_TAG=latest\n',
  };
  const envOf = async ({ project }: HelperWorld) => await readFile(join(project.projectDirectory, '.env'), 'utf8');

  test('is left alone where the env file is not mounted, with what to mount', async () => {
    await using world = await createHelperWorld(moving);
    const report = await deploy(pushed('acme/web:2'), world.safe);
    expect(report, formatReport(report)).toMatchObject({ outcome: 'refused' });
    const { projectDirectory: directory } = world.project;
    expect(formatReport(report)).toContain(`${directory}/.env cannot be changed from here: it is not mounted here`);
    expect(formatReport(report)).toContain(`without “:ro”: “- ${directory}:${directory}”.`);
    expect(await envOf(world)).toBe(moving.env);
  });

  test('is left alone where the env file is mounted by itself, as it could not be replaced', async () => {
    await using world = await createHelperWorld({ ...moving, binds: ['HERE:HERE', 'HERE/.env:HERE/.env'] });
    const report = await deploy(pushed('acme/web:2'), world.safe);
    expect(formatReport(report)).toContain('it is mounted alone, and a file is replaced in its folder');
    expect(await envOf(world)).toBe(moving.env);
  });

  test('moves where its folder is mounted', async () => {
    await using world = await createHelperWorld({ ...moving, binds: ['HERE:HERE'] });
    world.registry.push('acme/web:2', { version: 'v2' });
    const report = await deploy(pushed('acme/web:2'), world.safe);
    expect(report, formatReport(report)).toMatchObject({ outcome: 'updated' });
    expect(await envOf(world)).toBe('WEB_TAG=2\n');
    await allRunning(world);
  });
});

describe('a helper', () => {
  test('joins gopdater’s own network where the engine is reached by TCP', async () => {
    await using world = await createHelperWorld({ dockerHost: 'tcp://proxy:2375' });
    world.registry.push('acme/web:latest', { version: 'v2' });
    expect(await deploy(pushed(), world.safe)).toMatchObject({ outcome: 'updated' });
    const modes = world.helpers.map(helper => `${kindOf(helper)} ${helper.details.network.mode}`);
    const joined = `container:${world.ownId}`;
    expect(modes).toEqual(['read none', `hash ${joined}`, `dry-run ${joined}`, `up ${joined}`]);
  });

  test('that cannot be made leaves the project alone, says why, and keeps no other from its update', async () => {
    await using world = await createHelperWorld();
    const message = 'bind source path does not exist: /srv/shop';
    world.docker.faults.next('createContainer', { status: 400, message });
    world.registry.push('acme/web:latest', { version: 'v2' });
    const report = await deploy(pushed(), world.safe);
    expect(report).toMatchObject({
      outcome: 'refused',
      services: [{ service: 'web', outcome: 'refused', detail: expect.stringContaining(message) }],
    });
    const hint = `${world.project.projectDirectory}:${world.project.projectDirectory}:ro`;
    expect(report.services).toMatchObject([{ hint: expect.stringContaining(hint) }]);
  });

  test.each([
    ['../common/web.env', /common\/web\.env does not exist/, /“- .*\/common:.*\/common:ro”/],
    ['web.env', /web\.env does not exist/, /create the file/],
  ])('that does not find the file %s says what to do', async (path, detail, hint) => {
    const file = `name: shop\nservices:\n  web:\n    image: acme/web:latest\n`;
    await using world = await createHelperWorld({ file });
    await writeFile(join(world.project.projectDirectory, 'compose.yml'), `${file}    env_file: ${path}\n`);
    expect(await deploy(pushed(), world.safe)).toMatchObject({
      outcome: 'refused',
      services: [{ detail: expect.stringMatching(detail), hint: expect.stringMatching(hint) }],
    });
  });

  test('that finds no compose file any more says so', async () => {
    await using world = await createHelperWorld();
    await rm(join(world.project.projectDirectory, 'compose.yml'));
    expect(await deploy(pushed(), world.safe)).toMatchObject({
      outcome: 'refused',
      services: [{ hint: expect.stringContaining('If the project was moved') }],
    });
  });

  test('that prints no answer is no reader', async () => {
    await using world = await createHelperWorld({
      onHelper: () => {
        throw new Error('Cannot find module');
      },
    });
    expect(await deploy(pushed(), world.safe)).toMatchObject({
      outcome: 'refused',
      services: [{ detail: expect.stringContaining('Cannot find module') }],
    });
    expect(helpersOf(world)).toEqual([]);
  });

  test('fails as the command in it does', async () => {
    await using world = await createHelperWorld({
      onHelper: ({ words }) => {
        if (isUp(words)) throw new Error('no space left on device');
      },
    });
    world.registry.push('acme/web:latest', { version: 'v2' });
    expect(await deploy(pushed(), world.safe)).toMatchObject({
      services: [{ detail: expect.stringMatching(/“docker compose up” ended with exit code 1: no space left/) }],
    });
    expect(helpersOf(world)).toEqual([]);
  });

  test('is stopped and removed when the signal comes', async () => {
    const stop = new AbortController();
    await using world = await createHelperWorld({
      onHelper: async ({ words, signal }) => {
        if (!isUp(words)) return;
        stop.abort();
        await new Promise(resolve => signal.addEventListener('abort', resolve));
      },
    });
    world.registry.push('acme/web:latest', { version: 'v2' });
    const report = await deploy(pushed(), { ...world.safe, signal: stop.signal });
    expect(report).toMatchObject({ services: [{ service: 'web', outcome: 'failed' }] });
    expect(world.docker.calls.matching('POST /containers/*/stop')).toHaveLength(1);
    expect(helpersOf(world)).toEqual([]);
  });

  test('cannot have a folder that its own system needs', async () => {
    await using world = await createHelperWorld();
    const load = async (directory: string) =>
      await loadProjects([{ files: [`${directory}/compose.yml`], cwd: directory, environment }], world.safe);
    for (const directory of ['/', '/etc', '/usr/lib/gopdater', '/usr/lib']) {
      await expect(load(directory), directory).rejects.toMatchObject({
        code: 'PROJECT_NOT_VISIBLE',
        message: `${directory} cannot be given to a helper container, which needs its own.`,
      });
    }
    expect(world.helpers).toEqual([]);
  });

  test('is not needed to know that the engine does not answer', async () => {
    await using world = await createHelperWorld();
    await loadProjects(world.safe.projects, world.safe);
    world.docker.faults.always('createContainer', { drop: true });
    await expect(deploy(pushed(), world.safe)).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
  });
});

describe('helpers of a gopdater that was killed', () => {
  test('are removed at the next start; those of another that runs are not', async () => {
    await using world = await createHelperWorld();
    const { docker } = world;
    const helper = (name: string, owner: string) =>
      docker.run('acme/api:latest', { name, labels: { 'gopdater.helper': owner } });
    const other = docker.run('acme/api:latest', { name: 'other-gopdater' });
    const gone = docker.run('acme/api:latest', { name: 'gone-gopdater' });
    gone.exit(137);
    helper('ours', world.ownId).exit(0);
    helper('ours-running', world.ownId);
    helper('theirs', other.id);
    helper('of-one-that-ended', gone.id);
    helper('of-one-that-is-gone', '0'.repeat(64));
    await removeLeftoverHelpers(world.ownId, world.safe);
    expect(helpersOf(world).map(({ name }) => name)).toEqual(['theirs']);
    await removeLeftoverHelpers(undefined, world.safe);
    expect(helpersOf(world).map(({ name }) => name)).toEqual(['theirs']);
  });
});

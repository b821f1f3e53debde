import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  checkProjects,
  createCachedLoad,
  createDockerConfigCredentials,
  createPlainReader,
  createRegistry,
  formatPlan,
  formatReport,
} from '@gopdater/core';
import { describe, expect, test } from 'vitest';
import { createWorld, deploy, environment, planDeployment, pushed, threeServices, type World } from './world.ts';

const withService = (attributes: string) => `
name: shop
services:
  web:
    image: acme/web:latest
${attributes.replace(/^/gm, '    ')}
`;

describe('a push of a tag that a running service uses', () => {
  test('replaces that service’s container alone, and “docker compose up” afterwards finds all running', async () => {
    await using world = await createWorld();
    const before = world.ids();
    const { digest, id } = world.registry.push('acme/web:latest', { version: 'v2' });

    const report = await deploy(pushed(), world.dependencies);

    expect(report).toMatchObject({
      deliveryId: 'delivery-1',
      outcome: 'updated',
      digest,
      services: [
        { project: 'shop', service: 'web', outcome: 'updated', from: { version: 'v1' }, to: { version: 'v2', digest } },
      ],
    });
    const after = world.ids();
    expect(after).toEqual({ ...before, 'shop-web-1': expect.not.stringMatching(before['shop-web-1'] ?? '') });
    expect(world.docker.container('shop-web-1')).toMatchObject({ status: 'running', imageId: id });
    const { containers } = await world.dependencies.compose.up(world.project, []);
    expect(containers.map(({ status }) => status)).toEqual(['Running', 'Running', 'Running']);
    expect(world.ids()).toEqual(after);
  });

  test('is one plan: pull by digest, keep the old one, tag, recreate; and each step is told', async () => {
    await using world = await createWorld();
    const { digest } = world.registry.push('acme/web:latest', { version: 'v2' });
    const plan = await planDeployment(pushed().image, world.dependencies);
    expect(plan.steps).toMatchObject([
      { kind: 'pull', reference: `docker.io/acme/web@${digest}` },
      { kind: 'keep', repository: 'docker.io/acme/web', count: 3 },
      { kind: 'tag', source: `docker.io/acme/web@${digest}`, target: 'docker.io/acme/web:latest' },
      { kind: 'recreate', service: 'web', project: { name: 'shop' } },
      { kind: 'await-healthy', service: 'web', stayUpMs: 5_000 },
    ]);
    expect(plan.undo).toMatchObject([{ kind: 'tag' }, { kind: 'recreate' }, { kind: 'await-healthy' }]);
    await deploy(pushed(), world.dependencies);
    expect(world.steps).toEqual(
      ['pull', 'keep', 'tag', 'recreate', 'await-healthy'].flatMap(kind => [`started ${kind}`, `done ${kind}`]),
    );
  });

  test('can be planned without anything being done', async () => {
    await using world = await createWorld();
    const { digest } = world.registry.push('acme/web:latest', { version: 'v2' });
    const before = world.ids();
    const text = formatPlan(await planDeployment(pushed().image, world.dependencies));
    expect(text).toContain(`docker.io/acme/web:latest is to be ${digest.slice(0, 19)}.`);
    expect(text).toMatch(
      /shop\/web: v1, sha256:\w+ → sha256:\w+, stop-first, as nothing asks for another order; it does/,
    );
    expect(text).toMatch(/1\. pull .*\n.*2\. keep .*\n.*3\. tag .*\n.*4\. recreate shop\/web — it runs another image/);
    expect(world.ids()).toEqual(before);
    expect(world.steps).toEqual([]);
  });

  test('that is moved between the question and the pull deploys what was answered', async () => {
    await using world = await createWorld();
    const asked = world.registry.push('acme/web:latest', { version: 'v2' });
    const { engine } = world.dependencies;
    const report = await deploy(pushed(), {
      ...world.dependencies,
      engine: {
        ...engine,
        pullImage: async (reference, options) => {
          world.registry.push('acme/web:latest', { version: 'v3' });
          await engine.pullImage(reference, options);
        },
      },
    });
    expect(report).toMatchObject({ outcome: 'updated', services: [{ to: { version: 'v2', digest: asked.digest } }] });
    expect(world.docker.container('shop-web-1').imageId).toBe(asked.id);
  });

  test('that the engine has already is tagged without a pull', async () => {
    await using world = await createWorld();
    const { digest } = world.registry.push('acme/web:latest', { version: 'v2' });
    world.docker.pull(`acme/web@${digest}`);
    const { steps } = await planDeployment(pushed().image, world.dependencies);
    expect(steps.map(({ kind }) => kind)).toEqual(['keep', 'tag', 'recreate', 'await-healthy']);
  });

  test('moves every project and service that uses it, in one plan', async () => {
    await using world = await createWorld({
      file: 'name: shop\nservices:\n  web:\n    image: acme/web\n  worker:\n    image: docker.io/acme/web:latest\n  old:\n    image: acme/web:2\n',
    });
    const { projectDirectory } = world.project;
    const files = [join(projectDirectory, 'blog.yml')];
    await writeFile(files[0] ?? '', 'name: blog\nservices:\n  front:\n    image: acme/web:latest\n');
    await world.dependencies.compose.up({ ...world.project, name: 'blog', files }, []);
    const before = world.ids();
    const projects = [{ files: [join(projectDirectory, 'compose.yml')] }, { files }].map(named => ({
      ...named,
      cwd: projectDirectory,
      environment,
    }));
    world.registry.push('acme/web:latest', { version: 'v2' });

    const report = await deploy(pushed(), { ...world.dependencies, projects });

    expect(report.services.map(({ project, service, outcome }) => `${project}/${service} ${outcome}`)).toEqual([
      'shop/web updated',
      'shop/worker updated',
      'blog/front updated',
    ]);
    expect(world.steps.filter(step => step === 'done pull')).toHaveLength(1);
    expect(world.ids()['shop-old-1']).toBe(before['shop-old-1']);
  });

  test('keeps the number of replicas that run, whatever the file says', async () => {
    await using world = await createWorld();
    await world.dependencies.compose.up(world.project, ['web'], { scale: { web: 3 } });
    world.registry.push('acme/web:latest', { version: 'v2' });
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({ outcome: 'updated' });
    expect(Object.keys(world.ids()).filter(name => name.startsWith('shop-web-'))).toHaveLength(3);
  });

  test('starts no replica that somebody stopped', async () => {
    await using world = await createWorld();
    await world.dependencies.compose.up(world.project, ['web'], { scale: { web: 3 } });
    world.docker.container('shop-web-2').exit(137);
    world.registry.push('acme/web:latest', { version: 'v2' });
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({ outcome: 'updated' });
    const webs = world.docker.containers().filter(({ name }) => name.startsWith('shop-web-'));
    expect(webs.map(({ status }) => status)).toEqual(['running', 'running']);
  });

  test('works with the containerd image store, where an image’s id is its manifest’s digest', async () => {
    await using world = await createWorld({ imageStore: 'containerd' });
    const { digest } = world.registry.push('acme/web:latest', { version: 'v2' });
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({
      outcome: 'updated',
      services: [{ to: { digest } }],
    });
    expect(world.docker.container('shop-web-1').imageId).toBe(digest);
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({ outcome: 'up-to-date' });
  });
});

describe('nothing is restarted', () => {
  test('when the digest runs already', async () => {
    await using world = await createWorld();
    const before = world.ids();
    const report = await deploy(pushed(), world.dependencies);
    expect(report).toMatchObject({ outcome: 'up-to-date', services: [{ service: 'web', outcome: 'up-to-date' }] });
    expect(formatReport(report)).toContain('shop/web was left alone: it runs that digest already.');
    expect(world.ids()).toEqual(before);
    expect(world.steps).toEqual([]);
  });

  test('when the hook comes twice', async () => {
    await using world = await createWorld();
    world.registry.push('acme/web:latest', { version: 'v2' });
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({ outcome: 'updated' });
    const after = world.ids();
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({ outcome: 'up-to-date' });
    expect(world.ids()).toEqual(after);
  });

  test('of a service that is stopped', async () => {
    await using world = await createWorld();
    world.docker.container('shop-web-1').exit(0);
    const before = world.ids();
    world.registry.push('acme/web:latest', { version: 'v2' });
    const report = await deploy(pushed(), world.dependencies);
    expect(report).toMatchObject({
      outcome: 'left-alone',
      services: [{ outcome: 'not-running', detail: 'it is stopped.' }],
    });
    expect(world.ids()).toEqual(before);
    expect(world.docker.container('shop-web-1').status).toBe('exited');
  });

  test.each([
    ['never started', '', 'not-running'],
    ['scaled to 0', 'scale: 0', 'scaled-to-zero'],
    ['off by its profile', 'profiles: [debug]', 'profile-off'],
  ])('of a service that is %s', async (_, attributes, outcome) => {
    await using world = await createWorld({ file: withService(attributes), isUp: false });
    world.registry.push('acme/web:latest', { version: 'v2' });
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({
      outcome: 'left-alone',
      services: [{ outcome }],
    });
    expect(world.docker.containers()).toEqual([]);
  });

  test('of a project whose files are wrong since they were last read', async () => {
    await using world = await createWorld();
    const reader = createPlainReader(createCachedLoad());
    await planDeployment(pushed().image, { ...world.dependencies, reader });
    const before = world.ids();
    world.registry.push('acme/web:latest', { version: 'v2' });
    await writeFile(world.project.files[0] ?? '', 'name: shop\nservices:\n  web:\n    imag: acme/web:latest\n');
    const report = await deploy(pushed(), { ...world.dependencies, reader });
    expect(report).toMatchObject({ outcome: 'refused', services: [{ service: 'web', outcome: 'refused' }] });
    expect(formatReport(report)).toContain('The files of shop are wrong now, and nothing is deployed from them: ');
    expect(formatReport(report)).toContain('compose.yml:4:11: services.web has the unknown key "imag".');
    expect(world.ids()).toEqual(before);
  });

  test('of a service that is pinned to a digest', async () => {
    await using world = await createWorld({ isUp: false });
    const { digest } = world.registry.push('acme/web:latest', { version: 'v1' });
    const file = world.project.files[0] ?? '';
    await writeFile(file, `name: shop\nservices:\n  web:\n    image: acme/web:latest@${digest}\n`);
    await world.dependencies.compose.up(world.project, []);
    world.registry.push('acme/web:latest', { version: 'v2' });
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({ services: [{ outcome: 'pinned' }] });
  });

  test('of the container that gopdater itself runs in', async () => {
    await using world = await createWorld();
    const before = world.ids();
    world.registry.push('acme/web:latest', { version: 'v2' });
    const report = await deploy(pushed(), { ...world.dependencies, ownContainerId: before['shop-web-1'] });
    expect(report).toMatchObject({ outcome: 'left-alone', services: [{ outcome: 'own-container' }] });
    expect(world.ids()).toEqual(before);
  });

  test('by a container that “docker compose run” made', async () => {
    await using world = await createWorld({ isUp: false });
    world.docker.run('acme/web:latest', {
      labels: {
        'com.docker.compose.project': 'shop',
        'com.docker.compose.service': 'web',
        'com.docker.compose.oneoff': 'True',
      },
    });
    world.registry.push('acme/web:latest', { version: 'v2' });
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({ services: [{ outcome: 'not-running' }] });
  });

  test('when no service uses the tag, and then the registry is not asked', async () => {
    await using world = await createWorld();
    expect(await deploy(pushed('acme/web:other'), world.dependencies)).toMatchObject({
      outcome: 'left-alone',
      services: [],
    });
    expect(world.registry.calls).toEqual([]);
  });
});

describe('what went wrong before is mended by the next push', () => {
  test('when the container crashed', async () => {
    await using world = await createWorld();
    world.docker.container('shop-web-1').exit(1);
    world.registry.push('acme/web:latest', { version: 'v2' });
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({ outcome: 'updated' });
    expect(world.docker.container('shop-web-1').status).toBe('running');
  });

  test('when neither the version before it nor the old one could be started', async () => {
    await using world = await createWorld();
    world.registry.push('acme/web:latest', { version: 'v2' });
    world.docker.faults.next('POST /containers/*/start', { status: 500, message: 'no space left' }, { times: 4 });
    const report = await deploy(pushed(), world.dependencies);
    expect(report).toMatchObject({
      outcome: 'failed',
      error: { code: 'ENGINE_FAILED' },
      services: [{ outcome: 'failed' }],
    });
    expect(world.docker.container('shop-web-1').status).toBe('created');
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({ outcome: 'updated' });
    expect(world.docker.container('shop-web-1').status).toBe('running');
  });

  test('when another tool moved the tag, though the digest runs already', async () => {
    await using world = await createWorld();
    const before = world.ids();
    world.docker.pull('acme/api:latest');
    await world.dependencies.engine.tagImage('acme/api:latest', 'acme/web:latest');
    expect(await deploy(pushed(), world.dependencies)).toMatchObject({ outcome: 'up-to-date' });
    const { containers } = await world.dependencies.compose.up(world.project, []);
    expect(containers.map(({ status }) => status)).toEqual(['Running', 'Running', 'Running']);
    expect(world.ids()).toEqual(before);
  });
});

describe('a service that others live in', () => {
  test.each(['network_mode: service:web', 'pid: service:web', 'volumes_from: [web]'])(
    '%s is refused',
    async attribute => {
      await using world = await createWorld({ file: `${threeServices}    ${attribute}\n` });
      const before = world.ids();
      world.registry.push('acme/web:latest', { version: 'v2' });
      const report = await deploy(pushed(), world.dependencies);
      expect(report).toMatchObject({
        outcome: 'refused',
        services: [{ outcome: 'refused', detail: 'shop/db lives in its container and would be cut off.' }],
      });
      expect(world.ids()).toEqual(before);
    },
  );
});

describe('a service that runs with other files', () => {
  const otherwise = async (world: World, labels: Readonly<Record<string, string>>) => {
    const { engine } = world.dependencies;
    return {
      ...engine,
      listContainers: async (...args: Parameters<typeof engine.listContainers>) =>
        (await engine.listContainers(...args)).map(container =>
          container.name === 'shop-web-1' ? { ...container, labels: { ...container.labels, ...labels } } : container,
        ),
    };
  };

  test.each([
    ['com.docker.compose.project.config_files', '/srv/shop/compose.yml,/srv/shop/prod.yml'],
    ['com.docker.compose.project.environment_file', '/srv/shop/prod.env'],
  ])('is refused, and both are named: %s', async (label, value) => {
    await using world = await createWorld();
    const before = world.ids();
    world.registry.push('acme/web:latest', { version: 'v2' });
    const engine = await otherwise(world, { [label]: value });
    const report = await deploy(pushed(), { ...world.dependencies, engine });
    expect(report).toMatchObject({
      outcome: 'refused',
      services: [{ outcome: 'refused', detail: expect.stringContaining(value) }],
    });
    expect(world.ids()).toEqual(before);
  });

  test('is read with its own, when it is found running', async () => {
    await using world = await createWorld();
    const { projectDirectory, files } = world.project;
    const prod = join(projectDirectory, 'prod.yml');
    await writeFile(prod, 'services:\n  web:\n    environment:\n      MODE: production\n');
    await world.dependencies.compose.up({ ...world.project, files: [...files, prod] }, ['web'], { noDeps: true });
    expect(world.docker.container('shop-web-1').env).toContain('MODE=production');
    world.registry.push('acme/web:latest', { version: 'v2' });
    const report = await deploy(pushed(), { ...world.dependencies, projects: { kind: 'running', environment } });
    expect(report).toMatchObject({ outcome: 'updated', services: [{ project: 'shop', service: 'web' }] });
    expect(world.docker.container('shop-web-1').env).toContain('MODE=production');
  });
});

describe('a project that was started from another path', () => {
  test('is refused with the line to add, and nothing is done', async () => {
    await using world = await createWorld({ isUp: false });
    await world.dependencies.compose.up(world.project, []);
    const before = world.ids();
    const { engine } = world.dependencies;
    const elsewhere = {
      ...engine,
      listContainers: async (...args: Parameters<typeof engine.listContainers>) =>
        (await engine.listContainers(...args)).map(container => ({
          ...container,
          labels: { ...container.labels, 'com.docker.compose.project.working_dir': '/srv/shop' },
        })),
    };
    world.registry.push('acme/web:latest', { version: 'v2' });
    const report = await deploy(pushed(), { ...world.dependencies, engine: elsewhere });
    expect(report).toMatchObject({
      outcome: 'refused',
      services: [{ outcome: 'refused', hint: expect.stringContaining('- /srv/shop:/srv/shop:ro') }],
    });
    expect(world.ids()).toEqual(before);
  });
});

describe('the projects that run', () => {
  test('are found by the labels of their containers', async () => {
    await using world = await createWorld();
    world.registry.push('acme/web:latest', { version: 'v2' });
    const report = await deploy(pushed(), { ...world.dependencies, projects: { kind: 'running', environment } });
    expect(report).toMatchObject({ outcome: 'updated', services: [{ project: 'shop', service: 'web' }] });
  });

  test('do not count those that are stopped and whose files are gone', async () => {
    await using world = await createWorld();
    for (const { name } of world.docker.containers()) world.docker.container(name).exit(0);
    await rm(world.project.files[0] ?? '');
    const { engine } = world.dependencies;
    expect(await checkProjects({ kind: 'running', environment }, { engine })).toEqual([]);
  });

  test('are refused with the line to add when their files are not here', async () => {
    await using world = await createWorld();
    const before = world.ids();
    await rm(world.project.files[0] ?? '');
    world.registry.push('acme/web:latest', { version: 'v2' });
    const report = await deploy(pushed(), { ...world.dependencies, projects: { kind: 'running', environment } });
    const { projectDirectory } = world.project;
    expect(report).toMatchObject({
      outcome: 'refused',
      services: [{ outcome: 'refused', hint: expect.stringContaining(`- ${projectDirectory}:${projectDirectory}:ro`) }],
    });
    expect(world.ids()).toEqual(before);
  });
});

describe('a failure is in the report', () => {
  test('when the pull fails inside its stream, and nothing is restarted', async () => {
    await using world = await createWorld();
    const before = world.ids();
    world.registry.push('acme/web:latest', { version: 'v2' });
    world.registry.fail({ status: 500, message: 'disk full', on: 'blobs', times: 2 });
    const report = await deploy(pushed(), world.dependencies);
    expect(report).toMatchObject({
      outcome: 'failed',
      error: { code: 'PULL_FAILED' },
      services: [{ service: 'web', outcome: 'not-run' }],
    });
    expect(world.steps).toEqual(['started pull', 'failed pull']);
    expect(world.ids()).toEqual(before);
  });

  test('when the engine goes away in the middle', async () => {
    await using world = await createWorld();
    world.registry.push('acme/web:latest', { version: 'v2' });
    const { engine } = world.dependencies;
    const report = await deploy(pushed(), {
      ...world.dependencies,
      engine: {
        ...engine,
        tagImage: async (...args) => {
          await world.docker.goAway();
          await engine.tagImage(...args);
        },
      },
    });
    expect(report).toMatchObject({ outcome: 'failed', error: { code: 'ENGINE_UNREACHABLE' } });
  });

  test.each([
    ['the registry has no such tag', 'IMAGE_NOT_FOUND', 404],
    ['the registry refuses', 'REGISTRY_UNAUTHORIZED', 403],
    ['the registry limits us', 'REGISTRY_FAILED', 429],
  ])('no plan is made when %s', async (_, code, status) => {
    await using world = await createWorld();
    world.registry.fail({ status, times: 9 });
    await expect(deploy(pushed(), world.dependencies)).rejects.toMatchObject({ code });
  });
});

describe('Compose before 2.30', () => {
  test.each([
    ['2.26.1', 1],
    ['2.29.7', 1],
    ['2.30.2', 0],
    ['5.1.0', 0],
  ])('recreates what has depends_on: the plan for %s has %i warnings', async (composeVersion, count) => {
    await using world = await createWorld({
      composeVersion,
      file: 'name: shop\nservices:\n  web:\n    image: acme/web\n    depends_on: [db]\n  db:\n    image: postgres:17\n',
    });
    world.registry.push('acme/web:latest', { version: 'v2' });
    const report = await deploy(pushed(), world.dependencies);
    expect(report.outcome).toBe('updated');
    expect(report.warnings).toHaveLength(count);
  });
});

describe('a credential helper that is not installed', () => {
  async function createLoggedIn() {
    const world = await createWorld();
    const directory = await mkdtemp(join(tmpdir(), 'gopdater-login-'));
    await writeFile(join(directory, 'config.json'), '{ "credsStore": "nowhere" }');
    const credentials = createDockerConfigCredentials(directory);
    const mirror = await world.registry.listen();
    const dependencies = {
      ...world.dependencies,
      credentials,
      registry: createRegistry({ mirror, credentials, clock: world.clock }),
    };
    world.registry.push('acme/web:latest', { version: 'v2' });
    return {
      ...world,
      dependencies,
      [Symbol.asyncDispose]: async () => {
        await world[Symbol.asyncDispose]();
        await rm(directory, { recursive: true });
      },
    };
  }

  test('does not keep a public image from its update, and is named in the report', async () => {
    await using world = await createLoggedIn();
    world.registry.requireToken();
    const report = await deploy(pushed(), world.dependencies);
    expect(report).toMatchObject({
      outcome: 'updated',
      warnings: [
        expect.stringMatching(/^The credential helper docker-credential-nowhere for docker.io is not in the PATH\./),
      ],
    });
  });

  test('is named where the registry wants somebody', async () => {
    await using world = await createLoggedIn();
    world.registry.requireToken({ username: 'me', password: 'secret' });
    await expect(deploy(pushed(), world.dependencies)).rejects.toMatchObject({
      code: 'REGISTRY_UNAUTHORIZED',
      message: expect.stringContaining('docker-credential-nowhere'),
      hint: expect.stringContaining('Install it'),
    });
  });
});

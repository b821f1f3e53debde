import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { LoadedProject } from '../../src/compose/load.ts';
import { createFolder } from './folder.ts';

const images = (project: LoadedProject): Record<string, string | undefined> =>
  Object.fromEntries(Array.from(project.services.values(), service => [service.name, service.image]));

test('reads a project as Compose would start it', async () => {
  await using folder = await createFolder({
    'compose.yaml': `
name: Shop
services:
  web:
    image: acme/web:\${TAG}
    container_name: shop-web
    depends_on: [db]
    links: ["cache:redis"]
    labels: {gopdater.order: start-first, count: 1.50}
    environment: {A: 0755, B: }
    env_file: web.env
  db:
    image: postgres:\${PG:-17}
    deploy: {replicas: 2}
  cache: {build: ., profiles: [never]}
  job:
    image: acme/job
    profiles: [jobs]
    env_file: missing.env
`,
    '.env': 'TAG=1.4\nCOMPOSE_PROFILES=never\n',
    'web.env': 'A=overridden\nC=${TAG}\n',
  });
  const project = await folder.load({ environment: { B: 'from outside' } });

  expect(project).toMatchObject({
    name: 'shop',
    workingDirectory: folder.path,
    files: [join(folder.path, 'compose.yaml')],
    envFiles: [],
    profiles: ['never'],
    warnings: [],
  });
  expect(images(project)).toEqual({ web: 'acme/web:1.4', db: 'postgres:17', cache: undefined, job: 'acme/job' });
  expect(project.services.get('web')).toMatchObject({
    enabled: true,
    scale: 1,
    containerName: 'shop-web',
    dependsOn: ['db', 'cache'],
    labels: { 'gopdater.order': 'start-first', count: '1.5' },
    attributes: { environment: { A: '493', B: 'from outside', C: '1.4' } },
  });
  expect(project.services.get('db')).toMatchObject({ enabled: true, scale: 2, containerName: undefined });
  expect(project.services.get('job')).toMatchObject({ enabled: false, image: 'acme/job' });
});

describe('the environment', () => {
  const compose = { 'compose.yaml': 'services: {s: {image: "a:${V-unset}"}}\n' };

  test('wins over .env', async () => {
    await using folder = await createFolder({ ...compose, '.env': 'V=dotenv\n' });
    expect(images(await folder.load({ environment: { V: 'outside' } }))).toEqual({ s: 'a:outside' });
    expect(images(await folder.load())).toEqual({ s: 'a:dotenv' });
  });

  test('comes from the env files that were asked for, the last one first', async () => {
    await using folder = await createFolder({
      ...compose,
      '.env': 'V=dotenv\n',
      'one.env': 'V=1\n',
      'two.env': 'V=${V}2\n',
    });
    const project = await folder.load({ envFiles: ['one.env', 'two.env'] });
    expect(images(project)).toEqual({ s: 'a:12' });
    expect(project.envFiles).toEqual([join(folder.path, 'one.env'), join(folder.path, 'two.env')]);
    const listed = await folder.load({ environment: { COMPOSE_ENV_FILES: 'one.env' } });
    expect(images(listed)).toEqual({ s: 'a:1' });
  });

  test('warns once of each variable that is not set', async () => {
    await using folder = await createFolder({ 'compose.yaml': 'services: {s: {image: "a:$V", user: "$V$W"}}\n' });
    expect((await folder.load()).warnings).toEqual([
      'The variable V is not set; it is taken as empty.',
      'The variable W is not set; it is taken as empty.',
    ]);
  });

  test('knows the project by its name', async () => {
    await using folder = await createFolder({ 'compose.yaml': 'services: {s: {image: "$COMPOSE_PROJECT_NAME"}}\n' });
    expect(images(await folder.load({ name: 'shop' }))).toEqual({ s: 'shop' });
  });
});

describe('the files', () => {
  const service = (image: string): string => `services: {s: {image: ${image}}}\n`;

  test('are those of COMPOSE_FILE when none is given', async () => {
    await using folder = await createFolder({
      'a.yaml': service('a'),
      'b/b.yaml': service('b'),
      '.env': 'COMPOSE_FILE=a.yaml,b/b.yaml\nCOMPOSE_PATH_SEPARATOR=,\n',
    });
    const project = await folder.load();
    expect(images(project)).toEqual({ s: 'b' });
    expect(project).toMatchObject({
      files: [join(folder.path, 'a.yaml'), join(folder.path, 'b/b.yaml')],
      workingDirectory: folder.path,
    });
  });

  test('are found above the current directory', async () => {
    await using folder = await createFolder({ 'compose.yaml': service('a'), '.env': 'V=1\n', 'sub/x': '' });
    expect((await folder.load({ cwd: join(folder.path, 'sub') })).workingDirectory).toBe(folder.path);
  });

  test('start at the project directory, but are themselves named from the current one', async () => {
    await using folder = await createFolder({
      'a.yaml': 'services: {s: {image: a, env_file: e.env}}\n',
      'p/e.env': 'A=1\n',
    });
    const project = await folder.load({ files: ['a.yaml'], projectDirectory: 'p' });
    expect(project).toMatchObject({ name: 'p', workingDirectory: join(folder.path, 'p') });
    expect(project.services.get('s')?.attributes).toMatchObject({ environment: { A: '1' } });
  });

  test('from elsewhere and from standard input are refused', async () => {
    await using folder = await createFolder({});
    for (const file of ['-', 'https://example.com/compose.yaml', 'oci://example.com/app']) {
      expect((await folder.refusal({ files: [file] })).message).toBe(`"${file}" is not a local compose file.`);
    }
  });
});

describe('extends', () => {
  test('goes from file to file, each path starting at its own', async () => {
    await using folder = await createFolder({
      'compose.yaml': 'services: {s: {extends: {file: base/b.yaml, service: b}, command: own}}\n',
      'base/b.yaml': 'services: {b: {extends: {file: deep/c.yaml, service: c}, volumes: ["./b:/b"], command: b}}\n',
      'base/deep/c.yaml': 'services: {c: {image: c, volumes: ["./c:/c"], env_file: c.env}}\n',
      'base/deep/c.env': 'C=1\n',
    });
    const project = await folder.load();
    expect(project.services.get('s')?.attributes).toMatchObject({
      image: 'c',
      command: ['own'],
      environment: { C: '1' },
      volumes: [
        { type: 'bind', source: `${folder.path}/base/deep/c`, target: '/c' },
        { type: 'bind', source: `${folder.path}/base/b`, target: '/b' },
      ],
    });
  });

  test('inherits profiles and drops what is reset', async () => {
    await using folder = await createFolder({
      'compose.yaml':
        'services:\n  b: {image: b, profiles: [p], ports: ["80:80"]}\n  s: {extends: b, profiles: !reset [], ports: !override ["81:80"]}\n  t: {extends: {service: b}}\n',
    });
    const { services } = await folder.load();
    expect(Array.from(services.values(), ({ name, enabled }) => [name, enabled])).toEqual([
      ['b', false],
      ['s', true],
      ['t', false],
    ]);
    expect(services.get('s')?.attributes).toEqual({
      command: null,
      entrypoint: null,
      image: 'b',
      networks: { default: null },
      ports: [{ target: 80, published: '81', mode: 'ingress', protocol: 'tcp' }],
    });
  });
});

describe('include', () => {
  test('reads with its own .env behind the environment, and ignores the name', async () => {
    await using folder = await createFolder({
      'compose.yaml': 'name: outer\ninclude: [sub/inc.yaml]\nservices: {s: {image: "s:${V-none}", depends_on: [t]}}\n',
      'sub/inc.yaml': 'name: inner\nservices: {t: {image: "t:${V}-${W}", env_file: t.env}}\n',
      'sub/.env': 'V=1\nW=2\n',
      'sub/t.env': 'T=1\n',
    });
    expect(images(await folder.load())).toEqual({ s: 's:none', t: 't:1-2' });
    const project = await folder.load({ environment: { V: 'outside' } });
    expect(images(project)).toEqual({ s: 's:outside', t: 't:outside-2' });
    expect(project.name).toBe('outer');
  });

  test('merges the paths of one item, and takes the same file twice', async () => {
    await using folder = await createFolder({
      'compose.yaml': 'include:\n  - path: [a.yaml, b.yaml]\n    env_file: /dev/null\n  - c.yaml\nservices: {}\n',
      'a.yaml': 'services: {s: {image: a, init: true}}\n',
      'b.yaml': 'services: {s: {image: b}}\n',
      'c.yaml': 'include: [d.yaml]\nservices: {c: {image: c}}\n',
      'd.yaml': 'services: {d: {image: d}}\n',
    });
    expect(images(await folder.load())).toEqual({ s: 'b', c: 'c', d: 'd' });
  });
});

test('reads 500 services', async () => {
  const service = (index: number): string =>
    `  s${index}: {<<: *common, image: "acme/s${index}:$TAG", ports: ["${8000 + index}:80"]}\n`;
  const services = Array.from({ length: 500 }, (_, index) => service(index)).join('');
  await using folder = await createFolder({
    'compose.yaml': `x-c: &common {restart: always, labels: {a: b}}\nservices:\n${services}`,
  });
  expect((await folder.load()).services.size).toBe(500);
});

test('reads texts in the place of files, as if these were there', async () => {
  await using folder = await createFolder({
    'compose.yaml': 'services:\n  web:\n    image: acme/web:${TAG}\n    env_file: web.env\n',
    '.env': 'TAG=1.4\n',
    'web.env': 'VERSION=${TAG}\n',
  });
  const texts = { [join(folder.path, '.env')]: 'TAG=1.5\n' };
  const { services } = await folder.load({ texts });
  expect(services.get('web')).toMatchObject({ image: 'acme/web:1.5', attributes: { environment: { VERSION: '1.5' } } });
  expect(images(await folder.load({ texts, environment: { TAG: '1' } }))).toEqual({ web: 'acme/web:1' });
  expect(images(await folder.load())).toEqual({ web: 'acme/web:1.4' });
});

import { describe, expect, test } from 'vitest';
import { createFolder, twoServices } from './folder.ts';

// What the real Compose answered, one service at a time.
describe('what Compose 2.26 and 2.40 refuse', () => {
  test.each([
    ['{image: i, depends_on: {t: {condition: service_started, required: "${R:-true}"}}}', 'required must be a boolean'],
    ['{build: {context: ., ulimits: {n: "5"}}}', 'ulimits.n must be an integer'],
    ['{image: i, ulimits: {n: 1e3}}', 'ulimits.n must be an integer'],
    ['{build: {context: ., ulimits: {n: {soft: 1, hard: "5"}}}}', 'ulimits.n must be an integer'],
    ['{image: i, ulimits: {n: {soft: 1, hard: 5.0}}}', 'ulimits.n must be an integer'],
    ['{build: {context: ., additional_contexts: {x: null}}}', 'additional_contexts.x must be a string'],
    ['{build: {context: ., additional_contexts: [x]}}', 'additional_contexts has the item "x" without a value'],
    ['{image: i, ports: ["80:0"]}', 'ports.0 has the target port 0'],
    ['{image: i, ports: [{target: 80, published: 1e3}]}', 'published must be a string or an integer'],
    ['{image: i, environment: {"\\n": a}}', 'environment has the unknown key'],
    ['{image: i, gpus: [{count: 1e0}]}', 'count must be an integer'],
    ['{image: i, storage_opt: {x-a: b}}', 'storage_opt.#extensions must be a string'],
  ])('%s', async (service, message) => {
    await using folder = await createFolder({ 'compose.yaml': twoServices(service) });
    for (const compat of ['2.26', '2.40'] as const) {
      expect((await folder.refusal({ compat })).message).toContain(message);
    }
  });
});

describe('what only Compose 2.40 refuses', () => {
  test.each([
    ['{image: i, environment: ["A =1"]}', 'environment: the name "A " ends with a space'],
    ['{image: i, environment: ["A "]}', 'environment: the name "A " ends with a space'],
    ['{build: {context: ., args: ["A =1"]}}', 'build.args: the name "A " ends with a space'],
    ['{image: i, environment: ["à=1"]}', 'environment: the name "à" ends with a space'],
    ['{image: i, volumes: [{type: bind, source: /x, target: /a/}, "/y:/a"]}', 'services.s mounts two things at /a'],
    ['{image: i, ports: [{target: 80, host_ip: a}]}', 'ports.0 has a host address that is not an IP address'],
  ])('%s', async (service, message) => {
    await using folder = await createFolder({ 'compose.yaml': twoServices(service) });
    expect((await folder.refusal({ compat: '2.40' })).message).toContain(message);
    expect((await folder.load({ compat: '2.26' })).services.size).toBe(2);
  });
});

test.each([
  ['{image: i, environment: {"A ": 1}, labels: ["A =1"]}', { environment: { 'A ': '1' }, labels: { 'A ': '1' } }],
  [
    '{build: {context: /b, platforms: [a, a]}}',
    { build: { context: '/b', dockerfile: 'Dockerfile', platforms: ['a', 'a'] } },
  ],
  [
    '{image: i, volumes: [{type: bind, source: /x, target: ""}]}',
    { volumes: [{ type: 'bind', source: '/x', target: '.' }] },
  ],
  [
    '{image: i, ports: ["080:080", "81-81:80", "90-099:90"]}',
    { ports: ['80', '81', '90-99'].map(published => ({ published })) },
  ],
  [
    '{image: i, devices: ["/a:"], volumes: ["~/:/b"]}',
    { devices: [{ source: '/a', target: '/a' }], volumes: [{ source: '/home' }] },
  ],
  ['{image: i, scale: 2, deploy: {mode: replicated}}', { scale: 2, deploy: { mode: 'replicated', replicas: 2 } }],
  ['{image: i, labels: {a: ! null, b: ! 5, c: ! "5"}}', { labels: { a: '', b: '5', c: '5' } }],
  ['{image: i, extra_hosts: {a: []}}', { extra_hosts: [] }],
  ['{image: i, extra_hosts: {a: "[b\\nc]"}}', { extra_hosts: ['a=b\nc'] }],
  ['{build: {context: /b, args: ["A "]}}', { build: { context: '/b' } }],
  ['{image: i, ports: ["80:80/", "81:81/udp/tcp"]}', { ports: [{ protocol: 'tcp' }, { protocol: 'udp' }] }],
  ['{image: i, ports: [{target: 80, published: 80}, "80:80"]}', { ports: [{ published: '80' }, { published: '80' }] }],
])('%s is read as Compose reads it', async (service, expected) => {
  await using folder = await createFolder({ 'compose.yaml': twoServices(service) });
  for (const compat of ['2.26', '2.40'] as const) {
    const { services } = await folder.load({ compat, environment: { HOME: '/home' } });
    expect(services.get('s')?.attributes).toMatchObject(expected);
  }
});

test('!reset takes away nothing from a list that is extended, but does from a mapping', async () => {
  await using folder = await createFolder({
    'compose.yaml': `services:
  a: {image: i, depends_on: [t]}
  b: {image: i, depends_on: {t: {condition: service_started}}}
  s: {extends: a, depends_on: {t: !reset null}}
  u: {extends: b, depends_on: {t: !reset null}}
  t: {image: t}
`,
  });
  const { services } = await folder.load();
  expect(['s', 'u'].map(name => services.get(name)?.dependsOn)).toEqual([['t'], []]);
});

describe('a service that is reset', () => {
  test('extends nothing, and is not extended', async () => {
    await using folder = await createFolder({
      'compose.yaml': twoServices('{image: i}'),
      'over.yaml': 'services: {s: !reset {extends: {file: nowhere.yaml, service: s}}}',
      'worse.yaml': 'services: {s: !reset {image: i}, u: {extends: s}}',
    });
    const { services } = await folder.load({ files: ['compose.yaml', 'over.yaml'] });
    expect([...services.keys()]).toEqual(['t']);
    await folder.refusal({ files: ['compose.yaml', 'worse.yaml'] });
  });
});

describe('what a variable is replaced by', () => {
  test.each(['${V:-${N:?x}}', '${V-${N:?x}}', '${N:+${N:?x}}', '${V:-${}}'])(
    '%s is filled in wholly, and refused',
    async text => {
      await using folder = await createFolder({ 'compose.yaml': twoServices(`{image: "${text}"}`) });
      for (const compat of ['2.26', '2.40'] as const) await folder.refusal({ compat, environment: { V: 'v' } });
    },
  );
});

describe('files of a service', () => {
  const service = (key: string): string => twoServices(`{image: i, ${key}}`);

  test('a quoted value of an env file keeps its line ends', async () => {
    await using folder = await createFolder({
      'compose.yaml': service('env_file: e.env'),
      'e.env': 'A="a\r\nb"\r\nB=1\r\n',
    });
    const { services } = await folder.load();
    expect(services.get('s')?.attributes.environment).toEqual({ A: 'a\r\nb', B: '1' });
  });

  test('a label file knows only what it says itself', async () => {
    await using folder = await createFolder({
      'compose.yaml': service('label_file: l'),
      l: 'A="${V}"\nV\nB=1\nC=$B\n',
    });
    const { services } = await folder.load({ environment: { V: 'v' } });
    expect(services.get('s')?.labels).toEqual({ A: '', B: '1', C: '1' });
  });

  const raw = service('env_file: [{path: e.env, format: raw}]');

  test('a raw env file takes a value that it does not give from the environment', async () => {
    await using folder = await createFolder({
      'compose.yaml': raw,
      'e.env': ' # no\n V\nN\nA= $V \r\n\uFEFFC=1\nB=\r',
    });
    const { services } = await folder.load({ environment: { V: 'v' } });
    expect(services.get('s')?.attributes.environment).toEqual({ V: 'v', A: ' $V ', '\uFEFFC': '1', B: '' });
  });

  test.each(['=x', 'A B=1', 'A =1'])('a raw env file with the line %s is refused', async line => {
    await using folder = await createFolder({ 'compose.yaml': raw, 'e.env': line });
    expect((await folder.refusal()).message).toContain('e.env has a line without the name of a variable');
  });
});

describe('files of a project', () => {
  const image = 'services: {s: {image: i}}\n';

  test.each(['', '# nothing', '{}', 'version: "3"'])('an included file may say nothing: %s', async text => {
    await using folder = await createFolder({ 'compose.yaml': `include: [a.yaml]\n${image}`, 'a.yaml': text });
    expect((await folder.load()).services.size).toBe(1);
  });

  test('services that are null are refused, also in an override file', async () => {
    await using folder = await createFolder({ 'compose.yaml': image, 'compose.override.yaml': 'services:\n' });
    expect((await folder.refusal()).message).toContain('services must be a mapping.');
  });

  test('a name that comes out empty is refused, and one that is written empty is not', async () => {
    await using folder = await createFolder({ 'compose.yaml': `name: "\${N}"\n${image}` });
    expect((await folder.refusal()).message).toContain('the project has no name');
    expect((await folder.load({ name: 'asked' })).name).toBe('asked');
    await using unnamed = await createFolder({ 'compose.yaml': `name: ""\n${image}` });
    expect((await unnamed.load()).name).not.toBe('');
  });

  test('an empty COMPOSE_FILE names the directory, which is no file', async () => {
    await using folder = await createFolder({ 'compose.yaml': image });
    await folder.refusal({ environment: { COMPOSE_FILE: '' } });
  });
});

describe('the end of a file', () => {
  const file = 'services: {s: {image: i, labels: {}}}\nx-a: ';

  test.each([
    ['|\n  a\n  b', 'a\nb'],
    ['>+\n  a', 'a'],
    ['|\n  a\n', 'a\n'],
    ['|\n  a\n  ', 'a\n'],
    ['|\n  a\n# no', 'a\n'],
  ])('a block %j keeps the line ends that it has', async (text, expected) => {
    await using folder = await createFolder({ 'compose.yaml': `${file}${text}` });
    expect((await folder.load()).model['x-a']).toBe(expected);
  });
});

test('attestations may be flags', async () => {
  await using folder = await createFolder({
    'compose.yaml': twoServices('{build: {context: ., provenance: true, sbom: false}}'),
  });
  const { services } = await folder.load();
  expect(services.get('s')?.attributes.build).toMatchObject({ provenance: 'true', sbom: 'false' });
});

test('only newer versions know the current directory as PWD when nobody says it', async () => {
  await using folder = await createFolder({ 'compose.yaml': twoServices('{image: "i${PWD}"}') });
  expect((await folder.load()).services.get('s')?.image).toBe(`i${folder.path}`);
  expect((await folder.load({ compat: '2.26' })).services.get('s')?.image).toBe('i');
});

import { describe, expect, test } from 'vitest';
import { createFolder } from './folder.ts';

// What Compose 5 does otherwise is taken from its documentation and source; no such version has answered here.
describe('as Compose 5', () => {
  const files = {
    'compose.yaml':
      'include: [inc.yaml]\nservices: {s: {image: own, ports: !reset []}, t: {extends: s, image: t}, u: {extends: i}}\n',
    'inc.yaml': 'services: {s: {image: included, init: true, ports: ["80:80"]}, i: {image: i}}\n',
  };

  test('what is included is a base, also for extends and !reset', async () => {
    await using folder = await createFolder(files);
    const { model } = await folder.load({ compat: '5' });
    expect(model.services).toMatchObject({
      s: { image: 'own', init: true },
      t: { image: 't', init: true },
      u: { image: 'i' },
    });
    expect(model.services.s).not.toHaveProperty('ports');
  });

  test('and a conflict before', async () => {
    await using folder = await createFolder(files);
    expect((await folder.refusal({ files: ['compose.yaml'] })).message).toContain(
      'services.u extends the service "i", which is not in',
    );
  });

  test('a service may have a hook before it starts', async () => {
    await using folder = await createFolder({
      'compose.yaml': 'services: {s: {image: a, pre_start: [{command: migrate, image: tools}]}}\n',
    });
    const { model } = await folder.load({ compat: '5' });
    expect(model.services.s).toMatchObject({ pre_start: [{ command: ['migrate'], image: 'tools' }] });
    expect((await folder.refusal()).message).toContain('services.s has the unknown key "pre_start".');
  });
});

describe('as Compose 2.26', () => {
  test.each([
    ['services: {s: {image: a, stop_grace_period: 1d}}', 'stop_grace_period must be a duration'],
    ['services: {s: {image: a, provider: {type: x}}}', 'services.s has the unknown key "provider".'],
    ['services: {s: {image: a, pull_policy: daily}}', 'services.s.pull_policy must be one of always'],
    ['services: {s: {image: a, mem_limit: .5g}}', 'services.s.mem_limit must be a size'],
    ['services: {s: {image: a}}\nx-a: .inf', 'x-a is not finite.'],
    ['services: {s: {image: a, env_file: [{path: /dev/null, format: raw}]}}', 'the env file format "raw" is unknown.'],
  ])('%s is refused', async (text, message) => {
    await using folder = await createFolder({ 'compose.yaml': text });
    expect((await folder.refusal({ compat: '2.26' })).message).toContain(message);
    expect((await folder.load()).services.size).toBe(1);
  });

  test.each([
    'cpus: DATE',
    'pids_limit: DATE',
    'stop_grace_period: DATE',
    'extra_hosts: {h: DATE}',
    'healthcheck: {test: DATE}',
    'security_opt: [DATE]',
    'devices: [DATE]',
    'ports: [{target: 80, published: DATE}]',
    'gpus: [{count: DATE}]',
  ])('%s is refused where a date is not text', async attribute => {
    const date = attribute.replace('DATE', '2024-01-02');
    await using folder = await createFolder({ 'compose.yaml': `services: {s: {image: a, ${date}}}` });
    await folder.refusal({ compat: '2.26' });
  });

  test('one container name may be used twice, dates are text, and x- is replaced', async () => {
    await using folder = await createFolder({
      'compose.yaml':
        'x-a: {b: 1}\nservices: {s: {image: a, container_name: cc, labels: {d: 2024-01-02}}, t: {image: a, container_name: cc}}\n',
      'compose.override.yaml': 'x-a: {c: 2}\n',
    });
    const { model } = await folder.load({ compat: '2.26' });
    expect(model).toMatchObject({
      'x-a': { c: 2 },
      services: { s: { labels: { d: '2024-01-02 00:00:00 +0000 UTC' } }, t: { container_name: 'cc' } },
    });
    await expect(folder.load()).rejects.toThrow('labels.d must be');
  });

  test.each(['security_opt: []', 'gpus: []', 'extra_hosts: []', 'healthcheck: {test: []}'])(
    'a file after one with %s is refused',
    async attribute => {
      await using folder = await createFolder({
        'compose.yaml': `services: {s: {image: a, ${attribute}}}\n`,
        'compose.override.yaml': 'services: {s: {init: true}}\n',
      });
      await folder.refusal({ compat: '2.26' });
      expect((await folder.load({ compat: '2.26', files: ['compose.yaml'] })).services.size).toBe(1);
      expect((await folder.load()).services.size).toBe(1);
    },
  );

  test.each([
    ['\\\\\\\\host\\\\share', false],
    ['\\\\\\\\host\\\\share\\\\d', true],
    ['\\\\\\\\.\\\\pipe\\\\d', false],
    ['C:\\\\d', true],
  ])('the Windows path "%s" is absolute: %s; newer versions find all of them so', async (path, isAbsolute) => {
    const volume = `{type: bind, source: "${path}", target: /t}`;
    await using folder = await createFolder({ 'compose.yaml': `services: {s: {image: i, volumes: [${volume}]}}` });
    const written = path.replaceAll('\\\\', '\\');
    for (const [compat, source] of [
      ['2.26', isAbsolute ? written : `${folder.path}/${written}`],
      ['2.40', written],
    ] as const)
      expect((await folder.load({ compat })).services.get('s')?.attributes.volumes).toMatchObject([{ source }]);
  });

  test.each(['security_opt: []', 'deploy: {placement: {constraints: []}}'])(
    'a file that includes one with %s is refused',
    async attribute => {
      await using folder = await createFolder({
        'compose.yaml': 'include: [inc.yaml]\n',
        'inc.yaml': `services: {s: {image: a, cap_add: [], ${attribute}}}\n`,
      });
      await folder.refusal({ compat: '2.26' });
      expect((await folder.load({ compat: '2.26', files: ['inc.yaml'] })).services.size).toBe(1);
      expect((await folder.load()).services.size).toBe(1);
    },
  );

  test('a list that is filled later, or whose items are unique, may be empty', async () => {
    await using folder = await createFolder({
      'compose.yaml': 'services: {s: {image: a, security_opt: [], cap_add: [], volumes: []}}\n',
      'compose.override.yaml': 'services: {s: {security_opt: [a]}}\n',
    });
    expect((await folder.load({ compat: '2.26' })).services.size).toBe(1);
  });

  test.each([
    ['services: {s: {image: a, extra_hosts: {}}}', 'services: {s: {extra_hosts: !override []}}', true],
    ['services: {s: {image: a, networks: []}}', 'services: {s: {networks: !override []}}', true],
    ['services: {s: {image: a, gpus: []}}', 'services: {s: !override {image: b, gpus: []}}', true],
    ['services: {s: {image: a}}\nnetworks: {n: {}}', 'networks: {n: !override []}', false],
  ])('%s, then %s: what overrides an empty list is not nothing', async (base, override, isRead) => {
    await using folder = await createFolder({ 'compose.yaml': base, 'compose.override.yaml': override });
    if (isRead) expect((await folder.load({ compat: '2.26' })).services.size).toBe(1);
    else await folder.refusal({ compat: '2.26' });
  });
});

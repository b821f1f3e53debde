import { describe, expect, test } from 'vitest';
import { createFolder, twoServices } from './folder.ts';

// What the real Compose answered.
describe('what an override cannot say', () => {
  test.each([
    ['services: {s: {logging: {driver: none}}}', 'services: {s: {logging: null}}'],
    ['configs: {c: {file: c, labels: [a]}}', 'configs: {c: {labels: {a: b}}}'],
    ['secrets: {c: {file: c, labels: [a]}}', 'secrets: {c: {labels: [a]}}'],
    ['volumes: {v: {labels: [a]}}', 'volumes: {v: {labels: [a]}}'],
    ['networks: {n: {ipam: {config: []}}}', 'networks: {n: {ipam: {config: null}}}'],
  ])('%s, then %s', async (base, override) => {
    await using folder = await createFolder({
      'a.yaml': twoServices('{image: i}'),
      'b.yaml': base,
      'c.yaml': override,
    });
    for (const compat of ['2.26', '2.40'] as const)
      await folder.refusal({ compat, files: ['a.yaml', 'b.yaml', 'c.yaml'] });
  });

  test.each([
    'volumes: [5]',
    'secrets: [5]',
    'ports: x',
    'ports: {}',
    'build: 5',
    'build: null',
    'build: [a]',
    'depends_on: null',
    'depends_on: t',
    'env_file: null',
    'env_file: {}',
  ])('an extended file with %s is refused', async attribute => {
    await using folder = await createFolder({
      'compose.yaml': twoServices('{image: i, extends: {file: b.yaml, service: s}}'),
      'b.yaml': `services: {s: {${attribute}}}`,
    });
    for (const compat of ['2.26', '2.40'] as const) await folder.refusal({ compat });
  });

  test('unless that is reset', async () => {
    await using folder = await createFolder({
      'compose.yaml': twoServices('{image: i, extends: {file: b.yaml, service: s}}'),
      'b.yaml': 'services: {s: {build: !reset null, env_file: !reset null}}',
    });
    for (const compat of ['2.26', '2.40'] as const) await folder.load({ compat });
  });

  test('names in a list are strings', async () => {
    await using folder = await createFolder({
      'compose.yaml': twoServices('{image: i, extends: {file: b.yaml, service: s}, depends_on: [t]}'),
      'b.yaml': 'services: {s: {depends_on: [5]}}',
    });
    for (const compat of ['2.26', '2.40'] as const) await folder.refusal({ compat });
  });
});

test('what an extended file overrides stays overridden', async () => {
  await using folder = await createFolder({
    'compose.yaml': twoServices('{image: i, extends: {file: b.yaml, service: b}}'),
    'b.yaml': `services:
  b: {labels: !override {z: q}, ports: !override ["80:80"], env_file: !reset a.env, extends: c}
  c: {labels: {c: d}, ports: ["81:81"], env_file: [nowhere.env]}
`,
  });
  for (const compat of ['2.26', '2.40'] as const) {
    const service = (await folder.load({ compat })).services.get('s');
    expect(service?.labels).toEqual({ z: 'q' });
    expect(service?.attributes.ports).toMatchObject([{ target: 80 }]);
  }
});

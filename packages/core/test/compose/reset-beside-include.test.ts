import { expect, test } from 'vitest';
import { createFolder } from './folder.ts';

// What the real Compose answered: what is reset is not there when files are included.
const files = {
  'base.yaml': 'services: {s: {image: b, ports: [80], labels: {a: b}}}\n',
  'inc.yaml': 'services: {s: {image: i}}\n',
};

test.each([
  ['{s: {image: i, ports: !reset []}}', { a: 'b' }],
  ['{s: !reset {image: x}}', {}],
  ['{s: !override {image: i}}', {}],
  ['!reset {s: {image: x}}', {}],
  ['!override {s: {image: i}}', {}],
])('services: %s is no other service than the included one', async (services, labels) => {
  await using folder = await createFolder({ ...files, 'c.yaml': `include: [inc.yaml]\nservices: ${services}\n` });
  for (const compat of ['2.26', '2.40'] as const) {
    const service = (await folder.load({ compat, files: ['base.yaml', 'c.yaml'] })).services.get('s');
    expect([service?.image, service?.labels, service?.attributes.ports]).toEqual(['i', labels, undefined]);
    expect((await folder.load({ compat, files: ['c.yaml'] })).services.get('s')?.image).toBe('i');
  }
});

test('it is one where something else is left', async () => {
  await using folder = await createFolder({
    ...files,
    'c.yaml': 'include: [inc.yaml]\nservices: {s: {image: i, init: true, ports: !reset []}}\n',
  });
  for (const compat of ['2.26', '2.40'] as const)
    expect((await folder.refusal({ compat, files: ['c.yaml'] })).message).toContain('services.s is defined here and');
});

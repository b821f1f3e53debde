import { expect, test } from 'vitest';
import { createFolder } from './folder.ts';

// What the real Compose answered.
test.each([
  'group_add: ["1", 1]',
  'expose: ["081", 81]',
  'expose: ["80.0", 80]',
  'expose: ["0x50", 80]',
  'ports: [{target: 80, published: "80"}, {target: 80, published: 80}]',
])('newer versions take for twice the same what is a number after a text: %s', async attribute => {
  await using folder = await createFolder({ 'compose.yaml': `services: {s: {image: i, ${attribute}}}` });
  await folder.refusal({ compat: '2.40' });
  await folder.load({ compat: '2.26' });
});

test.each(['group_add: [1, "1"]', 'expose: [81, "081"]', 'expose: [" 81", 81]', 'expose: ["80", 80]'])(
  'but not %s',
  async attribute => {
    await using folder = await createFolder({ 'compose.yaml': `services: {s: {image: i, ${attribute}}}` });
    for (const compat of ['2.26', '2.40'] as const) expect((await folder.load({ compat })).services.size).toBe(1);
  },
);

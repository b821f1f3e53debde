import { describe, expect, test } from 'vitest';
import { createFolder, twoServices } from './folder.ts';

// What the real Compose answered.
describe('the mode of a file', () => {
  const files = (mode: string) => ({
    'compose.yaml': `${twoServices(`{build: {context: ., secrets: [{source: x, mode: ${mode}}]}, secrets: [{source: x, mode: ${mode}}]}`)}secrets: {x: {file: /x}}\n`,
  });

  test.each([
    ['0755', '0755', 493],
    ['-1', '0-1', undefined],
    ['"+7"', '07', undefined],
    ['"0755"', '0755', undefined],
    ['4294967297', '040000000001', 1],
    ['1.5', undefined, 1],
  ])('%s is %s for newer versions and %s for older ones', async (mode, newer, older) => {
    await using folder = await createFolder(files(mode));
    for (const [compat, expected] of [
      ['2.40', newer],
      ['2.26', older],
    ] as const) {
      if (expected === undefined) await folder.refusal({ compat });
      else
        expect((await folder.load({ compat })).services.get('s')?.attributes).toMatchObject({
          secrets: [{ mode: expected }],
          build: { secrets: [{ mode: expected }] },
        });
    }
  });
});

describe('a number that is too large', () => {
  test.each([
    ['cpu_shares: 18446744073709551615', { cpu_shares: -1 }],
    ['healthcheck: {test: a, retries: 1e30}', { healthcheck: { retries: 2 ** 63 } }],
    ['ports: [{target: 4294967376}]', { ports: [{ target: 80 }] }],
    ['cpus: "1_000"', { cpus: 1000 }],
  ])('%s', async (attribute, expected) => {
    await using folder = await createFolder({ 'compose.yaml': twoServices(`{image: i, ${attribute}}`) });
    for (const compat of ['2.26', '2.40'] as const)
      expect((await folder.load({ compat })).services.get('s')?.attributes).toMatchObject(expected);
  });

  test.each([
    'ulimits: {n: 9223372036854775808}',
    'expose: [9223372036854775808]',
    'gpus: [{count: 9223372036854775808}]',
    'ports: [{target: 80, published: 9223372036854775808}]',
    'deploy: {resources: {limits: {cpus: 9223372036854775808}}}',
    'pid: null',
  ])('%s is refused', async attribute => {
    await using folder = await createFolder({ 'compose.yaml': twoServices(`{image: i, ${attribute}}`) });
    for (const compat of ['2.26', '2.40'] as const) await folder.refusal({ compat });
  });
});

test.each([
  ['"-0"', undefined],
  ['"-.0 k"', undefined],
  ['"+1k"', '1024'],
])('the size %s is one for newer versions only', async (size, bytes) => {
  await using folder = await createFolder({ 'compose.yaml': twoServices(`{image: i, mem_limit: ${size}}`) });
  expect((await folder.load()).services.get('s')?.attributes.mem_limit).toBe(bytes);
  await folder.refusal({ compat: '2.26' });
});

test('a size is not negative', async () => {
  await using folder = await createFolder({ 'compose.yaml': twoServices('{image: i, mem_limit: "-1"}') });
  for (const compat of ['2.26', '2.40'] as const) await folder.refusal({ compat });
});

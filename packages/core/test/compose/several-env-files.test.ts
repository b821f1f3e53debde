import { expect, test } from 'vitest';
import { createFolder } from './folder.ts';

// What the real Compose answered: whose A the B of the second file is.
const files = { a: 'A=1\nB=$A\n', b: 'A=2\nB=$A\n' };

test.each([
  ['2.26', '1'],
  ['2.40', '2'],
] as const)('with %s a variable in the second env file is %s', async (compat, expected) => {
  await using folder = await createFolder({
    ...files,
    'compose.yaml': 'include: [{path: c.yaml, env_file: [a, b]}]\nservices: {s: {image: "i$A$B"}}\n',
    'c.yaml': 'services: {t: {image: "i$A$B"}}\n',
  });
  const { services } = await folder.load({ compat, envFiles: ['a', 'b'] });
  expect(services.get('s')?.image).toBe(`i2${expected}`);
  const included = await folder.load({ compat });
  expect(included.services.get('t')?.image).toBe(`i2${expected}`);
});

test('a variable in the second label file is that of the first', async () => {
  await using folder = await createFolder({
    ...files,
    'compose.yaml': 'services: {s: {image: i, label_file: [a, b]}}\n',
  });
  for (const compat of ['2.26', '2.40'] as const) {
    expect((await folder.load({ compat })).services.get('s')?.labels).toEqual({ A: '2', B: '1' });
  }
});

test.each(['false', '"no"', '"off"', '"False"'])('an env file may be missing if required is %s', async required => {
  await using folder = await createFolder({
    'compose.yaml': `services: {s: {image: i, env_file: [{path: nowhere, required: ${required}}]}}\n`,
  });
  for (const compat of ['2.26', '2.40'] as const) expect((await folder.load({ compat })).services.size).toBe(1);
});

test('an env file that may be missing must not be a directory', async () => {
  await using folder = await createFolder({
    'compose.yaml': 'services: {s: {image: i, env_file: [{path: there, required: false}]}}\n',
    'there/a': '',
  });
  for (const compat of ['2.26', '2.40'] as const)
    expect((await folder.refusal({ compat })).message).toContain('is a directory.');
});

test('an env file of no format is one without a format', async () => {
  await using folder = await createFolder({
    ...files,
    'compose.yaml': 'services: {s: {image: i, env_file: [{path: a, format: ""}]}}\n',
  });
  for (const compat of ['2.26', '2.40'] as const) {
    expect((await folder.load({ compat })).services.get('s')?.attributes.environment).toEqual({ A: '1', B: '1' });
  }
});

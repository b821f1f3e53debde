import { expect, test } from 'vitest';
import { createFolder } from './folder.ts';

interface Refusal {
  readonly files: Readonly<Record<string, string>>;
  readonly code?: string;
  readonly message: string;
}

const image = 'services: {web: {image: a}}\n';

const refusals: Readonly<Record<string, Refusal>> = {
  'no compose file here or above': {
    files: {},
    code: 'COMPOSE_FILE_NOT_FOUND',
    message: 'no compose file in ',
  },
  'a list that is not closed': {
    files: { 'compose.yaml': 'services:\n  web:\n    ports: ["80:80"\n    image: a\n' },
    message: 'compose.yaml:4:5: not valid YAML: ',
  },
  'a top level that is a list': {
    files: { 'compose.yaml': '- a\n- b\n' },
    message: 'compose.yaml:1:1: the top level must be a mapping.',
  },
  'an empty file': {
    files: { 'compose.yaml': '# nothing\n' },
    message: 'compose.yaml: the compose file is empty.',
  },
  'services that are a list': {
    files: { 'compose.yaml': 'services:\n  - web\n' },
    message: 'compose.yaml:2:3: services must be a mapping.',
  },
  'a required variable that is not set': {
    files: { 'compose.yaml': 'services:\n  web:\n    image: "a:${TAG:?choose a tag}"\n' },
    message: 'compose.yaml:3:12: services.web.image: the required variable TAG is not set: choose a tag.',
  },
  'an interpolation without an end': {
    files: { 'compose.yaml': 'services:\n  web:\n    image: "a:${TAG"\n' },
    message: 'compose.yaml:3:12: services.web.image: ${TAG… is not a valid interpolation.',
  },
  'a value of the wrong type after interpolation': {
    files: { 'compose.yaml': 'services:\n  web:\n    image: a\n    tty: "${T:-perhaps}"\n' },
    message: 'compose.yaml:4:10: services.web.tty must be a boolean.',
  },
  'services that extend each other': {
    files: { 'compose.yaml': 'services:\n  a:\n    extends: b\n  b:\n    extends: a\n' },
    message: 'compose.yaml:3:14: services.a extends itself: compose.yaml: a → compose.yaml: b → compose.yaml: a.',
  },
  'extending a service that is not there': {
    files: { 'compose.yaml': 'services:\n  a:\n    extends: b\n' },
    message: 'compose.yaml:3:14: services.a extends the service "b", which is not in compose.yaml.',
  },
  'extending a file that is not there': {
    files: { 'compose.yaml': 'services:\n  a:\n    extends: {file: base.yaml, service: b}\n' },
    code: 'COMPOSE_FILE_NOT_FOUND',
    message: 'compose.yaml:3:14: the file base.yaml does not exist.',
  },
  'files that include each other': {
    files: { 'compose.yaml': 'include:\n  - other.yaml\n', 'other.yaml': `include: [compose.yaml]\n${image}` },
    message: 'other.yaml:1:11: include goes in a circle: compose.yaml → other.yaml → compose.yaml.',
  },
  'a service that is also included, differently': {
    files: { 'compose.yaml': `include:\n  - other.yaml\n${image}`, 'other.yaml': 'services: {web: {image: b}}\n' },
    message: 'compose.yaml:2:5: services.web is defined here and, differently, in an included file.',
  },
  'an unknown attribute of a service': {
    files: { 'compose.yaml': 'services:\n  web:\n    image: a\n    restarts: always\n' },
    message: 'compose.yaml:4:15: services.web has the unknown key "restarts".',
  },
  'an unknown key at the top level': {
    files: { 'compose.yaml': `${image}service: {}\n` },
    message: 'compose.yaml:2:10: the key "service" is unknown at the top level.',
  },
  'an image that is a number': {
    files: { 'compose.yaml': 'services:\n  web:\n    image: 12\n' },
    message: 'compose.yaml:3:12: services.web.image must be a string.',
  },
  'a key that is given twice': {
    files: { 'compose.yaml': 'services:\n  web:\n    image: a\n    image: b\n' },
    message: 'compose.yaml:4:5: the key "image" is already defined on line 3.',
  },
  'a key that is a number': {
    files: { 'compose.yaml': 'services:\n  web:\n    image: a\n    labels:\n      1: one\n' },
    message: 'compose.yaml:5:7: a key must be a string.',
  },
  'a service with neither image nor build': {
    files: { 'compose.yaml': 'services:\n  web:\n    restart: always\n' },
    message: 'compose.yaml:3:5: services.web has neither an image nor a build.',
  },
  'a dependency that is not defined': {
    files: { 'compose.yaml': 'services:\n  web:\n    image: a\n    depends_on: [db]\n' },
    message: 'compose.yaml:4:18: services.web depends on the service "db", which is not defined.',
  },
  'a network that is not defined': {
    files: { 'compose.yaml': 'services:\n  web:\n    image: a\n    networks: [back]\n' },
    message: 'compose.yaml:4:16: services.web refers to the network "back", which is not defined.',
  },
  'a volume that is not defined': {
    files: { 'compose.yaml': 'services:\n  web:\n    image: a\n    volumes:\n      - data:/data\n' },
    message: 'compose.yaml:5:9: services.web refers to the volume "data", which is not defined.',
  },
  'dependencies in a circle': {
    files: { 'compose.yaml': 'services:\n  a: {image: a, depends_on: [b]}\n  b: {image: b, depends_on: [a]}\n' },
    message: 'compose.yaml:3:6: services depend on each other in a circle: a → b → a.',
  },
  'an env file that is not there': {
    files: { 'compose.yaml': 'services:\n  web:\n    image: a\n    env_file: web.env\n' },
    code: 'COMPOSE_FILE_NOT_FOUND',
    message: 'compose.yaml:4:15: the file web.env does not exist.',
  },
  'an .env with an open quote': {
    files: { 'compose.yaml': image, '.env': 'A=1\nB="secret\n' },
    message: '.env:2: the quoted value is not closed with ".',
  },
  'a file elsewhere': {
    files: { 'compose.yaml': 'include:\n  - oci://registry.example/app\n' },
    message: 'compose.yaml:2:5: oci://registry.example/app is not a local file.',
  },
};

test.each(Object.entries(refusals))('refuses %s, saying where and what', async (_title, { files, code, message }) => {
  await using folder = await createFolder(files);
  const refusal = await folder.refusal();
  expect(refusal.message).toContain(message);
  expect(refusal.message).toMatch(/^[^\n]*\.$/);
  expect(refusal.code).toBe(code ?? 'COMPOSE_FILE_INVALID');
  expect(refusal.hint).toMatch(/^[A-Z].*\.$/);
});

test('refuses a file that does not exist', async () => {
  await using folder = await createFolder({});
  expect(await folder.refusal({ files: ['nope.yaml'] })).toEqual({
    code: 'COMPOSE_FILE_NOT_FOUND',
    message: 'the file nope.yaml does not exist.',
    hint: 'Check the path, or create the file.',
  });
});

test('refuses a directory in the place of a file', async () => {
  await using folder = await createFolder({ 'sub/compose.yaml': image });
  const refusal = await folder.refusal({ files: ['sub'] });
  expect(refusal).toMatchObject({ code: 'COMPOSE_FILE_INVALID', message: 'the file sub is a directory.' });
});

test('never repeats what an env file or a variable holds', async () => {
  await using folder = await createFolder({
    'compose.yaml': 'services:\n  web:\n    image: a\n    scale: ${PASSWORD}\n',
    '.env': 'PASSWORD=hunter2\n',
  });
  expect(JSON.stringify(await folder.refusal())).not.toContain('hunter2');
});

test.each([
  [
    'aliases that multiply',
    `a0: &a0 [x,x,x,x,x,x,x,x,x]\n${bomb(9)}${image}`,
    'aliases grow the file beyond 250000 nodes.',
  ],
  ['an alias inside itself', `x-a: &a {b: *a}\n${image}`, 'the alias *a contains itself.'],
  ['endless nesting', `x-a: ${'['.repeat(100_000)}`, 'not valid YAML: nesting exceeded'],
  [
    'defaults inside defaults',
    `services: {s: {image: "${'${A:-'.repeat(500)}${'}'.repeat(500)}"}}`,
    'nested too deeply',
  ],
])(
  'refuses %s without reading on',
  async (_title, text, message) => {
    await using folder = await createFolder({ 'compose.yaml': text });
    expect((await folder.refusal()).message).toContain(message);
  },
  2_000,
);

function bomb(levels: number): string {
  const line = (level: number): string =>
    `a${level}: &a${level} [${Array(9)
      .fill(`*a${level - 1}`)
      .join(',')}]\n`;
  return Array.from({ length: levels }, (_, index) => line(index + 1)).join('');
}

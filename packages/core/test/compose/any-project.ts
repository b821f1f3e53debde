import fc from 'fast-check';

/** A text that means something to Compose, or does not. */
export const word: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    'b',
    '.',
    '/',
    ':',
    '~',
    '${V}',
    '${V:-x}',
    '${',
    '$$',
    '$V',
    '80:80',
    '1-9:1-9',
    './d:/d:ro',
  ),
  fc.constantFrom(
    'yes',
    '1.5h',
    '512m',
    'service:a',
    'a=b',
    'x-a',
    '<<',
    '&a',
    '*a',
    '!reset',
    '__proto__',
    'constructor',
  ),
  fc.string(),
);
const scalar = fc.oneof(word, fc.integer(), fc.double(), fc.boolean(), fc.constant(null));
const value = fc.letrec(tie => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(word, tie('value'), { maxKeys: 3 }),
  ),
})).value;
const attributes = [
  'image',
  'build',
  'command',
  'ports',
  'volumes',
  'environment',
  'env_file',
  'networks',
  'depends_on',
];
const more = ['deploy', 'healthcheck', 'labels', 'extends', 'extra_hosts', 'ulimits', 'secrets', 'configs', 'develop'];
const service = fc.dictionary(fc.constantFrom(...attributes, ...more), value, { maxKeys: 4 });
/** What a compose file could hold, and mostly should not. */
export const project: fc.Arbitrary<object> = fc.record(
  {
    services: fc.dictionary(fc.constantFrom('a', 'b'), fc.oneof({ weight: 5, arbitrary: service }, value), {
      maxKeys: 2,
    }),
    include: value,
    networks: value,
    volumes: value,
    name: value,
    'x-a': value,
  },
  { requiredKeys: ['services'] },
);

/** Attributes as people write them, and sometimes wrong. */
const likely = {
  command: ['a "b c" $$D', ['a', 'b'], null, 'a; b', "it's"],
  environment: [{ A: 1, B: null, C: '${V:-x}' }, ['A=1', 'B', 'C=x=y'], { E: 1e7, 'x-a': 1 }],
  ports: [['80', '81:81/udp'], ['9-11:9-11'], [{ target: 80, published: 8080 }], ['a']],
  volumes: [
    ['data:/d', './a:/b:ro,z', '/anonymous'],
    [{ type: 'bind', source: '~/x', target: '/y/' }],
    ['v:/v'],
    ['no:/x'],
  ],
  networks: [['back'], { back: { aliases: ['x'] }, default: null }, [], ['no']],
  depends_on: [['other'], { other: { condition: 'service_healthy', required: false } }, ['no']],
  build: ['.', { context: './b/', args: ['A', 'B=1'], ulimits: { n: 1 } }, { dockerfile_inline: 'FROM a' }],
  healthcheck: [
    { test: 'a b', interval: '90s' },
    { test: ['CMD', 'a'], retries: 3 },
    { disable: true },
    { test: ['a'] },
  ],
  deploy: [{ replicas: 2, resources: { limits: { cpus: '0.5', memory: '1.5g' } } }, { update_config: { delay: '1m' } }],
  labels: [{ a: 1, b: true, c: null }, ['a=1', 'b'], { 'x-a': { b: [1] } }],
  extra_hosts: [['a:1', 'b=[::1]'], { c: ['1', '2'] }, ['d']],
  mem_limit: ['512m', 5, 1e9, '1.5 GiB', 'x'],
  stop_grace_period: ['1h1m1.5s', '0s', 'x'],
  ulimits: [{ nofile: 5, nproc: { soft: 1, hard: 2 } }],
  secrets: [['key'], [{ source: 'key', target: 'k', mode: '0400' }]],
  tmpfs: ['/t', ['/t:size=1', '/u']],
  profiles: [[], ['off']],
  restart: ['always'],
  init: ['yes', true],
} as const;

const likelyService: fc.Arbitrary<object> = fc
  .subarray(Object.entries(likely), { minLength: 1, maxLength: 4 })
  .chain(chosen => fc.record(Object.fromEntries(chosen.map(([key, values]) => [key, fc.constantFrom(...values)]))))
  .map(given => ({ image: 'a:${V:-1}', ...given }));

/** A compose file that Compose mostly takes. */
export const likelyProject: fc.Arbitrary<object> = likelyService.map(web => ({
  services: { web, other: { image: 'b' } },
  networks: { back: { driver_opts: { a: 1 } } },
  volumes: { data: null },
  secrets: { key: { file: './key' } },
}));

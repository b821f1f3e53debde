import { describe, expect, test } from 'vitest';
import { Entries } from './entries.ts';
import { mergeModels, withoutMarks } from './merge.ts';
import { type Mapping, mapping } from './node.ts';
import { entryOf, toPlain } from './tree.ts';
import { withUniqueItems } from './unique.ts';
import { parseYaml } from './yaml.ts';

function model(service: string): Mapping {
  const [document] = parseYaml(`services: {s: ${service}}`, 'f.yaml');
  return document?.kind === 'mapping'
    ? document
    : mapping(new Entries(), { source: { file: '', text: '' }, offset: 0 });
}

function merged(base: string, override: string): unknown {
  const result = withUniqueItems(withoutMarks(mergeModels(model(base), model(override), '2.40')));
  const service = entryOf(entryOf(result, 'services'), 's');
  return service && toPlain(service);
}

test.each([
  ['{image: a, restart: always}', '{image: b}', { image: 'b', restart: 'always' }],
  ['{image: a}', '{image: null}', { image: 'a' }],
  ['{image: a}', 'null', { image: 'a' }],
  ['{command: [a, b]}', '{command: [c]}', { command: ['c'] }],
  ['{command: [a]}', '{command: null}', { command: null }],
  ['{environment: {A: 1, B: 2}}', '{environment: [A=3, C]}', { environment: ['A=3', 'B=2', 'C'] }],
  ['{environment: [A=1]}', '{environment: {A: 2}}', { environment: ['A=2'] }],
  ['{extra_hosts: {a: ["1", "2"]}}', '{extra_hosts: [a=2, b=3]}', { extra_hosts: ['a=1', 'a=2', 'b=3'] }],
  ['{dns: 1.1.1.1}', '{dns: [8.8.8.8, 1.1.1.1]}', { dns: ['1.1.1.1', '8.8.8.8'] }],
  ['{ports: ["80:80"]}', '{ports: ["80:80", "81:80"]}', { ports: ['80:80', '81:80'] }],
  ['{volumes: ["./a:/x", "b:/y"]}', '{volumes: ["./c:/x"]}', { volumes: ['./c:/x', 'b:/y'] }],
  ['{build: .}', '{build: {target: t}}', { build: { context: '.', target: 't' } }],
  ['{networks: [a]}', '{networks: {b: {aliases: [x]}}}', { networks: { a: null, b: { aliases: ['x'] } } }],
  ['{logging: {driver: a, options: {x: 1}}}', '{logging: {driver: b}}', { logging: { driver: 'b' } }],
  ['{logging: {driver: a}}', '{logging: {options: {x: 1}}}', { logging: { driver: 'a', options: { x: 1 } } }],
  ['{ulimits: {n: {soft: 1, hard: 2}}}', '{ulimits: {n: 3}}', { ulimits: { n: 3 } }],
])('lays %s under %s', (base, override, expected) => {
  expect(merged(base, override)).toEqual(expected);
});

describe('an override of a kind that its attribute never has changes nothing', () => {
  test.each([
    ['labels', '[a=b]', '1.50', ['a=b']],
    ['labels', '{a: b}', 'true', ['a=b']],
    ['dns', '[a]', '5', ['a']],
    ['build', '{context: a}', 'true', { context: 'a' }],
    ['build', '{context: a}', '[b]', { context: 'a' }],
    ['depends_on', '{a: {}}', 'b', { a: {} }],
    ['networks', '{a: null}', '1', { a: null }],
  ])('%s: %s under %s', (key, base, override, expected) => {
    expect(merged(`{${key}: ${base}}`, `{${key}: ${override}}`)).toEqual({ [key]: expected });
  });
});

test('takes the dependencies of both, whether listed or described', () => {
  expect(merged('{depends_on: [a]}', '{depends_on: {b: {condition: service_healthy}}}')).toEqual({
    depends_on: { a: { condition: 'service_started', required: true }, b: { condition: 'service_healthy' } },
  });
});

describe('marks', () => {
  test.each([
    ['{ports: ["80:80"], image: a}', '{ports: !reset []}', { image: 'a' }],
    ['{ports: ["80:80"]}', '{ports: !override ["90:90"]}', { ports: ['90:90'] }],
    ['{environment: {A: 1, B: 2}}', '{environment: {A: !reset null}}', { environment: ['B=2'] }],
    ['{image: a}', '!reset null', undefined],
    ['{image: a, init: true}', '!override {image: b}', { image: 'b' }],
  ])('in %s, %s leave what they say', (base, override, expected) => {
    expect(merged(base, override)).toEqual(expected);
  });
});

test('refuses a list over a mapping, saying where', () => {
  expect(() => merged('{deploy: {replicas: 1}}', '{deploy: [a]}')).toThrow(
    'f.yaml:1:24: services.s.deploy is a sequence here but a mapping in what it overrides.',
  );
});

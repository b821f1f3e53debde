import { expect, test } from 'vitest';
import { interpolate } from './interpolate.ts';
import { toPlain } from './tree.ts';
import { parseYaml } from './yaml.ts';

const variables: Readonly<Record<string, string>> = { N: '3', YES: 'Yes', NAME: 'web' };

function read(text: string): unknown {
  const interpolation = { lookup: (name: string) => variables[name], onUnset: () => {} };
  return parseYaml(text, 'f.yaml').map(document => toPlain(interpolate(document, interpolation)))[0];
}

test('fills in values everywhere and keys nowhere', () => {
  expect(read('x-a: [$NAME, {$NAME: $NAME}]')).toEqual({ 'x-a': ['web', { $NAME: 'web' }] });
});

test('leaves what is reset as it is', () => {
  expect(read('services: {s: !reset {scale: $NAME, image: "${"}, t: !reset "${"}')).toEqual({
    services: { s: { scale: '$NAME', image: '${' }, t: null },
  });
});

test('gives typed attributes their type', () => {
  expect(read('services: {s: {scale: $N, tty: $YES, init: "off", cpus: "1.5", user: $N}}')).toEqual({
    services: { s: { scale: 3, tty: true, init: false, cpus: 1.5, user: '3' } },
  });
});

test('refuses a value that is not of the type, without repeating it', () => {
  expect(() => read('services: {s: {scale: $NAME}}')).toThrow('f.yaml:1:23: services.s.scale must be an integer.');
});

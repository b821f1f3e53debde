import { expect, test } from 'vitest';
import type { ComposeService } from '../compose/project.ts';
import { formatReference, parseReference } from '../image/reference.ts';
import { matchHint } from './match-hint.ts';

const service = (name: string, image: string, policy?: string): ComposeService => ({
  name,
  image,
  enabled: true,
  scale: 1,
  containerName: undefined,
  dependsOn: [],
  labels: policy === undefined ? {} : { 'gopdater.tag': policy },
  attributes: {},
});
const services = [
  service('plain', 'acme/web:1.0.0'),
  service('range', 'acme/web:1.0.0', 'semver:^1'),
  service('pinned', `acme/web:1.0.0@sha256:${'a'.repeat(64)}`, 'glob:*'),
  service('alpine', 'acme/web:1-alpine', 'glob:*-alpine'),
  service('wrong', 'acme/web:wrong', 'semver:^a'),
];
const project = {
  name: 'shop',
  workingDirectory: '/srv/shop',
  files: ['/srv/shop/compose.yml'],
  envFiles: [],
  profiles: [],
  services: new Map(services.map(one => [one.name, one])),
};
const imagesOf = (image: string) =>
  matchHint({ image: parseReference(image) }, [{ project, obstacle: undefined, warnings: [] }]).map(formatReference);

test.each([
  ['acme/web:1.0.0', ['docker.io/acme/web:1.0.0']],
  ['acme/web:1.2.0', ['docker.io/acme/web:1.2.0']],
  ['acme/web:2.0.0', []],
  ['acme/web:latest', []],
  ['acme/web:9-alpine', ['docker.io/acme/web:9-alpine']],
  ['acme/web:wrong', ['docker.io/acme/web:wrong']],
  ['acme/api:1.2.0', []],
])('a hook for %s points at what services ask for, or would take by their policies', (image, images) => {
  expect(imagesOf(image)).toEqual(images);
});

test.each([
  ['acme/web:sha-1234567', ['1.0.0', '1-alpine', 'wrong']],
  ['acme/web:1.2.0', ['1.0.0', '1.2.0', '1-alpine', 'wrong']],
  ['acme/api:sha-1234567', []],
])('a hook for %s, one of several, points at every tag of its repository that services ask for', (image, tags) => {
  const hint = { image: parseReference(image), isOneOfSeveral: true };
  const found = matchHint(hint, [{ project, obstacle: undefined, warnings: [] }]);
  expect(found.map(({ tag }) => tag)).toEqual(tags);
});

test.each([
  ['registry.example.com/web:1', ['registry.example.com:443/web:1']],
  ['registry.example.com:443/web:1', ['registry.example.com:443/web:1']],
  ['registry.example.com:5000/web:1', []],
  ['mirror.example.com/web:1', ['registry.example.com:443/web:1']],
])('a hook for %s means the same registry with https’s own port or without it', (image, images) => {
  const secure = { ...project, services: new Map([['web', service('web', 'registry.example.com:443/web:1')]]) };
  const aliases = [['mirror.example.com', 'registry.example.com']];
  const found = matchHint(
    { image: parseReference(image) },
    [{ project: secure, obstacle: undefined, warnings: [] }],
    aliases,
  );
  expect(found.map(formatReference)).toEqual(images);
});

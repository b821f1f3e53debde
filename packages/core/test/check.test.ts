import { checkServices, formatCheck, formatModel, formatWarnings, GopdaterError, loadProject } from '@gopdater/core';
import { expect, test } from 'vitest';
import { createWorld, environment } from './world.ts';

const file = `
name: shop
services:
  web: {image: "acme/web:\${TAG-latest}", labels: {a: "\${UNSET}"}}
  own: {build: .}
  pinned: {image: "acme/api@sha256:${'a'.repeat(64)}"}
  odd: {image: "Acme/API"}
  tool: {image: acme/tool, profiles: [tools]}
  late: {image: acme/late, labels: {gopdater.window: at night}}
`;

test('says of each service whether a push can update it, and why not', async () => {
  await using world = await createWorld({ file, isUp: false });
  const checks = await checkServices({ ...world.dependencies, compose: undefined });
  expect(checks.map(({ service, image, refusal }) => [service, image, refusal])).toEqual([
    ['web', 'acme/web:latest', undefined],
    ['own', '', 'it is built only, and has no image that could be pushed.'],
    ['pinned', `acme/api@sha256:${'a'.repeat(64)}`, 'its image is pinned to a digest.'],
    ['odd', 'Acme/API', 'its image is no reference that Docker would take.'],
    ['tool', 'acme/tool', undefined],
    ['late', 'acme/late', 'label gopdater.window is “at night”, which means nothing.'],
  ]);
  const text = checks.map(formatCheck).join('\n');
  expect(text).toContain('shop/own (no image)\n  not updated: it is built only');
  expect(text).toContain('  - No active profile enables it: it is updated only while it has a container.');
  expect(formatWarnings(checks)).toEqual(['shop: The variable UNSET is not set; it is taken as empty.']);
});

test('says where Compose reads the files otherwise, or refuses them', async () => {
  await using world = await createWorld();
  const cwd = world.project.projectDirectory;
  const { model } = await loadProject({ cwd, files: [...world.project.files], environment });
  const warnings = async (config: () => Promise<string | undefined>): Promise<readonly string[]> =>
    formatWarnings(await checkServices({ ...world.dependencies, compose: { ...world.dependencies.compose, config } }));

  expect(await warnings(async () => formatModel(model))).toEqual([]);
  expect(await warnings(async () => undefined)).toEqual([]);
  expect(await warnings(async () => formatModel(model).replace('acme/web:latest', 'acme/web:2'))).toEqual([
    'shop: “docker compose config” reads the files otherwise, and is to be trusted: services.web.image is "acme/web:latest", but "acme/web:2" in Compose.',
  ]);
  const refusal = new GopdaterError('COMPOSE_FAILED', 'docker compose config: no.');
  expect(await warnings(() => Promise.reject(refusal))).toEqual([
    'shop: “docker compose config” refuses what gopdater reads, and is to be trusted: docker compose config: no.',
  ]);
  const missing = new GopdaterError('COMPOSE_NOT_FOUND', 'There is no docker.');
  expect(await warnings(() => Promise.reject(missing))).toEqual([]);
});

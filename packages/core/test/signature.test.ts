import { createMemoryStore, parseCosignKeys } from '@gopdater/core';
import { describe, expect, test } from 'vitest';
import { newKeyPair } from './key-pair.ts';
import { createWorld, deploy, pushed, rollback } from './world.ts';

const { publicKey, privateKey: key } = newKeyPair.p256();
const signatureKeys = parseCosignKeys(publicKey);

const file = (label = 'a=b') => `
name: shop
services:
  web: { image: acme/web:latest, labels: [${label}] }
`;

describe('where there is a key', () => {
  test('a signed image is moved to, and the registry asked once for all services', async () => {
    await using world = await createWorld({ file: `${file()}  twin: { image: acme/web:latest }\n` });
    world.registry.push('acme/web:latest', { version: 'v2' });
    world.registry.sign('acme/web:latest', { key });
    const before = world.registry.calls.length;
    const report = await deploy(pushed(), { ...world.dependencies, signatureKeys });
    expect(report.outcome).toBe('updated');
    const asked = world.registry.calls.slice(before).filter(({ path }) => path.endsWith('.sig'));
    expect(asked).toHaveLength(1);
  });

  test('one that is not signed waits for that, ever longer, and is refused after a quarter of an hour', async () => {
    await using world = await createWorld({ file: file() });
    const dependencies = { ...world.dependencies, signatureKeys };
    const startedAt = world.clock.now();
    world.registry.push('acme/web:latest', { version: 'v2' });
    const looks: number[] = [];
    for (;;) {
      const report = await deploy(pushed(), dependencies);
      if (report.outcome !== 'waiting' || report.waitsUntil === undefined) {
        expect(report).toMatchObject({
          outcome: 'refused',
          services: [{ detail: 'its image is not signed.', hint: expect.stringContaining('cosign sign') }],
        });
        break;
      }
      looks.push((report.waitsUntil - startedAt) / 1000);
      await world.clock.advance(report.waitsUntil - world.clock.now());
    }
    expect(looks).toEqual([15, 30, 60, 120, 240, 480, 960]);
    expect(world.steps).toEqual([]);
  });

  test('one that is signed meanwhile is moved to', async () => {
    await using world = await createWorld({ file: file() });
    const dependencies = { ...world.dependencies, signatureKeys };
    world.registry.push('acme/web:latest', { version: 'v2' });
    expect((await deploy(pushed(), dependencies)).outcome).toBe('waiting');
    world.registry.sign('acme/web:latest', { key, as: 'referrer' });
    expect((await deploy(pushed(), dependencies)).outcome).toBe('updated');
  });

  test('a signature by somebody else, and a signature of the image before, are none', async () => {
    await using world = await createWorld({ file: file() });
    const dependencies = { ...world.dependencies, signatureKeys };
    world.registry.sign('acme/web:latest', { key });
    world.registry.push('acme/web:latest', { version: 'v2' });
    expect((await deploy(pushed(), dependencies)).outcome).toBe('waiting');
    const { privateKey: other } = newKeyPair.ed25519();
    world.registry.sign('acme/web:latest', { key: other });
    await world.clock.advance(3_600_000);
    expect(await deploy(pushed(), dependencies)).toMatchObject({
      outcome: 'refused',
      services: [{ detail: 'its image is signed by no known key.' }],
    });
  });

  test.each(['v2', 'nothing'])(
    'a move that was cut off never ends in what is not signed, but in %s that was',
    async begun => {
      await using world = await createWorld({ file: file() });
      const dependencies = { ...world.dependencies, signatureKeys };
      const { engine, registry, unfinished } = dependencies;
      const container = await engine.inspectContainer(world.ids()['shop-web-1'] ?? '');
      const oldImageId = container?.imageId ?? '';
      world.registry.push('acme/web:latest', { version: 'v2' });
      if (begun === 'v2') world.registry.sign('acme/web:latest', { key });
      const digest = await registry.resolve(pushed().image);
      const moved = { project: 'shop', service: 'web', image: 'docker.io/acme/web:latest', digest, replicas: 1 };
      await unfinished?.begin({ ...moved, oldImageId });
      await engine.removeContainer(container?.id ?? '', { force: true });
      if (begun === 'v2') world.registry.push('acme/web:latest', { version: 'v3' });
      await deploy(pushed(), dependencies);
      const now = await engine.inspectContainer(world.ids()['shop-web-1'] ?? '');
      const image = await engine.inspectImage(now?.imageId ?? '');
      expect(image?.labels['org.opencontainers.image.version']).toBe(begun === 'v2' ? 'v2' : 'v1');
    },
  );

  test('a label takes a service out', async () => {
    await using world = await createWorld({ file: file('gopdater.signature=off') });
    world.registry.push('acme/web:latest', { version: 'v2' });
    expect((await deploy(pushed(), { ...world.dependencies, signatureKeys })).outcome).toBe('updated');
  });

  test('a person goes back to what was not signed', async () => {
    await using world = await createWorld({ file: file() });
    const digest = await world.dependencies.registry.resolve(pushed().image);
    const dependencies = { ...world.dependencies, signatureKeys };
    world.registry.push('acme/web:latest', { version: 'v2' });
    world.registry.sign('acme/web:latest', { key });
    expect((await deploy(pushed(), dependencies)).outcome).toBe('updated');
    const { history } = createMemoryStore();
    expect((await rollback({ service: 'web', to: digest }, { ...dependencies, history })).outcome).toBe('updated');
  });
});

test('a label that asks for a signature refuses all where there is no key', async () => {
  await using world = await createWorld({ file: file('gopdater.signature=required') });
  world.registry.push('acme/web:latest', { version: 'v2' });
  world.registry.sign('acme/web:latest', { key });
  await world.clock.advance(1);
  await deploy(pushed(), world.dependencies);
  await world.clock.advance(3_600_000);
  expect((await deploy(pushed(), world.dependencies)).outcome).toBe('refused');
});

test('what runs already, and what needs no signature, is not asked for', async () => {
  await using world = await createWorld({ file: file() });
  await deploy(pushed(), { ...world.dependencies, signatureKeys });
  world.registry.push('acme/web:latest', { version: 'v2' });
  await deploy(pushed(), world.dependencies);
  expect(world.registry.calls.filter(({ path }) => /\.sig|referrers/.test(path))).toEqual([]);
});

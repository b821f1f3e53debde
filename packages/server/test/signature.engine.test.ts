import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSqliteStore, deploy, parseReference } from '@gopdater/core';
import { createParts, readConfig } from '@gopdater/server';
import { expect, test } from 'vitest';
import { docker, provided, pushToRegistry, signInRegistry } from '../../../test/engine.ts';

const file = `
name: signed
services:
  web:
    image: acme/signed:latest
    deploy:
      update_config: { monitor: 500ms }
`;
const { privateKey, publicKey } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

test('what is not signed yet in a real registry waits, and moves once it is', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'signed-'));
  await writeFile(join(directory, 'compose.yml'), file);
  const compose = async (...args: readonly string[]) =>
    await docker('compose', '--project-directory', directory, ...args);
  const store = await createSqliteStore(join(directory, 'gopdater.db'));
  try {
    await pushToRegistry('acme/signed:latest', 'v1');
    await compose('up', '--detach');
    const config = readConfig({
      ...process.env,
      REGISTRY_MIRROR: `http://${provided('GOPDATER_REGISTRY')}`,
      GOPDATER_COMPOSE_FILE: join(directory, 'compose.yml'),
      GOPDATER_COSIGN_KEY: publicKey,
    });
    const parts = await createParts(config, { cwd: directory, program: [] });
    const push = async () =>
      await deploy({ deliveryId: 'push', image: parseReference('acme/signed:latest') }, { ...parts, ...store });
    const environment = async () => await compose('exec', '--no-TTY', 'web', '/bin/busybox', 'env');
    await pushToRegistry('acme/signed:latest', 'v2');
    expect(await push()).toMatchObject({ outcome: 'waiting', waitsUntil: expect.any(Number) });
    expect(await environment()).toContain('VERSION=v1\n');
    await signInRegistry('acme/signed:latest', privateKey);
    expect(await push()).toMatchObject({ outcome: 'updated' });
    expect(await environment()).toContain('VERSION=v2\n');
  } finally {
    await store.close();
    await compose('down', '--timeout', '0', '--rmi', 'all');
    await rm(directory, { recursive: true });
  }
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createDockerConfigCredentials,
  createDockerodeEngine,
  createRegistry,
  formatReference,
  parseReference,
} from '@gopdater/core';
import { FakeRegistry } from '@gopdater/testing';
import { expect, test } from 'vitest';
import { docker, provided } from '../../../test/engine.ts';

const user = { username: 'me', password: 'pass:word' };
const helper = (username: string, secret: string) => `#!/bin/sh
read -r server
[ "$1" = get ] && [ "$server" = "$HOST" ] || exit 1
echo '{"ServerURL":"","Username":"${username}","Secret":"${secret}"}'
`;

test.each([
  ['wants a name and a password', 'basic', user, { script: helper('me', 'pass:word') }],
  ['gives tokens for a name and a password', 'token', user, { script: helper('me', 'pass:word') }],
  [
    'gives tokens for an identity token',
    'token',
    { identityToken: 'refresh' },
    { script: helper('<token>', 'refresh') },
  ],
  ['takes a token', 'token', { registryToken: 'bearer' }, { entry: { registrytoken: 'bearer' } }],
] as const)('an image is pulled from a registry that %s', async (_, kind, who, login) => {
  await using registry = new FakeRegistry();
  await registry.listen();
  const { digest } = registry.push('acme/private:1');
  if (kind === 'basic') registry.requireBasic(user);
  else registry.requireToken(who);

  const directory = await mkdtemp(join(tmpdir(), 'docker-config-'));
  const config = 'script' in login ? { credsStore: 'test' } : { auths: { [registry.host]: login.entry } };
  await writeFile(join(directory, 'config.json'), JSON.stringify(config));
  if ('script' in login) await writeFile(join(directory, 'docker-credential-test'), login.script, { mode: 0o755 });
  const environment = { PATH: `${directory}:/usr/bin:/bin`, HOST: registry.host };
  const credentials = createDockerConfigCredentials(directory, { environment });

  const image = parseReference(`${registry.host}/acme/private:1`);
  const engine = createDockerodeEngine({ host: provided('DOCKER_HOST') });
  const reference = formatReference({ ...image, digest: undefined });
  try {
    expect(await createRegistry({ credentials }).resolve(image)).toBe(digest);
    await expect(engine.pullImage(reference)).rejects.toMatchObject({ code: 'PULL_FAILED' });
    await engine.pullImage(reference, { credentials: await credentials.get(image.registry) });
    expect((await engine.inspectImage(reference))?.digests).toEqual([digest]);
  } finally {
    await docker('rmi', '--force', reference);
    await rm(directory, { recursive: true });
  }
});

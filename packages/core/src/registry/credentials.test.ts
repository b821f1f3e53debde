import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createDockerConfigCredentials } from './credentials.ts';

/** A folder with a config.json and credential helpers, each the body of a shell script. */
async function createFolder(config: unknown, helpers: Readonly<Record<string, string>> = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'docker-config-'));
  const bin = join(directory, 'bin');
  await mkdir(bin);
  for (const [name, script] of Object.entries(helpers)) {
    await writeFile(join(bin, `docker-credential-${name}`), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  const file = join(directory, 'config.json');
  const write = async (text: string) => {
    // As “docker login” does.
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
  };
  await write(typeof config === 'string' ? config : JSON.stringify(config));
  return {
    directory,
    file,
    write,
    store: (helperTimeoutMs?: number) =>
      createDockerConfigCredentials(directory, {
        environment: { PATH: `${bin}:/usr/bin:/bin`, REGION: 'eu' },
        helperTimeoutMs,
      }),
    [Symbol.asyncDispose]: async () => await rm(directory, { recursive: true }),
  };
}

/** A zombie has ended; nobody has asked how yet. */
const isAlive = (pid: number) =>
  /^[^Z]/.test(spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim());

const base64 = (text: string) => Buffer.from(text).toString('base64');
const auth = base64('me:pass:word');
const hub = 'https://index.docker.io/v1/';
const secret = 'hunter2';

describe('an entry of config.json', () => {
  test.each([
    ['https://index.docker.io/v1/', 'docker.io', hub],
    ['https://index.docker.io/v1', 'docker.io', hub],
    ['index.docker.io', 'docker.io', hub],
    ['https://index.docker.io', 'docker.io', hub],
    ['docker.io', 'docker.io', hub],
    ['https://docker.io/', 'docker.io', hub],
    ['registry-1.docker.io', 'docker.io', hub],
    ['https://registry-1.docker.io/v2/', 'docker.io', hub],
    ['ghcr.io', 'ghcr.io', 'ghcr.io'],
    ['GHCR.io', 'ghcr.io', 'ghcr.io'],
    ['https://ghcr.io', 'ghcr.io', 'ghcr.io'],
    ['https://ghcr.io/', 'ghcr.io', 'ghcr.io'],
    ['http://ghcr.io', 'ghcr.io', 'ghcr.io'],
    ['ghcr.io/', 'ghcr.io', 'ghcr.io'],
    ['ghcr.io/v1/', 'ghcr.io', 'ghcr.io'],
    ['https://ghcr.io/v2/', 'ghcr.io', 'ghcr.io'],
    ['https://ghcr.io/acme', 'ghcr.io', 'ghcr.io'],
    ['registry.example.com:5000', 'registry.example.com:5000', 'registry.example.com:5000'],
    ['https://registry.example.com:5000/v2', 'registry.example.com:5000', 'registry.example.com:5000'],
  ])('under %s is for %s', async (key, registry, serverAddress) => {
    await using folder = await createFolder({ auths: { [key]: { auth } } });
    expect(await folder.store().get(registry)).toEqual({ username: 'me', password: 'pass:word', serverAddress });
  });

  test.each([
    ['ghcr.io', 'docker.io'],
    ['https://index.docker.io/v1/refresh-token', 'docker.io'],
    ['registry.example.com', 'registry.example.com:5000'],
    ['registry.example.com:5000', 'registry.example.com'],
    ['notghcr.io', 'ghcr.io'],
    ['https://example.com/ghcr.io', 'ghcr.io'],
  ])('under %s is not for %s', async (key, registry) => {
    await using folder = await createFolder({ auths: { [key]: { auth } } });
    expect(await folder.store().get(registry)).toBeUndefined();
  });

  test('under Docker’s own key goes first, and an empty one says nothing', async () => {
    const other = base64('other:word');
    await using both = await createFolder({ auths: { 'https://ghcr.io': { auth: other }, 'ghcr.io': { auth } } });
    expect(await both.store().get('ghcr.io')).toMatchObject({ username: 'me' });
    await using empty = await createFolder({ auths: { 'https://ghcr.io': { auth: other }, 'ghcr.io': {} } });
    expect(await empty.store().get('ghcr.io')).toMatchObject({ username: 'other' });
  });

  test.each([
    [{ auth }, { username: 'me', password: 'pass:word' }],
    [
      { username: 'me', password: 'word' },
      { username: 'me', password: 'word' },
    ],
    [
      { auth, username: 'old', password: 'old' },
      { username: 'me', password: 'pass:word' },
    ],
    [{ auth: base64('me:'), identitytoken: 'refresh' }, { identityToken: 'refresh' }],
    [{ auth, registrytoken: 'bearer', identitytoken: 'refresh' }, { registryToken: 'bearer' }],
    [{ auth: '' }, undefined],
    [{ username: 'me' }, undefined],
    ['nonsense', undefined],
  ])('%j', async (entry, expected) => {
    await using folder = await createFolder({ auths: { 'ghcr.io': entry } });
    expect(await folder.store().get('ghcr.io')).toEqual(expected && { ...expected, serverAddress: 'ghcr.io' });
  });

  test('that is no user and password is an error that does not quote it', async () => {
    await using folder = await createFolder({ auths: { 'ghcr.io': { auth: base64(secret) } } });
    const error: unknown = await folder
      .store()
      .get('ghcr.io')
      .catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(folder.file) });
    expect(inspect(error, { depth: 9 })).not.toMatch(new RegExp(`${secret}|${base64(secret)}`));
  });
});

describe('config.json', () => {
  test('is read again after each login', async () => {
    await using folder = await createFolder({});
    const store = folder.store();
    expect(await store.get('ghcr.io')).toBeUndefined();
    await folder.write(JSON.stringify({ auths: { 'ghcr.io': { auth } } }));
    expect(await store.get('ghcr.io')).toMatchObject({ username: 'me' });
    await rm(folder.file);
    expect(await store.get('ghcr.io')).toBeUndefined();
  });

  test('that is not there, or empty, says nothing', async () => {
    expect(await createDockerConfigCredentials('/no/such/folder').get('ghcr.io')).toBeUndefined();
    await using folder = await createFolder(' \n');
    expect(await folder.store().get('ghcr.io')).toBeUndefined();
  });

  test.each([`{"auths": {"ghcr.io": {"auth": "${secret}"`, `["${secret}"]`, `"${secret}"`, 'null'])(
    'that is broken is an error that does not quote it: %s',
    async text => {
      await using folder = await createFolder(text);
      const error: unknown = await folder
        .store()
        .get('ghcr.io')
        .catch((cause: unknown) => cause);
      expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: `${folder.file} is no JSON object.` });
      expect(inspect(error, { depth: 9 })).not.toContain(secret);
    },
  );

  test('that Docker made a folder of says so', async () => {
    await using folder = await createFolder({});
    await rm(folder.file);
    await mkdir(folder.file);
    await expect(folder.store().get('ghcr.io')).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      hint: expect.stringContaining('folder'),
    });
  });
});

describe('a credential helper', () => {
  /** Answers with what it was asked for and how. */
  const echo = (name: string) => `read -r server
printf '{"ServerURL":"%s","Username":"${name} %s %s %s","Secret":"${secret}"}' "$server" "$1" "$server" "$REGION"`;
  const lost = 'echo "credentials not found in native keychain"; exit 1';

  test.each([
    ['ghcr.io', 'ghcr.io', 'ghcr.io'],
    ['docker.io', hub, hub],
    ['docker.io', 'docker.io', hub],
    ['registry.example.com:5000', 'https://registry.example.com:5000', 'registry.example.com:5000'],
  ])('for %s, under %s, is asked for %s', async (registry, key, server) => {
    await using folder = await createFolder({ credHelpers: { [key]: 'one' } }, { one: echo('one') });
    expect(await folder.store().get(registry)).toEqual({
      username: `one get ${server} eu`,
      password: secret,
      serverAddress: server,
    });
  });

  test('is the registry’s own, else that for all, else the file is asked', async () => {
    await using folder = await createFolder(
      { auths: { 'ghcr.io': { auth }, 'quay.io': { auth } }, credHelpers: { 'ghcr.io': 'one' }, credsStore: 'all' },
      { one: echo('one'), all: echo('all') },
    );
    const store = folder.store();
    expect(await store.get('ghcr.io')).toMatchObject({ username: 'one get ghcr.io eu' });
    expect(await store.get('quay.io')).toMatchObject({ username: 'all get quay.io eu' });
    await folder.write(JSON.stringify({ auths: { 'quay.io': { auth } }, credHelpers: { 'ghcr.io': 'one' } }));
    expect(await store.get('quay.io')).toMatchObject({ username: 'me' });
  });

  test('with an empty name means the file', async () => {
    await using folder = await createFolder(
      { auths: { 'ghcr.io': { auth } }, credHelpers: { 'ghcr.io': '' }, credsStore: 'all' },
      { all: echo('all') },
    );
    expect(await folder.store().get('ghcr.io')).toMatchObject({ username: 'me' });
  });

  test('gives an identity token under the name <token>', async () => {
    const script = `echo '{"ServerURL":"","Username":"<token>","Secret":"refresh"}'`;
    await using folder = await createFolder({ credsStore: 'all' }, { all: script });
    expect(await folder.store().get('ghcr.io')).toEqual({ identityToken: 'refresh', serverAddress: 'ghcr.io' });
  });

  test.each([lost, 'echo "{}"', `echo '{"ServerURL":"","Username":"","Secret":""}'`])(
    'that knows nobody has the last word: %s',
    async script => {
      await using folder = await createFolder({ auths: { 'ghcr.io': { auth } }, credsStore: 'all' }, { all: script });
      expect(await folder.store().get('ghcr.io')).toBeUndefined();
    },
  );

  test('is asked each time: tokens end', async () => {
    const script = `cat >/dev/null; dir="\${0%/*}"; echo x >>"$dir/count"
printf '{"Username":"me","Secret":"%s"}' "$(wc -l <"$dir/count" | tr -d ' ')"`;
    await using folder = await createFolder({ credsStore: 'all' }, { all: script });
    const store = folder.store();
    expect(await store.get('ghcr.io')).toMatchObject({ password: '1' });
    expect(await store.get('ghcr.io')).toMatchObject({ password: '2' });
  });

  test.each([
    ['fails', `echo ${secret}; echo ${secret} >&2; exit 3`, 'ended with exit code 3'],
    ['is killed', `echo ${secret}; kill -9 $$`, 'was killed'],
    ['answers no JSON', `echo '{"Secret":"${secret}'`, 'gave an answer that is no JSON'],
  ])('that %s is an error without a secret', async (_, script, what) => {
    await using folder = await createFolder({ credsStore: 'all' }, { all: script });
    const error: unknown = await folder
      .store()
      .get('ghcr.io')
      .catch((cause: unknown) => cause);
    expect(error).toMatchObject({
      code: 'CREDENTIALS_FAILED',
      message: `The credential helper docker-credential-all for ghcr.io ${what}.`,
      hint: expect.stringContaining('“echo ghcr.io | docker-credential-all get”'),
    });
    expect(inspect(error, { depth: 9 })).not.toContain(secret);
  });

  test('that is not there knows nobody, and is named as the obstacle until it is there', async () => {
    await using folder = await createFolder({ credsStore: 'all', auths: { 'ghcr.io': { auth } } });
    const store = folder.store();
    expect(await store.get('ghcr.io')).toBeUndefined();
    expect(store.obstacle?.('docker.io')).toBeUndefined();
    expect(store.obstacle?.('ghcr.io')).toMatchObject({
      code: 'CREDENTIALS_FAILED',
      message: 'The credential helper docker-credential-all for ghcr.io is not in the PATH.',
    });
    const answer = JSON.stringify({ Username: 'me', Secret: secret });
    const program = join(folder.directory, 'bin/docker-credential-all');
    await writeFile(program, `#!/bin/sh\necho '${answer}'\n`);
    await chmod(program, 0o755);
    expect(await store.get('ghcr.io')).toMatchObject({ username: 'me' });
    expect(store.obstacle?.('ghcr.io')).toBeUndefined();
  });

  test('that is not executable says so', async () => {
    await using folder = await createFolder({ credsStore: 'all' });
    const program = join(folder.directory, 'bin/docker-credential-all');
    await writeFile(program, '#!/bin/sh\n');
    await chmod(program, 0o644);
    await expect(folder.store().get('ghcr.io')).rejects.toMatchObject({
      code: 'CREDENTIALS_FAILED',
      message: 'The credential helper docker-credential-all for ghcr.io cannot be run.',
    });
  });

  test('that hangs is given up', async () => {
    await using folder = await createFolder({ credsStore: 'all' }, { all: 'sleep 600' });
    await expect(folder.store(100).get('ghcr.io')).rejects.toMatchObject({
      code: 'CREDENTIALS_FAILED',
      message: expect.stringContaining('gave no answer within 100 ms'),
    });
  });

  test('is stopped by the signal, with what it started', async () => {
    const script = 'sleep 600 & echo $! >"${0%/*}/pid"; wait';
    await using folder = await createFolder({ credsStore: 'all' }, { all: script });
    const stop = new AbortController();
    const asked = folder.store().get('ghcr.io', { signal: stop.signal });
    const pid = async () => Number(await readFile(join(folder.directory, 'bin/pid'), 'utf8').catch(() => ''));
    await expect.poll(pid).toBeGreaterThan(0);
    stop.abort();
    await expect(asked).rejects.toMatchObject({ code: 'ABORTED' });
    const child = await pid();
    await expect.poll(() => isAlive(child)).toBe(false);
  });

  test('is not even started after the signal', async () => {
    await using folder = await createFolder({ credsStore: 'none' });
    await expect(folder.store().get('ghcr.io', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORTED',
    });
  });

  test.each(['../evil', '/bin/evil', 'a b', '-x', 'a;b', '.', 7, {}])(
    'is not run where its name cannot be one: %j',
    async name => {
      await using folder = await createFolder({ credHelpers: { 'ghcr.io': name } });
      await expect(folder.store().get('ghcr.io')).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining(folder.file),
      });
    },
  );
});

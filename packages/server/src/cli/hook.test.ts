import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { senders } from '@gopdater/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startHookServer } from '../../test/hook-server.ts';
import { runProgram } from '../../test/run-program.ts';
import { createScreen } from '../../test/screen.ts';
import { places } from '../hook/registry-settings.ts';
import { createProgram } from './program.ts';

const secret = '0123456789abcdef0123456789abcdef';
const whsec = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hook-'));
});
afterEach(async () => await rm(directory, { recursive: true }));

const run = async (args: readonly string[], environment: Readonly<Record<string, string>>, stdin = '') =>
  await runProgram(['hook', ...args], { cwd: directory, environment, stdin });

/** Variables of one receiver with that sender and way. */
function receiver(name: string, sender: string, authentication?: string, more: Readonly<Record<string, string>> = {}) {
  const prefix = `GOPDATER_RECEIVER_${name.toUpperCase().replaceAll('-', '_')}_`;
  const secrets: Readonly<Record<string, string>> = { basic: `ci:${secret}`, 'standard-webhooks': whsec };
  const kind = authentication ?? senders.get(sender)?.authentications[0]?.kind ?? '';
  const all = {
    ...{ SENDER: sender, AUTHENTICATION: kind },
    ...(kind === 'sns' || kind === 'oidc' ? {} : { SECRET: secrets[kind] ?? secret }),
    ...more,
  };
  return Object.fromEntries(Object.entries(all).map(([key, value]) => [prefix + key, value]));
}

const github = { GOPDATER_RECEIVERS: 'ghcr', ...receiver('ghcr', 'github') };

describe('gopdater hook url', () => {
  const environment = {
    ...{
      HOOK_SECRET: secret,
      GOPDATER_RECEIVERS: 'ghcr,quay',
      GOPDATER_PUBLIC_URL: 'https://ops.example.com/hooks-in/',
    },
    ...receiver('ghcr', 'github'),
    ...receiver('quay', 'quay'),
  };

  test('prints each receiver’s URL below the public one, with the secret only where it is in the path', async () => {
    const { output } = await run(['url'], environment);
    const urls = [...output.matchAll(/https?:\S+/g)].map(([url]) => url);
    expect(urls).toEqual([
      `https://ops.example.com/hooks-in/hooks/docker-hub/${secret}`,
      'https://ops.example.com/hooks-in/hooks/ghcr',
      `https://ops.example.com/hooks-in/hooks/quay/${secret}`,
    ]);
    expect(output.split(secret)).toHaveLength(3);
    expect(output).toContain('content type: application/json');
    expect(output).toContain('secret (Secret): what GOPDATER_RECEIVER_GHCR_SECRET holds');
    expect(output).toContain('events: Registry packages');
  });

  test('prints one receiver’s, with a place for the secret if it is to be hidden', async () => {
    const { output } = await run(['url', 'quay', '--hide-secret'], environment);
    expect(output).toContain('https://ops.example.com/hooks-in/hooks/quay/<secret>');
    expect(output).not.toContain(secret);
    expect(JSON.parse((await run(['url', 'ghcr', '--json'], environment)).output)).toMatchObject([
      { name: 'ghcr', sender: 'github', authentication: 'hmac', urls: ['https://ops.example.com/hooks-in/hooks/ghcr'] },
    ]);
  });

  test('prints one for each secret while one takes the place of another', async () => {
    const second = secret.split('').reverse().join('');
    const { output } = await run(['url', 'quay'], {
      ...environment,
      GOPDATER_RECEIVER_QUAY_SECRET: `${secret}\n${second}`,
    });
    expect(output).toContain(`/hooks/quay/${secret}\n`);
    expect(output).toContain(`/hooks/quay/${second}\n`);
  });

  test.each([
    [{}, 'http://HOST:8000/hooks/ghcr'],
    [{ HOST: '127.0.0.1', PORT: '9000' }, 'http://127.0.0.1:9000/hooks/ghcr'],
    [{ HOST: '::1', GOPDATER_TLS_CERT: 'x', GOPDATER_TLS_KEY: 'x' }, 'https://[::1]:8000/hooks/ghcr'],
  ])('says that no public URL is set, with %j', async (more, url) => {
    const { output } = await run(['url'], { ...github, ...more });
    expect(output).toContain('GOPDATER_PUBLIC_URL is not set');
    expect(output).toContain(url);
  });

  test('warns of the open door', async () => {
    const { output } = await run(['url'], { OWNER: 'acme' });
    expect(output).toContain('http://HOST:8000/\n');
    expect(output).toContain('set HOOK_SECRET');
  });

  test('names the receivers there are for one that is not', async () => {
    await expect(run(['url', 'none'], environment)).rejects.toMatchObject({
      code: 'RECEIVER_NOT_FOUND',
      hint: 'It is one of docker-hub, ghcr, quay.',
    });
    await expect(run(['url'], {})).rejects.toMatchObject({ hint: expect.stringContaining('HOOK_SECRET') });
  });

  test('knows what to set for every sender', () => {
    expect(Object.keys(places)).toEqual([...senders.keys()]);
  });
});

describe('gopdater hook send', () => {
  const images: Readonly<Record<string, string>> = {
    ecr: '123456789012.dkr.ecr.us-west-2.amazonaws.com/acme/web:1.4',
    nexus: 'nexus.example.com/acme/web:1.4',
  };
  const ways = [...senders.values()].flatMap(({ name, authentications }) =>
    [...new Set(authentications.map(({ kind }) => kind))].map(kind => [name, kind] as const),
  );
  const more = (name: string) => (name === 'nexus' ? { HOSTS: 'hosted=nexus.example.com' } : undefined);

  test.each(ways.filter(([, kind]) => kind !== 'sns' && kind !== 'oidc'))(
    'is taken as %s by %s',
    async (name, kind) => {
      const environment = { GOPDATER_RECEIVERS: 'test', ...receiver('test', name, kind, more(name)) };
      const image = images[name] ?? 'docker.io/acme/web:1.4';
      await using server = await startHookServer(environment);
      const { output, exitCode } = await run(['send', 'test', image, '--to', server.url], environment);
      expect(output).toContain('\n202 {');
      expect(exitCode).toBe(0);
      expect(server.announced).toEqual([image]);
      for (const hidden of [secret, whsec]) expect(output).not.toContain(hidden);
    },
  );

  test('goes to the server of this machine; without an image nothing is rolled out, and that is fine', async () => {
    await using server = await startHookServer({ ...github, GOPDATER_RECEIVER_GHCR_OWNERS: 'acme' }, () => false);
    const environment = { ...github, GOPDATER_RECEIVER_GHCR_OWNERS: 'acme', PORT: new URL(server.url).port };
    expect(await run(['send', 'ghcr'], environment)).toMatchObject({
      output: expect.stringContaining('"outcome":"unused"'),
      exitCode: 0,
    });
    expect(server.announced).toEqual(['ghcr.io/acme/gopdater-test:gopdater-test']);
    expect(await run(['send', 'ghcr', 'ghcr.io/acme/web:1'], environment)).toMatchObject({ exitCode: 3 });
  });

  test('takes the open door as it is', async () => {
    await using server = await startHookServer({ OWNER: 'acme' });
    expect(await run(['send', '/', 'acme/web', '--to', server.url], { OWNER: 'acme' })).toMatchObject({ exitCode: 0 });
    expect(await run(['send', '/', 'other/web', '--to', server.url], { OWNER: 'acme' })).toMatchObject({ exitCode: 2 });
  });

  test('says what a refusal may come from', async () => {
    await using server = await startHookServer(github);
    const environment = { ...github, GOPDATER_RECEIVER_GHCR_SECRET: 'another-secret-than-its' };
    const { output, exitCode } = await run(['send', 'ghcr', '--to', server.url], environment);
    expect([output.split('\n')[1]?.slice(0, 3), exitCode]).toEqual(['401', 2]);
    expect(output).toContain('another secret');
    expect(output).not.toContain('another-secret-than-its');
  });

  test('sends a body, and a captured request signed anew', async () => {
    await using server = await startHookServer({ GOPDATER_RECEIVERS: 'ci', ...receiver('ci', 'generic', 'hmac') });
    const environment = { GOPDATER_RECEIVERS: 'ci', ...receiver('ci', 'generic', 'hmac') };
    await writeFile(join(directory, 'body.json'), '{"image": "acme/web:2"}');
    await writeFile(
      join(directory, 'request.txt'),
      'POST /hooks/ci HTTP/1.1\nHost: x\nContent-Length: 23\nX-Signature: sha256=old\nIdempotency-Key: 7\n\n{"image": "acme/web:3"}\n',
    );
    for (const file of ['body.json', 'request.txt']) {
      const { output } = await run(['send', 'ci', '--to', server.url, '--sample', file], environment);
      expect(output, output).toContain('\n202 ');
    }
    expect(server.announced).toEqual(['docker.io/acme/web:2', 'docker.io/acme/web:3']);
    await expect(run(['send', 'ci', 'acme/web', '--sample', 'body.json'], environment)).rejects.toThrow('Both');
    await expect(run(['send', 'ci', '--sample', 'none.json'], environment)).rejects.toThrow('none.json cannot be read');
  });

  test.each([
    ['ecr', 'sns', { TOPICS: 'arn:aws:sns:us-west-2:123456789012:t' }, 'aws sns publish --topic-arn arn:aws:sns'],
    [
      'google',
      'oidc',
      { AUDIENCE: 'a', EMAIL: 'b' },
      'gcloud pubsub topics publish gcr --message \'{"action":"INSERT"',
    ],
  ])('says of %s by %s who holds the key, and how to have it send', async (name, kind, variables, words) => {
    const environment = { GOPDATER_RECEIVERS: 'test', ...receiver('test', name, kind, variables) };
    await expect(run(['send', 'test'], environment)).rejects.toMatchObject({
      code: 'SAMPLE_IMPOSSIBLE',
      hint: expect.stringContaining(words),
    });
  });

  test('says where nobody answers, without the secret of the path', async () => {
    const environment = { HOOK_SECRET: secret, HOST: '127.0.0.1', PORT: '1' };
    const failure = run(['send', 'docker-hub'], environment);
    await expect(failure).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
    await expect(failure).rejects.toThrow('http://127.0.0.1:1/hooks/docker-hub/<secret>');
    await expect(run(['send', 'docker-hub', '--to', 'ftp://x'], environment)).rejects.toThrow('no http URL');
  });
});

describe('gopdater hook verify', () => {
  const body = '{"image":"ghcr.io/acme/web:1.4"}';
  const signed = (text: string) => `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`;
  const ci = { GOPDATER_RECEIVERS: 'ci', ...receiver('ci', 'generic', 'hmac') };
  const request = (headers: Readonly<Record<string, string>>, path = '/hooks/ci', content = body) =>
    JSON.stringify({ method: 'POST', path, headers, body: content });
  const compose = `name: shop\nservices:\n  web:\n    image: ghcr.io/acme/web:1.4\n  old:\n    image: ghcr.io/acme/web:1.3\n`;
  beforeEach(async () => await writeFile(join(directory, 'compose.yml'), compose));
  const verify = async (
    text: string,
    environment: Readonly<Record<string, string>> = ci,
    args: readonly string[] = [],
  ) => {
    const result = await run(['verify', 'ci', ...args], environment, text);
    expect(result.output).not.toContain(secret);
    expect(result.output).not.toMatch(/[0-9a-f]{64}/);
    return result;
  };

  test('says step by step what a delivery would do', async () => {
    const { output, exitCode } = await verify(request({ 'X-Signature': signed(body) }));
    expect(output.split('\n')).toEqual([
      '✓ It goes to /hooks/ci, which is this receiver’s.',
      '✓ It proves that it is generic’s (hmac).',
      '✓ It is a delivery as generic writes it.',
      '✓ It announces ghcr.io/acme/web:1.4, which shop/web uses.',
      'It is taken. Its sender gets 202.',
    ]);
    expect(exitCode).toBe(0);
  });

  test('says which service comes near an image that none uses', async () => {
    const other = '{"image":"registry.internal/acme/web:1.5"}';
    const { output, exitCode } = await verify(request({ 'x-signature': signed(other) }, '/hooks/ci', other));
    expect(output).toContain('· It announces registry.internal/acme/web:1.5, which no watched service uses.');
    expect(output).toContain('GOPDATER_REGISTRY_ALIASES');
    expect(exitCode).toBe(3);
    const tag = '{"image":"ghcr.io/acme/web:1.5"}';
    expect((await verify(request({ 'x-signature': signed(tag) }, '/hooks/ci', tag))).output).toContain(
      '· shop/web uses ghcr.io/acme/web:1.4.',
    );
  });

  test.each([
    ['no signature', request({ 'x-hub-signature': 'sha1=0' }), 'x-signature was not sent', 'it has x-hub-signature'],
    ['another signature', request({ 'x-signature': signed('{}') }), 'not of this body', 'GOPDATER_RECEIVER_CI_SECRET'],
    ['half a signature', request({ 'x-signature': 'sha256=00' }), 'hexadecimal digits', ''],
    [
      'an added line’s end',
      request({ 'x-signature': signed(body) }, '/hooks/ci', `${body}\n`),
      'not of this body',
      'without the line’s end',
    ],
    ['another path', request({ 'x-signature': signed(body) }, '/hooks/ghcr/abc'), 'it goes to /hooks/ghcr,', ''],
    ['no hook’s path', request({ 'x-signature': signed(body) }, '/other'), 'Its sender gets 404', ''],
    ['more behind it', request({ 'x-signature': signed(body) }, '/hooks/ci/a/b'), 'more behind', ''],
    ['GET', JSON.stringify({ method: 'GET', headers: { a: 'b' } }), 'Its sender gets 405', ''],
    ['a packed body', request({ 'content-encoding': 'gzip' }), 'Its sender gets 415', ''],
    ['no JSON', request({ 'x-signature': signed('hello') }, '/hooks/ci', 'hello'), 'Its sender gets 400', ''],
  ])('explains why it is refused: %s', async (_, text, words, hint) => {
    const { output, exitCode } = await verify(text);
    expect(output.toLowerCase()).toContain(words.toLowerCase());
    expect(output).toContain(hint);
    expect(output).toContain('It is refused.');
    expect(exitCode).toBe(2);
  });

  test('says whose it would be', async () => {
    const more = { ...ci, GOPDATER_RECEIVERS: 'ci,other', ...receiver('other', 'generic', 'bearer') };
    const { output } = await run(['verify', 'ci'], more, request({ authorization: `Bearer ${secret}` }, '/hooks/ci'));
    expect(output).toContain('It would be proved for the receiver other, at /hooks/other.');
  });

  test('looks at an old one as of when it was sent', async () => {
    const standard = { GOPDATER_RECEIVERS: 'ci', ...receiver('ci', 'generic', 'standard-webhooks') };
    const key = Buffer.from(whsec.slice(6), 'base64');
    const signature = createHmac('sha256', key).update(`msg_1.1767225600.${body}`).digest('base64');
    const text = request({
      'webhook-id': 'msg_1',
      'webhook-timestamp': '1767225600',
      'webhook-signature': `v1,${signature}`,
    });
    const late = await verify(text, standard, ['--now', '2026-01-01T00:06:00Z']);
    expect(late).toMatchObject({ exitCode: 2, output: expect.stringContaining('360 seconds away') });
    expect(late.output).toContain('--now 1767225600');
    expect(late.output).not.toContain(signature);
    expect(await verify(text, standard, ['--now', '1767225600'])).toMatchObject({ exitCode: 0 });
    await expect(verify(text, standard, ['--now', 'soon'])).rejects.toThrow();
  });

  test('says what is ignored, and what is not this receiver’s to announce', async () => {
    const limited = { ...ci, GOPDATER_RECEIVER_CI_OWNERS: 'other' };
    const { output, exitCode } = await verify(request({ 'x-signature': signed(body) }), limited);
    expect(output).toContain('ghcr.io/acme/web:1.4 is not this receiver’s to announce; OWNERS and REPOSITORIES');
    expect(exitCode).toBe(3);
    const untagged = JSON.stringify({ image: `acme/web@sha256:${'0'.repeat(64)}` });
    expect((await verify(request({ 'x-signature': signed(untagged) }, '/hooks/ci', untagged))).output).toContain(
      'Ignored: the push has no tag.',
    );
  });

  test('says that the services are not known where no project can be read', async () => {
    await writeFile(join(directory, 'compose.yml'), 'services: [');
    const { output, exitCode } = await verify(request({ 'x-signature': signed(body) }));
    expect(output).toContain('which services use that is not known here');
    expect(exitCode).toBe(0);
  });

  test.each([
    [
      'with its first line',
      `POST /hooks/ci HTTP/1.1\r\nHost: x\r\nX-Signature: ${signed(body)}\r\nContent-Length: 32\r\n\r\n${body}`,
    ],
    [
      'with lines’ ends of files, and one more behind it',
      `POST /hooks/ci HTTP/1.1\nX-Signature: ${signed(body)}\nContent-Length: 32\n\n${body}\n`,
    ],
    ['without its first line', `X-Signature: ${signed(body)}\n\n${body}`],
    ['behind the line of an answer', `HTTP/1.1 200 OK\r\nX-Signature: ${signed(body)}\r\n\r\n${body}`],
    [
      'in chunks',
      `POST /hooks/ci HTTP/1.1\r\nX-Signature: ${signed(body)}\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n${body.slice(0, 16)}\r\n10\r\n${body.slice(16)}\r\n0\r\n\r\n`,
    ],
    [
      'as JSON with a URL and lists',
      JSON.stringify({ url: 'https://x.example.com/hooks/ci', headers: { 'x-signature': [signed(body)] }, body }),
    ],
    ['as JSON with pairs', JSON.stringify({ headers: [['x-signature', signed(body)]], body })],
  ])('reads a capture %s', async (_, text) => {
    expect(await verify(text)).toMatchObject({ exitCode: 0 });
    await writeFile(join(directory, 'capture'), text);
    expect((await run(['verify', 'ci', 'capture', '--json'], ci)).output).toContain('"verdict": "accepted"');
  });

  test.each(['', 'nonsense', 'POST / HTTP/1.1\r\n\r\n', '{"a": 1}', 'no header\n\n{}'])(
    'reads none in %j',
    async text => {
      await expect(verify(text)).rejects.toMatchObject({ code: 'DELIVERY_INVALID' });
    },
  );

  test('says where the capture is not what came over the wire', async () => {
    const short = `POST /hooks/ci HTTP/1.1\r\nX-Signature: ${signed(body)}\r\nContent-Length: 40\r\n\r\n${body}`;
    expect((await verify(short)).output).toContain('The body breaks off: it has 32 of the 40 bytes');
    const parsed = JSON.stringify({ headers: { 'x-signature': 'sha256=0' }, body: { image: 'acme/web' } });
    expect((await verify(parsed)).output).toContain('a signature will not fit');
  });
});

test.each(['url', 'send', 'verify'])('gopdater hook %s explains itself, and its exit codes', command => {
  const printed: string[] = [];
  const { stream: stdout } = createScreen();
  const context = { environment: {}, cwd: directory, program: [], stdout, stdin: Readable.from([]), fail() {} };
  const program = createProgram({ ...context, print: text => printed.push(text) });
  const hook = program.commands.find(known => known.name() === 'hook');
  hook?.commands.find(known => known.name() === command)?.outputHelp();
  expect(printed.join('')).toContain(`gopdater hook ${command}`);
  expect(printed.join('')).toContain('--json');
  if (command !== 'url') expect(printed.join('')).toContain('  2  refused');
});

import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import {
  type Clock,
  createMemoryStore,
  type Hint,
  type ImagePushed,
  type Receiver,
  senders,
  systemClock,
} from '@gopdater/core';
import { VirtualClock } from '@gopdater/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { maxBodyBytes } from '../http/limits.ts';
import { Problem } from '../http/problem.ts';
import { type HttpServer, type ListenOptions, listen } from '../http/server.ts';
import { silentLogger } from '../log.ts';
import type { HookOptions } from '../receivers/entrances.ts';
import { healthRoute } from './health.ts';
import { hookRoutes, unknownPath } from './hooks.ts';

const push = (repoName = 'acme/web', tag = 'latest') =>
  JSON.stringify({ push_data: { tag }, repository: { repo_name: repoName } });

const senderOf = (name: string) => {
  const sender = senders.get(name);
  if (sender === undefined) throw new Error(`There is no sender ${name}.`);
  return sender;
};
const [github, generic, cloudEvents] = [senderOf('github'), senderOf('generic'), senderOf('cloudevents')];

let server: HttpServer | undefined;
afterEach(async () => await server?.close());

/** A server whose updater knows these services, and what it was told. */
async function start(
  options: Partial<HookOptions>,
  isUsed: (repository: string) => Promise<boolean> = async () => true,
  limits: Partial<ListenOptions> = {},
  {
    clock = systemClock,
    fetchText = async () => await Promise.reject(new Error('nothing is fetched here')),
  }: { readonly clock?: Clock; readonly fetchText?: (url: string) => Promise<string> } = {},
) {
  const submitted: ImagePushed[] = [];
  const logged: { message: string; fields: object }[] = [];
  const say = (fields: object, message: string) => void logged.push({ message, fields });
  const log = { error: say, warn: say, info: say, debug: say };
  const complete = { owner: ['acme'], hookSecret: undefined, ...options };
  const updater = {
    imagesOf: async (hint: Hint) => ('image' in hint && (await isUsed(hint.image.repository)) ? [hint.image] : []),
    submit: async (event: ImagePushed) => {
      submitted.push(event);
      return await new Promise<never>(() => {});
    },
  };
  const { deliveries } = createMemoryStore({ maxPending: 3 });
  server = await listen([...hookRoutes(complete, { updater, deliveries, clock, log, fetchText }), healthRoute], {
    host: '127.0.0.1',
    port: 0,
    log,
    ...limits,
    notFound: ({ method, path }) => unknownPath(complete, { method, path, log }),
  });
  const { url } = server;
  return {
    url,
    submitted,
    pending: async () => (await deliveries.pending()).map(({ deliveryId }) => deliveryId),
    logged,
    post: async (path: string, body: string | Uint8Array<ArrayBuffer>, method = 'POST') => {
      const response = await fetch(url + path, { method, ...(method === 'POST' && { body }) });
      const answer: Record<string, unknown> = JSON.parse((await response.text()) || '{}');
      const { status, headers } = response;
      const shown: Record<string, unknown> = {
        ...answer,
        status,
        contentType: headers.get('content-type'),
        allow: headers.get('allow'),
      };
      return shown;
    },
  };
}

describe('POST / with OWNER', () => {
  test('accepts a push of the owner with 202 and a delivery id, and submits it', async () => {
    const { post, submitted, pending } = await start({});
    const answer = await post('/', push());
    expect(await pending()).toEqual([answer.deliveryId]);
    expect(answer).toMatchObject({ status: 202, outcome: 'accepted', deliveryId: expect.any(String) });
    expect(submitted).toMatchObject([{ deliveryId: answer.deliveryId, image: { tag: 'latest' } }]);
  });

  test.each([
    [['acme'], 'acme/web', 202],
    [['acme'], 'other/web', 403],
    [['acme'], 'ACME/web', 400],
    [['one', 'acme'], 'acme/web', 202],
    [['*'], 'anyone/web', 202],
    [['library'], 'nginx', 202],
    [['library'], 'library/nginx', 202],
    [['acme'], 'nginx', 403],
    [['acme'], 'acme-evil/web', 403],
  ])('OWNER %j, %s: %i', async (owner, repoName, status) => {
    const { post, submitted } = await start({ owner });
    expect(await post('/', push(repoName))).toMatchObject({ status });
    expect(submitted).toHaveLength(status === 202 ? 1 : 0);
  });

  test('answers 200 and says so when no service uses the image', async () => {
    const { post, submitted } = await start({}, async () => false);
    expect(await post('/', push())).toMatchObject({
      status: 200,
      outcome: 'unused',
      unused: ['docker.io/acme/web:latest'],
    });
    expect(submitted).toEqual([]);
  });

  test('answers 200 to a push without a tag', async () => {
    const { post, submitted } = await start({});
    expect(await post('/', push('acme/web', ''))).toMatchObject({ status: 200, outcome: 'ignored' });
    expect(submitted).toEqual([]);
  });

  test('keeps a push while the projects cannot be read, and says why in the log only', async () => {
    const { post, logged, pending } = await start({}, async () => {
      throw new Error('/srv/shop/compose.yml:3 is broken');
    });
    const answer = await post('/', push());
    expect(answer).toMatchObject({ status: 202 });
    expect(JSON.stringify(answer)).not.toContain('/srv');
    expect(logged[0]).toMatchObject({ fields: { err: { message: '/srv/shop/compose.yml:3 is broken' } } });
    expect(await pending()).toHaveLength(1);
  });

  test('keeps a push while nobody says in time which services use it', async () => {
    const clock = new VirtualClock();
    const { post, submitted } = await start({}, async () => await new Promise(() => {}), {}, { clock });
    const answer = post('/', push());
    await expect.poll(() => clock.sleepers).toBe(1);
    await clock.advance(500);
    expect(await answer).toMatchObject({ status: 202 });
    expect(submitted).toHaveLength(1);
  });

  test('answers 503 when too many images wait, and when to come again', async () => {
    const { post, url } = await start({});
    for (const tag of ['1', '2', '3']) expect(await post('/', push('acme/web', tag))).toMatchObject({ status: 202 });
    const answer = await fetch(url, { method: 'POST', body: push('acme/web', '4') });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '30']);
    expect(await post('/', push('acme/web', '3'))).toMatchObject({ status: 202 });
  });
});

describe('a storm', () => {
  test('from one address is 429 after its share of the minute, with Retry-After, before anything is read', async () => {
    const { url } = await start({}, undefined, { maxPerMinute: 2 });
    const statuses: (string | number | null)[] = [];
    for (const _ of [1, 2, 3]) {
      const answer = await fetch(url, { method: 'POST', body: push() });
      statuses.push(answer.status, answer.headers.get('retry-after'));
    }
    expect(statuses.slice(0, 5)).toEqual([202, null, 202, null, 429]);
    expect(Number(statuses[5])).toBeGreaterThan(0);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  test('through a trusted proxy is counted for each client, and for nobody else’s word', async () => {
    const ask = async (trustedProxies: readonly string[]) => {
      const { url } = await start({}, undefined, { maxPerMinute: 1, trustedProxies });
      const statuses: number[] = [];
      for (const client of ['192.0.2.1', '192.0.2.2', '192.0.2.2', '2001:db8::1', '2001:db8::2']) {
        const headers = { 'x-forwarded-for': client };
        statuses.push((await fetch(url, { method: 'POST', body: push(), headers })).status);
      }
      await server?.close();
      server = undefined;
      return statuses;
    };
    expect(await ask(['loopback'])).toEqual([202, 202, 429, 202, 429]);
    expect(await ask([])).toEqual([202, 429, 429, 429, 429]);
  });
});

describe('with HOOK_SECRET', () => {
  const hookSecret = 'correct-horse-battery-staple';
  const right = `/hooks/docker-hub/${hookSecret}`;

  test('only the secret path is served', async () => {
    const { post, submitted } = await start({ hookSecret, owner: [] });
    expect(await post('/', push())).toMatchObject({ status: 404 });
    expect(submitted).toEqual([]);
    expect(await post(right, push('anyone/web'))).toMatchObject({ status: 202 });
    expect(submitted).toHaveLength(1);
  });

  test('OWNER counts too', async () => {
    const { post } = await start({ hookSecret, owner: ['acme'] });
    expect(await post(right, push('other/web'))).toMatchObject({ status: 200, outcome: 'ignored' });
  });

  test('a wrong secret, an unknown receiver and any other path below /hooks/ get the same 401', async () => {
    const { post } = await start({ hookSecret });
    const answers = await Promise.all(
      [
        `/hooks/docker-hub/${hookSecret}x`,
        '/hooks/docker-hub/wrong',
        `/hooks/unknown/${hookSecret}`,
        `/hooks/__proto__/${hookSecret}`,
        '/hooks/docker-hub/%E0%A4%A',
        '/hooks/docker-hub',
        '/hooks/',
        `${right}/more`,
      ].map(async path => await post(path, push())),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toMatchObject({ status: 401, contentType: 'application/problem+json' });
  });

  test('a secret with characters that a URL escapes is understood', async () => {
    const { post } = await start({ hookSecret: 'a b/ü?' });
    expect(await post(`/hooks/docker-hub/${encodeURIComponent('a b/ü?')}`, push())).toMatchObject({ status: 202 });
  });

  test('a delivery that went astray is logged, and where deliveries go', async () => {
    const { post, logged } = await start({ hookSecret });
    await post('/', push());
    await post('/hooks/docker-hub/wrong', push());
    await post(right, 'no json');
    await post('/', '', 'GET');
    expect(logged.map(({ message }) => message)).toEqual([
      'Refused a POST to /: deliveries go to /hooks/docker-hub/<HOOK_SECRET>.',
      'Refused a delivery to docker-hub: the path has another secret.',
      'Refused a delivery: The body is not JSON in UTF-8.',
    ]);
  });

  test('the secret is never logged', async () => {
    const { post, logged } = await start({ hookSecret }, async () => {
      throw new Error('broken');
    });
    await post(right, push());
    await post(right, 'no json');
    expect(JSON.stringify(logged)).not.toContain(hookSecret);
  });
});

describe('a receiver with a name of its own', () => {
  const secret = 'another-secret-of-some-length';
  const preset = github.authentications[0];
  if (preset?.kind !== 'hmac') throw new Error('GitHub signs with an HMAC.');
  const receivers: readonly Receiver[] = [
    { name: 'ghcr', sender: github, authentication: { ...preset, secrets: [secret] }, options: {}, owners: ['acme'] },
    {
      ...{ name: 'ci', sender: generic, options: {} },
      authentication: { kind: 'bearer', secrets: [secret] },
    },
    {
      ...{ name: 'grid', sender: cloudEvents, options: {} },
      authentication: { kind: 'bearer', query: 'access_token', secrets: [secret] },
    },
  ];
  const published = (owner: string, tag = 'latest') =>
    JSON.stringify({
      action: 'published',
      package: {
        ...{ name: 'web', namespace: owner, package_type: 'CONTAINER' },
        package_version: { container_metadata: { tag: { name: tag } }, package_url: `ghcr.io/${owner}/web:${tag}` },
      },
    });

  /** As GitHub sends it. */
  async function send(url: string, body: string, headers: Readonly<Record<string, string>> = {}) {
    const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    const response = await fetch(`${url}/hooks/ghcr`, {
      method: 'POST',
      body,
      headers: {
        ...{ 'content-type': 'application/json', 'x-github-event': 'package', 'x-github-delivery': '1' },
        ...{ 'x-hub-signature-256': signature, ...headers },
      },
    });
    const answer: Record<string, unknown> = JSON.parse(await response.text());
    return { ...answer, status: response.status };
  }

  test('answers 415 to a CloudEvent in a form that is not read', async () => {
    const { url } = await start({ owner: [], receivers });
    const send = async (type: string) => {
      const headers = { 'content-type': type, authorization: `Bearer ${secret}` };
      return (await fetch(`${url}/hooks/grid`, { method: 'POST', body: '{}', headers })).status;
    };
    expect(await send('application/cloudevents+avro')).toBe(415);
    expect(await send('application/cloudevents-batch+xml; charset=utf-8')).toBe(415);
    expect(await send('application/cloudevents+json')).toBe(400);
  });

  test('takes what is signed, and the same delivery once', async () => {
    const { url, submitted } = await start({ owner: [], receivers });
    const accepted = { status: 202, outcome: 'accepted', accepted: ['ghcr.io/acme/web:latest'] };
    expect(await send(url, published('acme'))).toMatchObject(accepted);
    expect(await send(url, published('acme'))).toMatchObject({ status: 200, outcome: 'duplicate' });
    expect(await send(url, published('acme'), { 'x-github-delivery': '2' })).toMatchObject(accepted);
    expect(submitted).toHaveLength(2);
  });

  test('answers 200 to what it has nothing to do with', async () => {
    const { url, submitted } = await start({ owner: [], receivers });
    expect(await send(url, published('acme', ''))).toMatchObject({ status: 200, outcome: 'ignored' });
    expect(await send(url, published('other'))).toMatchObject({ status: 200, outcome: 'ignored' });
    expect(await send(url, '{"zen":"-"}', { 'x-github-event': 'ping' })).toMatchObject({
      status: 200,
      outcome: 'pong',
    });
    expect(submitted).toEqual([]);
  });

  test('refuses a wrong signature as it refuses an unknown receiver, and a body that is none with 400', async () => {
    const { url, post, logged } = await start({ owner: [], receivers });
    const refused = await send(url, published('acme'), { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` });
    const { contentType: _, allow: __, ...unknown } = await post('/hooks/unknown', published('acme'));
    expect(refused).toEqual(unknown);
    expect(refused.status).toBe(401);
    expect(await send(url, 'no json')).toMatchObject({ status: 400 });
    expect(JSON.stringify(logged)).not.toContain(secret);
  });

  test('takes several images at once, and names those that no service uses', async () => {
    const images = ['ghcr.io/acme/web:1', 'ghcr.io/acme/none:1', 'ghcr.io/acme/api:1'];
    const { url, submitted } = await start({ owner: [], receivers }, async image => !image.endsWith('/none'));
    const headers = { authorization: `Bearer ${secret}` };
    const answer = await fetch(`${url}/hooks/ci`, { method: 'POST', body: JSON.stringify({ images }), headers });
    expect([answer.status, JSON.parse(await answer.text())]).toMatchObject([
      202,
      { accepted: ['ghcr.io/acme/web:1', 'ghcr.io/acme/api:1'], unused: ['ghcr.io/acme/none:1'] },
    ]);
    expect(submitted).toHaveLength(2);
  });

  test('of CloudEvents shakes hands with a sender that knows the secret', async () => {
    const { url } = await start({ owner: [], receivers });
    const shake = async (token: string) =>
      await fetch(`${url}/hooks/grid?access_token=${token}`, {
        method: 'OPTIONS',
        headers: { 'webhook-request-origin': 'eventgrid.example.com' },
      });
    const { status, headers } = await shake(secret);
    expect([status, headers.get('webhook-allowed-origin'), headers.get('webhook-allowed-rate')]).toEqual([
      200,
      'eventgrid.example.com',
      '*',
    ]);
    expect((await shake('wrong')).status).toBe(401);
  });

  test('is the only one that is served where no owner is set', async () => {
    const { post } = await start({ owner: [], receivers });
    expect(await post('/', push())).toMatchObject({ status: 404 });
  });
});

describe('what is refused tells nothing of why', () => {
  const secret = 'another-secret-of-some-length';
  const [hmac] = github.authentications;
  const [oidc] = senderOf('google').authentications;
  if (hmac?.kind !== 'hmac' || oidc?.kind !== 'oidc') throw new Error('GitHub signs, and Google has tokens.');
  const receivers: readonly Receiver[] = [
    { name: 'ghcr', sender: github, authentication: { ...hmac, secrets: [secret] }, options: {} },
    { name: 'ci', sender: generic, authentication: { kind: 'bearer', secrets: [secret] }, options: {} },
    {
      ...{ name: 'google', sender: senderOf('google'), options: {} },
      authentication: { ...oidc, audience: 'a', claims: { email: 'b' } },
    },
  ];
  const token = [{ alg: 'RS256', kid: '1' }, { iss: 'x' }, 'x']
    .map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');

  interface Raw {
    readonly status: number | undefined;
    readonly headers: readonly string[];
    readonly body: string;
  }

  /** The answer as it comes over the wire, the date left out. */
  async function ask(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<Raw> {
    return await new Promise((resolve, reject) => {
      const outgoing = request(url, { method: 'POST', headers, agent: false }, response => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const { statusCode: status, rawHeaders } = response;
          const sent = rawHeaders.filter((_, index) => rawHeaders[index - (index % 2)] !== 'Date');
          resolve({ status, headers: sent, body: Buffer.concat(chunks).toString('latin1') });
        });
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  const strangers: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
    ['an unknown receiver', '/hooks/unknown', {}],
    ['an unknown receiver with a secret behind it', `/hooks/unknown/${secret}`, {}],
    ['a name that all objects have', '/hooks/constructor', {}],
    ['no proof', '/hooks/ghcr', {}],
    ['a wrong signature', '/hooks/ghcr', { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }],
    ['a wrong bearer token', '/hooks/ci', { authorization: 'Bearer wrong' }],
    ['the right one, nearly', '/hooks/ci', { authorization: `Bearer ${secret}x` }],
    ['a wrong secret in the path', '/hooks/docker-hub/wrong', {}],
    ['a token whose check takes a while', '/hooks/google', { authorization: `Bearer ${token}` }],
  ];

  test('the same bytes, at the same moment, whatever it took to find out', async () => {
    const clock = new VirtualClock();
    const fetchText = async () => {
      await clock.sleep(60);
      return '{"keys":[]}';
    };
    const { url, submitted } = await start(
      { owner: [], hookSecret: secret, receivers },
      undefined,
      {},
      { clock, fetchText },
    );
    const startedAt = clock.now();
    const answers: Raw[] = [];
    const asking = strangers.map(async ([, path, headers]) => {
      const answer = await ask(url + path, headers, push());
      answers.push(answer);
      return [answer, clock.now() - startedAt] as const;
    });
    await expect.poll(() => clock.sleepers).toBe(strangers.length);
    // The one that still looks for keys, then all of them.
    await clock.advance(60);
    await expect.poll(() => clock.sleepers).toBe(strangers.length);
    await clock.advance(39);
    expect([clock.sleepers, answers]).toEqual([strangers.length, []]);
    expect(clock.dueMs).toBe(startedAt + 100);
    await clock.advance(1);
    const all = await Promise.all(asking);
    for (const [index, answer] of all.entries()) expect(answer, strangers[index]?.[0]).toEqual(all[0]);
    expect(all[0]).toMatchObject([{ status: 401, body: expect.stringContaining('not authorized') }, 100]);
    expect(submitted).toEqual([]);
  });
});

describe('bad input is a problem', () => {
  test.each([
    ['no JSON', 'not json', 400, 'not JSON'],
    ['not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 400, 'not JSON'],
    ['an empty body', '', 400, 'not JSON'],
    ['another shape', '{"repository":{"repo_name":"acme/web"}}', 400, 'push_data'],
    ['a list', '[]', 400, 'the body'],
    ['deep nesting', '['.repeat(100_000), 400, 'deeper'],
  ])('%s', async (_, body, status, detail) => {
    const { post, submitted } = await start({});
    expect(await post('/', body)).toMatchObject({
      status,
      contentType: 'application/problem+json',
      detail: expect.stringContaining(detail),
    });
    expect(submitted).toEqual([]);
  });

  test('a body over 1 MiB is 413, known from its head or counted while it comes', async () => {
    const { post, url } = await start({});
    expect(await post('/', 'x'.repeat(maxBodyBytes + 1))).toMatchObject({ status: 413 });
    expect(await post('/', ' '.repeat(maxBodyBytes - push().length) + push())).toMatchObject({ status: 202 });
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const outgoing = request(`${url}/`, { method: 'POST' }, response => {
        resolve(response.statusCode);
        outgoing.destroy();
      });
      outgoing.on('error', reject);
      // Chunked and never ended: the answer must come while it is still being sent.
      outgoing.write('x'.repeat(maxBodyBytes + 1));
    });
    expect(status).toBe(413);
  });

  test('a body that is packed is 415', async () => {
    const { url } = await start({});
    const headers = { 'content-encoding': 'gzip' };
    expect((await fetch(url, { method: 'POST', body: gzipSync(push()), headers })).status).toBe(415);
    const plain = { 'content-encoding': 'identity' };
    expect((await fetch(url, { method: 'POST', body: push(), headers: plain })).status).toBe(202);
  });

  test('a head that is too long is 431', async () => {
    const { url } = await start({});
    const headers = { 'x-long': 'x'.repeat(20_000) };
    expect((await fetch(url, { method: 'POST', body: push(), headers })).status).toBe(431);
  });

  test('a body that breaks off leaves the server alive', async () => {
    const { post, url, submitted } = await start({});
    await new Promise<void>(resolve => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => {
        socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"half":', () => socket.destroy());
      });
      socket.on('close', () => resolve());
    });
    expect(await post('/', push())).toMatchObject({ status: 202 });
    expect(submitted).toHaveLength(1);
  });

  test('another method is 405 and says which is served', async () => {
    const { post } = await start({});
    expect(await post('/', '', 'GET')).toMatchObject({ status: 405, allow: 'POST' });
    expect(await post('/', '', 'DELETE')).toMatchObject({ status: 405, allow: 'POST' });
    expect(await post('/healthz', '')).toMatchObject({ status: 405, allow: 'GET, HEAD' });
  });

  test('another path is 404', async () => {
    const { post } = await start({});
    expect(await post('/nothing', push())).toMatchObject({ status: 404, contentType: 'application/problem+json' });
    expect(await post('/hooks/docker-hub/x', push())).toMatchObject({ status: 404 });
    expect(await post('/%E0%A4%A', push())).toMatchObject({ status: 404 });
  });
});

test('a connection that sends nothing does not keep the server from its end', async () => {
  const log = silentLogger;
  const notFound = () => new Problem(404, 'nothing');
  const silent = await listen([healthRoute], { host: '127.0.0.1', port: 0, log, notFound, closeTimeoutMs: 10 });
  const socket = connect(Number(new URL(silent.url).port), '127.0.0.1');
  await once(socket, 'connect');
  await silent.close();
  await once(socket, 'close');
});

test('GET /healthz says that the server lives', async () => {
  const { post } = await start({});
  expect(await post('/healthz', '', 'GET')).toMatchObject({ status: 200 });
});

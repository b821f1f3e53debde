import { request } from 'node:http';
import { createMemoryStore, type Receiver, senders, systemClock } from '@gopdater/core';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { authenticationOf } from '../../../core/test/hook-request.ts';
import { type HttpServer, listen } from '../http/server.ts';
import { silentLogger } from '../log.ts';
import type { HookOptions } from '../receivers/entrances.ts';
import { hookRoutes, unknownPath } from './hooks.ts';

/** How many requests; `npm run test:long` makes more. */
const runs = Number(process.env.PROPERTY_RUNS ?? 400);
const atOnce = 64;
const secret = 'a-secret-that-no-generator-finds-0123456789';

const receivers: readonly Receiver[] = [...senders.values()].flatMap(sender =>
  sender.authentications.map((preset, index): Receiver => {
    const authentication = authenticationOf(preset, secret);
    return { name: `${sender.name}-${index}`, sender, authentication, options: {} };
  }),
);
const options: HookOptions = { owner: [], hookSecret: secret, receivers };

let server: HttpServer;
beforeAll(async () => {
  const { deliveries } = createMemoryStore();
  const updater = { imagesOf: async () => [], submit: async () => undefined };
  const log = silentLogger;
  const fetchText = async () => '{"keys":[]}';
  server = await listen(hookRoutes(options, { updater, deliveries, clock: systemClock, log, fetchText }), {
    ...{ host: '127.0.0.1', port: 0, log },
    notFound: ({ method, path }) => unknownPath(options, { method, path, log }),
  });
});
afterAll(async () => await server.close());

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const names = fc.constantFrom('docker-hub', ...receivers.map(({ name }) => name), 'none', '__proto__', '%00');
const value = fc.oneof(
  fc.string({ unit: fc.integer({ min: 32, max: 126 }).map(code => String.fromCharCode(code)), maxLength: 80 }),
  fc.constantFrom('Bearer x', 'Basic eA==', 'package', 'ping', 'gzip', 'application/json', '1732253249', 'v1,AAAA'),
);
const headers = fc.dictionary(
  fc.constantFrom(
    ...['authorization', 'content-type', 'content-encoding', 'x-github-event', 'x-hub-signature-256', 'x-gitlab-token'],
    ...['webhook-id', 'webhook-timestamp', 'webhook-signature', 'ce-specversion', 'x-amz-sns-message-type', 'range'],
  ),
  value,
);
const json = fc.oneof(
  fc.json({ maxDepth: 6 }),
  fc.constantFrom(
    '['.repeat(70) + ']'.repeat(70),
    '{"__proto__":{"a":1}}',
    '{"events":[{}]}',
    '{"image":"acme/web:1"}',
  ),
);
const body = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  json.map(text => Buffer.from(text)),
);
const method = fc.constantFrom('POST', 'POST', 'POST', 'OPTIONS', 'GET', 'PUT');
const query = fc.webQueryParameters({ size: 'small' });
const stranger = fc
  .tuple(method, names, fc.option(fc.webSegment()), query, headers, body)
  .map(([verb, name, segment, search, some, bytes]): Sent => {
    const path = `/hooks/${name}${segment === null ? '' : `/${segment}`}?${search}`;
    return { method: verb, path, headers: some, body: bytes };
  });
/** Who knows the secret of a path may send whatever he likes. */
const friend = fc.tuple(headers, body).map(([some, bytes]): Sent => {
  return { method: 'POST', path: `/hooks/docker-hub/${secret}`, headers: some, body: bytes };
});

async function send({ method: verb, path, headers: some, body: bytes }: Sent): Promise<number> {
  return await new Promise((resolve, reject) => {
    const length = verb === 'GET' ? {} : { 'content-length': bytes.length };
    const outgoing = request(server.url + path, { method: verb, headers: { ...some, ...length } }, response => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    outgoing.on('error', reject);
    outgoing.end(verb === 'GET' ? undefined : bytes);
  });
}

/** Those whose answer is not among these. */
async function surprises(sent: readonly Sent[], allowed: readonly number[]): Promise<readonly string[]> {
  const found: string[] = [];
  const waiting = [...sent];
  const work = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const status = await send(next);
      if (!allowed.includes(status)) found.push(`${status}: ${JSON.stringify(next)}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return found;
}

test(`${runs} requests of strangers are all refused, and none is an error of ours`, async () => {
  expect(await surprises(fc.sample(stranger, runs), [401, 405, 415])).toEqual([]);
});

test(`${runs} requests of friends are answered, and none is an error of ours`, async () => {
  expect(await surprises(fc.sample(friend, runs), [200, 400, 415])).toEqual([]);
});

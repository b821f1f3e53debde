import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type LookupFunction } from 'node:net';
import type { DeploymentReport } from '@gopdater/core';
import { afterEach, expect, test } from 'vitest';
import { createDockerHubCallbacks } from './docker-hub-callbacks.ts';
import type { PublicNetwork, PublicTarget } from './http/public-request.ts';

const url = 'https://registry.hub.docker.com/u/acme/web/hook/2141b5bi5i/';
const image = 'docker.io/acme/web:1';
const report = (outcome: DeploymentReport['outcome'], others: Partial<DeploymentReport> = {}): DeploymentReport => ({
  ...{ deliveryId: 'one', image, digest: undefined, services: [], warnings: [], error: undefined, seconds: 1, outcome },
  ...others,
});

interface Told {
  readonly line: string;
  readonly body: Readonly<Record<string, unknown>>;
}

let hub: Server | undefined;
afterEach(async () => {
  hub?.close();
  if (hub?.listening) await once(hub, 'close');
});

/** Docker Hub behind a dialler that leads here instead. */
async function start(status = 200, { address = '192.0.2.7', headers = {}, answer = 'ok', publicUrl = '' } = {}) {
  const told: Told[] = [];
  const dialled: PublicTarget[] = [];
  const logged: string[] = [];
  hub = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const line = `${request.method} https://${request.headers.host}${request.url}`;
      told.push({ line, body: JSON.parse(Buffer.concat(chunks).toString()) });
      response.writeHead(status, headers).end(answer);
    });
  }).listen(0, '127.0.0.1');
  await once(hub, 'listening');
  const local = hub.address();
  const port = typeof local === 'object' && local !== null ? local.port : 0;
  const lookup: LookupFunction = (_, __, done) => done(null, [{ address, family: 4 }]);
  const network: PublicNetwork = {
    lookup,
    dial: target => {
      dialled.push(target);
      return connect(port, '127.0.0.1');
    },
  };
  const say = (fields: object, message: string) =>
    void logged.push(`${message} ${'err' in fields ? String(fields.err) : ''}`.trim());
  const log = { error: say, warn: say, info: say, debug: say };
  const callbacks = createDockerHubCallbacks({ publicUrl: publicUrl || undefined }, { log, ...network });
  return { callbacks, told, dialled, logged };
}

test('Docker Hub hears once what became of a delivery, and nothing of the server’s projects', async () => {
  const { callbacks, told, dialled } = await start(200, { address: '192.0.9.7', publicUrl: 'https://ops.example.com' });
  callbacks.remember('one', url);
  callbacks.tell(report('updated'));
  callbacks.tell(report('updated'));
  await callbacks.settled();
  expect(told).toEqual([
    {
      line: `POST ${url}`,
      body: {
        ...{ state: 'success', description: `${image} was rolled out`, context: 'gopdater' },
        target_url: 'https://ops.example.com',
      },
    },
  ]);
  expect(dialled).toEqual([{ hostname: 'registry.hub.docker.com', addresses: [{ address: '192.0.9.7', family: 4 }] }]);
});

const error = { code: 'ENGINE_FAILED', message: 'it broke', hint: undefined } as const;
test.each([
  ['updated', {}, 'success'],
  ['up-to-date', {}, 'success'],
  ['left-alone', {}, 'success'],
  ['handed-over', {}, 'success'],
  ['refused', {}, 'failure'],
  ['rolled-back', {}, 'failure'],
  ['failed', {}, 'failure'],
  ['failed', { error }, 'error'],
] as const)('%s %j is a %s', async (outcome, others, state) => {
  const { callbacks, told } = await start(200, { address: '192.0.9.7' });
  callbacks.remember('one', url);
  callbacks.tell(report(outcome, others));
  await callbacks.settled();
  expect(told).toMatchObject([{ body: { state, context: 'gopdater' } }]);
  expect(told[0]?.body).not.toHaveProperty('target_url');
});

test('a long name is cut where Docker Hub’s limit is', async () => {
  const { callbacks, told } = await start(200, { address: '192.0.9.7' });
  callbacks.remember('one', url);
  callbacks.tell(report('updated', { image: `docker.io/acme/${'x'.repeat(300)}:1` }));
  await callbacks.settled();
  expect(String(told[0]?.body.description)).toHaveLength(255);
});

test('a delivery that a newer one took the place of hears what became of that', async () => {
  const { callbacks, told } = await start(200, { address: '192.0.9.7' });
  callbacks.remember('one', url);
  callbacks.tell(report('superseded'));
  callbacks.remember('two', `${url}2/`);
  callbacks.remember('other', `${url}3/`);
  callbacks.tell(report('updated', { deliveryId: 'strange', image: 'docker.io/acme/api:1' }));
  callbacks.tell(report('rolled-back', { deliveryId: 'two' }));
  await callbacks.settled();
  expect(told.map(({ line, body }) => [line, body.state]).sort()).toEqual([
    [`POST ${url}`, 'failure'],
    [`POST ${url}2/`, 'failure'],
  ]);
});

test('one that was not accepted hears nothing', async () => {
  const { callbacks, told } = await start(200, { address: '192.0.9.7' });
  callbacks.remember('one', url);
  callbacks.forget('one');
  callbacks.tell(report('updated'));
  await callbacks.settled();
  expect(told).toEqual([]);
});

test.each([
  ['a redirect, which is not followed', 302, { headers: { location: 'https://example.com/' } }, 'it answered 302'],
  ['a refusal', 404, {}, 'it answered 404'],
  ['an answer without end', 200, { answer: 'x'.repeat(70_000) }, 'more than 65536 bytes'],
])('%s is logged, without the URL, and nothing else', async (_, status, answer, words) => {
  const { callbacks, told, logged } = await start(status, { address: '192.0.9.7', ...answer });
  callbacks.remember('one', url);
  callbacks.tell(report('updated'));
  await callbacks.settled();
  expect(told).toHaveLength(1);
  expect(logged).toEqual([expect.stringContaining(words)]);
  expect(logged.join()).not.toContain('/hook/');
});

test.each(['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1', '100.64.0.1'])(
  'nothing is dialled where the name is %s',
  async address => {
    const { callbacks, dialled, logged } = await start(200, { address });
    callbacks.remember('one', url);
    callbacks.tell(report('updated'));
    await callbacks.settled();
    expect(dialled).toEqual([]);
    expect(logged).toEqual([expect.stringContaining('its address is no public one')]);
  },
);

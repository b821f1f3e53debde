import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { type Authentication, readDelivery, senders, verify } from '@gopdater/core';
import { describe, expect, test } from 'vitest';
import { hookRequest } from './hook-request.ts';
import { authenticationOf, fetchText, requestOf, vectors } from './vectors.ts';

interface Signed {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly receivedAt: number;
}

/** Tens of thousands of signatures are checked one after the other. */
const timeout = 120_000;
const bits = [0x01, 0x20];
const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=';

const judge = async (request: Parameters<typeof hookRequest>[0], authentication: Authentication) =>
  (await verify(hookRequest(request), authentication, { fetchText })).ok;

/** Where a body may have another byte and is taken all the same. */
async function takenBodies({ headers, body, receivedAt }: Signed, authentication: Authentication): Promise<number[]> {
  const taken: number[] = [];
  const changed = Buffer.from(body);
  for (const [at, byte] of body.entries()) {
    changed[at] = byte ^ 1;
    if (await judge({ headers, body: changed, receivedAt }, authentication)) taken.push(at);
    changed[at] = byte;
  }
  return taken;
}

/** The texts with one character changed: each in turn, and those at the end, where base64 has bits to spare, to any. */
function changedTexts(text: string): readonly { readonly at: number; readonly changed: string }[] {
  return [...text].flatMap((character, at) => {
    const others = bits.map(bit => String.fromCharCode(character.charCodeAt(0) ^ bit));
    const all = text.length - at <= 4 ? [...others, ...base64].filter(other => other !== character) : others;
    return all.map(other => ({ at, changed: text.slice(0, at) + other + text.slice(at + 1) }));
  });
}

async function takenHeaders(signed: Signed, name: string, authentication: Authentication): Promise<number[]> {
  const taken = new Set<number>();
  for (const { at, changed } of changedTexts(signed.headers[name] ?? '')) {
    if (await judge({ ...signed, headers: { ...signed.headers, [name]: changed } }, authentication)) taken.add(at);
  }
  return [...taken];
}

async function takenSecrets(signed: Signed, authentication: Authentication): Promise<number[]> {
  if (!('secrets' in authentication)) return [];
  const taken = new Set<number>();
  for (const { at, changed } of changedTexts(authentication.secrets[0] ?? '')) {
    if (await judge(signed, { ...authentication, secrets: [changed] })) taken.add(at);
  }
  return [...taken];
}

/** What decides besides the body. */
const decisiveHeaders = ({ headers }: Signed) => Object.keys(headers).filter(name => name !== 'content-type');

describe('every vector has its verdict', () => {
  test.each(vectors)('$name', async vector => {
    const authentication = authenticationOf(vector);
    const request = requestOf(vector);
    expect(await judge(request, authentication)).toBe(vector.expect !== 'reject');
    if (vector.expect === 'reject') return;
    for (const name of decisiveHeaders(request)) {
      const value = request.headers[name] ?? '';
      for (const wrong of ['', [value, value]]) {
        expect(await judge({ ...request, headers: { ...request.headers, [name]: wrong } }, authentication)).toBe(false);
      }
    }
    if ('secrets' in authentication) {
      const [secret = ''] = authentication.secrets;
      expect(await judge(request, { ...authentication, secrets: [`${secret}x`, secret] })).toBe(true);
    }
  });
});

const good = vectors.filter(vector => vector.expect !== 'reject');

describe('one byte that is changed is refused, wherever it is', () => {
  // A token is not over the body; SNS’s signature stands in it, below.
  const overBody = good.filter(vector => vector.token === undefined && vector.cert === undefined);

  test.each(overBody)('in the body of $name', { timeout }, async vector => {
    const request = requestOf(vector);
    expect(request.body.length).toBeGreaterThan(0);
    expect(await takenBodies(request, authenticationOf(vector))).toEqual([]);
  });

  test.each(good.filter(vector => vector.cert === undefined))('in the headers of $name', { timeout }, async vector => {
    const request = requestOf(vector);
    const names = decisiveHeaders(request);
    expect(names).not.toEqual([]);
    for (const name of names) {
      const value = request.headers[name] ?? '';
      const taken = await takenHeaders(request, name, authenticationOf(vector));
      // The first of two signatures is of an old secret: it decides nothing. A scheme’s name has no case.
      const free = name === 'authorization' ? 'Bearer'.length : name === 'webhook-signature' ? value.indexOf(' ') : 0;
      expect(
        taken.filter(at => at >= free),
        name,
      ).toEqual([]);
    }
  });

  test.each(overBody)('in the secret of $name', async vector => {
    expect(await takenSecrets(requestOf(vector), authenticationOf(vector))).toEqual([]);
  });

  test('in a message of SNS, or means the same', { timeout }, async () => {
    const vector = good.find(({ cert }) => cert !== undefined);
    const sender = senders.get('ecr');
    if (vector === undefined || sender === undefined) throw new Error('There is no vector of SNS.');
    const authentication = authenticationOf(vector);
    const request = requestOf(vector);
    const receiver = { name: 'ecr', sender, authentication, options: {} };
    const meaning = (body: Buffer) => JSON.stringify(readDelivery(hookRequest({ ...request, body }), receiver));
    const text = request.body.toString('latin1');
    const inFields = ['Message', 'MessageId', 'Timestamp', 'TopicArn', 'Type'].map(name => {
      const start = text.indexOf(`"${name}"`);
      return { start, end: start + text.slice(start).search(/(?<!\\)",?\s*(?:\n|\})/) };
    });
    const taken = await takenBodies(request, authentication);
    for (const at of taken) {
      const body = Buffer.from(request.body);
      body[at] = (body[at] ?? 0) ^ 1;
      expect(meaning(body), `at ${at}`).toBe(meaning(request.body));
      expect(
        inFields.filter(({ start, end }) => at > start && at < end),
        `at ${at}`,
      ).toEqual([]);
    }
    expect(inFields.every(({ start, end }) => start >= 0 && end > start)).toBe(true);
    // The unsigned rest: where to unsubscribe, and which of SNS’s certificates.
    expect(taken.length).toBeLessThan(request.body.length / 4);
  });
});

describe('ed25519, the asymmetric way of Standard Webhooks', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const { x = '' } = publicKey.export({ format: 'jwk' });
  const secret = `whpk_${Buffer.from(x, 'base64url').toString('base64')}`;
  const body = Buffer.from('{"type":"image.pushed","data":{"image":"acme/web:1.4"}}');
  const [id, timestamp] = ['msg_p5jXN8AQM9LWM0D4loKWxJek', '1614265330'];
  const signature = sign(null, Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]), privateKey);
  const signed = {
    headers: {
      ...{ 'webhook-id': id, 'webhook-timestamp': timestamp },
      'webhook-signature': `v1a,${signature.toString('base64')}`,
    },
    body,
    receivedAt: Number(timestamp) * 1000,
  };
  const authentication: Authentication = { kind: 'standard-webhooks', secrets: [secret] };

  test('is taken', async () => {
    expect(await judge(signed, authentication)).toBe(true);
  });

  test('is refused with one byte changed, wherever it is', { timeout }, async () => {
    expect(await takenBodies(signed, authentication)).toEqual([]);
    for (const name of decisiveHeaders(signed)) expect(await takenHeaders(signed, name, authentication)).toEqual([]);
    expect(await takenSecrets(signed, authentication)).toEqual([]);
  });

  test('is refused as an HMAC with the public key, which everybody knows', async () => {
    const content = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
    for (const key of [Buffer.from(x, 'base64url'), Buffer.from(secret), Buffer.from(secret.slice(5), 'base64')]) {
      const forged = createHmac('sha256', key).update(content).digest('base64');
      for (const version of ['v1', 'v1a']) {
        const headers = { ...signed.headers, 'webhook-signature': `${version},${forged}` };
        expect(await judge({ ...signed, headers }, authentication)).toBe(false);
      }
    }
  });
});

import { readFileSync } from 'node:fs';
import { type Authentication, formatReference, type Receiver, readDelivery, senders, verify } from '@gopdater/core';
import { afterAll, describe, expect, test } from 'vitest';
import { hookRequest } from './hook-request.ts';

interface Sample {
  readonly file: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expect: {
    readonly action: string;
    readonly images?: readonly { readonly ref: string; readonly digest?: string }[];
    readonly deliveryId?: string;
    readonly time?: string;
    readonly accepted?: number;
    readonly get?: string;
  } | null;
}

const read = (name: string): Buffer => readFileSync(new URL(`./deliveries/samples/${name}`, import.meta.url));
const samples: readonly Sample[] = JSON.parse(read('index.json').toString());
const senderOf: Readonly<Record<string, string>> = {
  ...{ dockerhub: 'docker-hub', ghcr: 'github', forgejo: 'gitea', acr: 'azure', gar: 'google' },
};
const built = { registry: 'ghcr.io', repository: 'octo-org/web', tag: 'latest', digest: undefined };
const options = {
  hosts: { 'docker-hosted': 'nexus.example.com:8082' },
  builds: [
    { repository: 'octo-org/web', ref: 'main', workflow: 'publish.yml', images: [built] },
    { repository: 'acme/web', ref: 'main', images: [built] },
    { repository: 'acme/web', ref: 'v*', images: [built] },
  ],
};
/** Reading alone is tested here; signatures are below. */
const authentication: Authentication = { kind: 'sns', topics: [] };

function receiverOf({ file }: Sample): Receiver {
  const [folder = '', name = ''] = file.split('/');
  const provider = folder === 'hostile' ? (name.split('.')[0] ?? '') : folder;
  const sender = senders.get(senderOf[provider] ?? provider);
  if (sender === undefined) throw new Error(`no sender for ${file}`);
  return { name: 'test', sender, authentication, options };
}

const seen = new Map<string, number>();
afterAll(() => {
  console.log([...seen].map(([name, count]) => `${name}: ${count} samples`).join('\n'));
});

describe('a receiver that is limited', () => {
  const named = hookRequest({ body: { project: 'shop', service: 'web' } });
  const sender = senders.get('generic');
  if (sender === undefined) throw new Error('There is no generic sender.');

  test('takes no service by its name: whose image that has is not known here', () => {
    const all = { name: 'ci', sender, authentication, options: {} };
    expect(readDelivery(named, all)).toMatchObject({ services: [{ service: 'web' }], ignored: [] });
    expect(readDelivery(named, { ...all, owners: ['*'] })).toMatchObject({ services: [{ service: 'web' }] });
    for (const limit of [{ owners: ['acme'] }, { repositories: ['docker.io/acme/web'] }]) {
      const { services, ignored } = readDelivery(named, { ...all, ...limit });
      expect([services, ignored]).toEqual([[], [expect.stringContaining('by name')]]);
    }
  });
});

describe('an event among others that cannot be read', () => {
  test('is ignored: Distribution would send all of them again for ever', () => {
    const sender = senders.get('distribution');
    if (sender === undefined) throw new Error('There is no sender for Distribution.');
    const event = (repository: unknown) => ({
      ...{ id: '1', action: 'push', request: { host: 'registry.example.com' } },
      target: { repository, tag: '1' },
    });
    const body = { events: [event('acme/web'), event('No Name'), event(7), { action: [] }, 'text'] };
    const { pushed, ignored } = readDelivery(hookRequest({ body }), { name: 'r', sender, authentication, options: {} });
    expect(pushed.map(({ image }) => formatReference(image))).toEqual(['registry.example.com/acme/web:1']);
    expect(ignored).toHaveLength(4);
  });
});

describe('every sample has its outcome', () => {
  test.each(samples.filter(sample => sample.expect !== null))('$file', sample => {
    const receiver = receiverOf(sample);
    seen.set(receiver.sender.name, (seen.get(receiver.sender.name) ?? 0) + 1);
    const parse = (body: unknown) => readDelivery(hookRequest({ headers: sample.headers, body }), receiver);
    const wanted = sample.expect;
    const body = read(sample.file);
    switch (wanted?.action) {
      case 'accept': {
        const delivery = parse(body);
        const expected = wanted.images?.map(({ ref, digest }) => ({
          ref: ref.replace('{registry of docker-hosted}', 'nexus.example.com:8082'),
          digest,
        }));
        expect(delivery.pushed.map(({ image, digest }) => ({ ref: formatReference(image), digest }))).toEqual(expected);
        if (wanted.deliveryId !== undefined) {
          expect(receiver.sender.parse(hookRequest({ headers: sample.headers, body }), options).deliveryId).toBe(
            wanted.deliveryId,
          );
        }
        if (wanted.time !== undefined) expect(delivery.time).toBe(Date.parse(wanted.time));
        break;
      }
      case 'ignore': {
        const delivery = parse(body);
        expect(delivery.pushed).toEqual([]);
        expect(delivery.ignored).toHaveLength(1);
        break;
      }
      case 'trigger':
        expect(parse(body).pushed).toEqual([{ image: built }]);
        break;
      case 'pong':
        expect(parse(body)).toMatchObject({ pushed: [], answer: { kind: 'pong' } });
        break;
      case 'confirm':
        expect(parse(body)).toMatchObject({ pushed: [], answer: { kind: 'confirm', url: wanted.get } });
        break;
      case 'service':
        expect(parse(body)).toMatchObject({ pushed: [], services: [{ project: 'shop', service: 'web' }] });
        break;
      case 'sequence': {
        const requests: readonly unknown[] = JSON.parse(body.toString());
        const accepted = requests.flatMap(one => parse('events' in Object(one) ? one : Object(one).body).pushed);
        expect(accepted).toHaveLength(wanted.accepted ?? -1);
        break;
      }
      case 'reject':
        expect(() => parse(body)).toThrow(expect.objectContaining({ code: 'DELIVERY_INVALID' }));
        break;
      case 'accept-or-reject':
        expect(parse(body).pushed.length).toBeLessThan(2);
        break;
      default:
        throw new Error(`${sample.file} has the unknown action ${wanted?.action}`);
    }
  });

  test('and nothing has changed what all objects have', () => {
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

interface Vector {
  readonly name: string;
  readonly file?: string;
  readonly secret?: string;
  readonly body_utf8?: string;
  readonly body_is?: string;
  readonly now?: number;
  readonly header?: string;
  readonly value?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: string;
  readonly token_of?: string;
  readonly audience?: string;
  readonly email?: string;
  readonly jwks?: unknown;
  readonly cert?: string;
  readonly expect?: string;
  readonly [other: string]: unknown;
}

const vectors: readonly Vector[] = JSON.parse(read('vectors.json').toString());
const oidc = vectors.find(({ name }) => name === 'gar OIDC ok');

function requestOf(vector: Vector) {
  const { file, header, value, body_utf8, body_is, now } = vector;
  const form = `payload=${formText(read('ghcr/ping.json').toString())}`;
  const token = vector.token ?? (vector.token_of === undefined ? undefined : oidc?.token);
  const names = ['webhook-id', 'webhook-timestamp'].filter(name => name in vector);
  return {
    headers: {
      ...(body_is === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      ...Object.fromEntries(names.map(name => [name, String(vector[name])])),
      ...vector.headers,
      ...(value === undefined ? {} : { [header ?? 'x-jfrog-event-auth']: value }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    } as Record<string, string>,
    body: file !== undefined ? read(file) : Buffer.from(body_is === undefined ? (body_utf8 ?? '') : form),
    receivedAt: (now ?? Number(vector['webhook-timestamp'] ?? 1_732_253_249)) * 1000,
  };
}

function authenticationOf({ header = '', name, secret = '', headers, cert, token, token_of }: Vector): Authentication {
  if (cert !== undefined) return { kind: 'sns', topics: ['arn:aws:sns:us-west-2:123456789012:ecr-pushes'] };
  if (token !== undefined || token_of !== undefined) {
    const preset = senders.get('google')?.authentications[0];
    if (preset?.kind !== 'oidc') throw new Error('Google has another default');
    return { ...preset, audience: oidc?.audience ?? '', claims: { email: oidc?.email ?? '', email_verified: true } };
  }
  const secrets = [secret];
  if (headers !== undefined || header === 'webhook-signature') return { kind: 'standard-webhooks', secrets };
  const all = [...senders.values()].flatMap(({ authentications }) => authentications);
  const wanted = header === '' ? 'x-jfrog-event-auth' : name.includes('sha1 only') ? 'x-hub-signature-256' : header;
  const preset = all.find(one => one.kind === 'hmac' && one.headers.includes(wanted.toLowerCase()));
  if (preset?.kind !== 'hmac') throw new Error(`no sender signs in ${wanted}`);
  return { ...preset, secrets };
}

/** As Python's `quote_plus` writes it. */
const formText = (text: string) =>
  encodeURIComponent(text)
    .replace(/[!'()*]/g, one => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
const fetchText = async (url: string) =>
  url.endsWith('.pem') ? read('ecr/test-sns-cert.pem').toString() : JSON.stringify(oidc?.jwks);
const flip = (text: string, at: number) => {
  const code = text[at] === 'A' ? 'B' : 'A';
  return text.slice(0, at) + code + text.slice(at + 1);
};

describe('every vector has its verdict', () => {
  test.each(vectors)('$name', async vector => {
    const request = requestOf(vector);
    const judge = async (parts: object, auth = authenticationOf(vector)) =>
      (await verify(hookRequest({ ...request, ...parts }), auth, { fetchText })).ok;
    expect(await judge({})).toBe(vector.expect !== 'reject');
    if (vector.expect === 'reject') return;

    // A token is not over the body.
    if (vector.token === undefined) {
      for (const at of [0, request.body.length >> 1, request.body.length - 1]) {
        const body = Buffer.from(request.body);
        body[at] = (body[at] ?? 0) ^ 1;
        // White space after SNS's JSON is the one thing that its signature leaves out.
        if (vector.cert === undefined || at === request.body.length >> 1) expect(await judge({ body })).toBe(false);
      }
    }
    const signed = Object.entries(request.headers).filter(([name]) => name !== 'content-type');
    for (const [name, value] of signed) {
      for (const at of [0, value.length - 2, value.length - 1]) {
        const changed = { ...request.headers, [name]: flip(value, at) };
        // The last character of base64 holds bits that mean nothing in a token.
        if (name === 'authorization' && at === value.length - 1) continue;
        // One of two signatures may be wrong, that is how secrets are changed.
        if (name === 'webhook-signature' && at === 0 && value.includes(' ')) continue;
        expect(await judge({ headers: changed }), `${name} at ${at}`).toBe(false);
      }
      expect(await judge({ headers: { ...request.headers, [name]: [value, value] } })).toBe(false);
      expect(await judge({ headers: { ...request.headers, [name]: '' } })).toBe(false);
    }
    const auth = authenticationOf(vector);
    if ('secrets' in auth) {
      const at = (vector.secret?.length ?? 0) >> 1;
      const other = flip(vector.secret ?? '', at);
      expect(await judge({}, { ...auth, secrets: [other] })).toBe(false);
      expect(await judge({}, { ...auth, secrets: [other, vector.secret ?? ''] })).toBe(true);
    }
  });
});

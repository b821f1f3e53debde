import { readFileSync } from 'node:fs';
import { type Authentication, formatReference, type Receiver, readDelivery, senders } from '@gopdater/core';
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

describe('OPTIONS', () => {
  const readOptions = (name: string, parts: object) => {
    const sender = senders.get(name);
    if (sender === undefined) throw new Error(`There is no sender ${name}.`);
    return readDelivery(hookRequest({ ...parts, method: 'OPTIONS' }), { name, sender, authentication, options: {} });
  };

  test('asks whether one may send, of CloudEvents', () => {
    const headers = { 'webhook-request-origin': 'eventgrid.azure.net' };
    expect(readOptions('cloudevents', { headers })).toMatchObject({ pushed: [], answer: { kind: 'handshake' } });
  });

  test.each([
    ['generic', { query: 'image=acme/web:1' }],
    ['generic', { body: { image: 'acme/web:1' } }],
    ['docker-hub', { body: { repository: { repo_name: 'acme/web' }, push_data: { tag: '1' } } }],
  ])('announces nothing, whatever comes with it: %s, %j', (name, parts) => {
    expect(() => readOptions(name, parts)).toThrow(expect.objectContaining({ code: 'DELIVERY_INVALID' }));
  });
});

describe('a delivery of very many entries', () => {
  const readMany = (count: number) => {
    const sender = senders.get('distribution');
    if (sender === undefined) throw new Error('There is no sender for Distribution.');
    const events = Array.from({ length: count }, (_, index) => ({ id: `${index}`, action: 'pull' }));
    return readDelivery(hookRequest({ body: { events } }), { name: 'r', sender, authentication, options: {} });
  };

  test('is answered in a few words', () => {
    const { ignored } = readMany(1_000);
    expect(ignored).toHaveLength(101);
    expect(ignored.at(-1)).toBe('900 more');
  });

  test('is none where they are more than anybody sends', () => {
    expect(() => readMany(1_001)).toThrow('events is not a list of at most 1000 entries');
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

import { describe, expect, test } from 'vitest';
import { authenticationOf, hookRequest } from '../../test/hook-request.ts';
import { formatReference, parseReference } from '../image/reference.ts';
import { receive } from './receive.ts';
import { sampleDelivery } from './sample-delivery.ts';
import { senders } from './senders.ts';
import { sign } from './sign.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const fetchText = async () => await Promise.reject(new Error('nothing is fetched here'));
const secretFor: Readonly<Record<string, string>> = {
  basic: 'ci:a-secret-for-tests',
  'standard-webhooks': 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
};
/** An image that this sender can announce, and what must be configured for it. */
const imageFor: Readonly<Record<string, string>> = {
  'docker-hub': 'acme/web:1.4',
  github: 'ghcr.io/acme/web:1.4',
  gitea: 'git.example.com:3000/acme/web:RC-1',
  ecr: '123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/acme/web:1.4',
  nexus: 'nexus.example.com:8082/acme/web:1.4',
};
const options = { hosts: { hosted: 'nexus.example.com:8082' } };
const receiverOf = (name: string, others: object = {}) => {
  const sender = senders.get(name);
  const [preset] = sender?.authentications ?? [];
  if (sender === undefined || preset === undefined) throw new Error(`There is no sender ${name}.`);
  return { name, sender, options, authentication: authenticationOf(preset, 'secret'), ...others };
};

const ways = [...senders.values()].flatMap(sender => sender.authentications.map(preset => ({ sender, preset })));

describe('a sample', () => {
  test.each(ways)(
    'of $sender.name, proved by $preset.kind, is taken as what it announces',
    async ({ sender, preset }) => {
      const authentication = authenticationOf(preset, secretFor[preset.kind] ?? 'a-secret-for-tests');
      const image = parseReference(imageFor[sender.name] ?? 'registry.example.com:5000/acme/web/api:1.4');
      const receiver = receiverOf(sender.name, { authentication });
      const { headers, body } = sampleDelivery(image, receiver, { id: 'sample-1', now });
      const proof = sign({ id: 'sample-1', headers, body: Buffer.from(body), now }, authentication);
      if (proof.kind === 'impossible') {
        expect(['sns', 'oidc']).toContain(preset.kind);
        return;
      }
      const request = hookRequest({
        ...{ headers: { ...headers, ...proof.headers }, body: Buffer.from(body), receivedAt: now },
        ...(proof.pathSecret !== undefined && { pathSecret: proof.pathSecret }),
      });
      const received = await receive(request, receiver, { fetchText });
      const names = received.kind === 'received' ? received.pushed.map(pushed => formatReference(pushed.image)) : [];
      expect(names.map(name => name.toLowerCase())).toEqual([formatReference(image).toLowerCase()]);
      expect(proof.how).not.toContain('a-secret');
    },
  );

  test.each(['github', 'gitlab'])('of a build of %s names the image by its rule', name => {
    const image = parseReference('registry.example.com/web:1');
    const rule = { repository: 'acme/web', ref: 'v*', workflow: 'publish.yml', images: [image] };
    const receiver = receiverOf(name, { options: { builds: [rule] } });
    expect(sampleDelivery(image, receiver, { id: '1', now }).body).toContain('"acme/web"');
  });

  test.each([
    ['docker-hub', 'ghcr.io/acme/web:1', 'it would mean docker.io/acme/web:1'],
    ['ecr', 'acme/web:1', 'cannot announce docker.io/acme/web:1'],
    ['nexus', 'acme/web:1', 'cannot announce docker.io/acme/web:1'],
    ['github', 'ghcr.io/web:1', 'cannot announce ghcr.io/web:1'],
  ])('of %s is refused for %s', (name, image, words) => {
    expect(() => sampleDelivery(parseReference(image), receiverOf(name), { id: '1', now })).toThrow(
      expect.objectContaining({ code: 'SAMPLE_IMPOSSIBLE', message: expect.stringContaining(words) }),
    );
  });

  test('is not proved where only the public key is here', () => {
    const secrets = ['whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'];
    const unsigned = { id: '1', headers: {}, body: Buffer.from('{}'), now };
    expect(sign(unsigned, { kind: 'standard-webhooks', secrets })).toMatchObject({ kind: 'impossible' });
  });
});

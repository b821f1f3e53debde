import {
  type Authentication,
  type AuthenticationPreset,
  formatReference,
  type ImageReference,
  parseReference,
  type Receiver,
  sampleDelivery,
  senders,
} from '@gopdater/core';
import { isCaptured, readCaptured } from './captured-request.ts';

/** What `gopdater hook send` sends, before it is signed. */
export interface SampleToSend {
  /** In words, e.g. `a push of docker.io/acme/web:1.4`. */
  readonly what: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer<ArrayBuffer>;
}

interface SampleNames {
  /** What the sender would call it. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A push of this image. @throws GopdaterError `SAMPLE_IMPOSSIBLE` */
export function sampleOfImage(image: ImageReference, receiver: Receiver, names: SampleNames): SampleToSend {
  const { headers, body } = sampleDelivery(image, receiver, names);
  return { what: `a push of ${formatReference(image)}`, headers, body: Buffer.from(body) };
}

/** A captured request without what proved it, or a body with the headers that this sender writes. */
export function sampleOfFile(bytes: Buffer, receiver: Receiver, names: SampleNames): SampleToSend {
  if (!isCaptured(bytes)) {
    const { headers } = receiver.sender.sample(harmlessImage(receiver), { ...names, options: receiver.options });
    return { what: 'that body', headers, body: Buffer.from(bytes) };
  }
  const { headers, body } = readCaptured(bytes);
  const kept = headers
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => isKept(name, receiver));
  return { what: 'that request', headers: Object.fromEntries(kept), body: Buffer.from(body) };
}

/** An image of the sender’s registry that no service uses, of an owner that may be announced. */
export function harmlessImage({ sender, options, owners = [], repositories = [] }: Receiver): ImageReference {
  const registry = options.host ?? Object.values(options.hosts ?? {})[0] ?? registries[sender.name] ?? 'example.com';
  const owner = owners.find(name => name !== '*') ?? 'gopdater';
  const [repository = `${registry}/${owner}/gopdater-test`] = repositories;
  return parseReference(`${repository}:gopdater-test`);
}

const registries: Readonly<Record<string, string>> = {
  'docker-hub': 'docker.io',
  github: 'ghcr.io',
  ecr: '000000000000.dkr.ecr.us-east-1.amazonaws.com',
};

/** What belongs to one connection, or has proved one request. */
const passing = new Set([
  ...['host', 'connection', 'content-length', 'transfer-encoding', 'expect', 'keep-alive', 'te', 'upgrade'],
  ...['accept-encoding', 'authorization', 'cookie', 'webhook-id', 'webhook-timestamp', 'webhook-signature'],
  // GitHub's and Gitea's older or other signatures, which nobody checks here.
  ...['x-hub-signature', 'x-gogs-signature', 'x-forgejo-signature'],
  ...[...senders.values()].flatMap(({ authentications }) => authentications.flatMap(proofHeaders)),
]);

function isKept(name: string, { authentication }: Receiver): boolean {
  return !passing.has(name) && !proofHeaders(authentication).includes(name);
}

function proofHeaders(way: Authentication | AuthenticationPreset): readonly string[] {
  switch (way.kind) {
    case 'token':
      return [way.header];
    case 'hmac':
      return way.headers;
    default:
      return [];
  }
}

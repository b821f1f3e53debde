import { createHmac } from 'node:crypto';
import type { Authentication } from './authentication.ts';
import { payloadOf } from './payload.ts';
import { readHeaders } from './request.ts';
import { standardWebhooksKey } from './verify-standard-webhooks.ts';

/** What is to be sent. */
export interface Unsigned {
  /** What the sender calls the delivery. */
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What a sender adds to prove itself, or why nobody else can. */
export type Proof =
  | {
      readonly kind: 'proof';
      readonly headers: Readonly<Record<string, string>>;
      /** Behind the receiver's name in the path. */
      readonly pathSecret?: string | undefined;
      /** How, in words; never the secret. */
      readonly how: string;
    }
  /** Only its sender holds the key. */
  | { readonly kind: 'impossible'; readonly reason: string };

/** Does what the sender does with the first of the secrets: the other side of `verify`. */
export function sign(unsigned: Unsigned, authentication: Authentication): Proof {
  const { body } = unsigned;
  const proof = (headers: Readonly<Record<string, string>>, how: string): Proof => ({ kind: 'proof', headers, how });
  if (authentication.kind === 'sns') {
    return { kind: 'impossible', reason: 'Amazon SNS signs with a key of its own' };
  }
  if (authentication.kind === 'oidc') return { kind: 'impossible', reason: 'only the issuer signs its tokens' };
  const [secret = ''] = authentication.secrets;
  switch (authentication.kind) {
    case 'path':
      return { kind: 'proof', headers: {}, pathSecret: secret, how: 'the secret in the path' };
    case 'token':
      return proof({ [authentication.header]: secret }, `the header ${authentication.header}`);
    case 'bearer':
      return proof({ authorization: `Bearer ${secret}` }, 'a bearer token');
    case 'basic':
      return proof({ authorization: `Basic ${Buffer.from(secret).toString('base64')}` }, 'user and password');
    case 'hmac': {
      const { headers, prefix, algorithm, over } = authentication;
      const [header = ''] = headers;
      const asked = { headers: readHeaders(Object.entries(unsigned.headers).flat()), body };
      const digest = createHmac(algorithm, secret)
        .update(over === 'payload' ? payloadOf(asked) : body)
        .digest('hex');
      return proof({ [header]: prefix + digest }, `the HMAC in ${header}`);
    }
    case 'standard-webhooks':
      return signStandardWebhooks(unsigned, secret);
  }
}

/** @see Standard Webhooks, "Signature scheme" */
function signStandardWebhooks({ id, now, body }: Unsigned, secret: string): Proof {
  const key = standardWebhooksKey(secret);
  if (key === undefined) return { kind: 'impossible', reason: 'whpk_… is only the public key' };
  const timestamp = String(Math.floor(now / 1000));
  const content = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  const signature = `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
  return { kind: 'proof', headers, how: 'webhook-signature' };
}

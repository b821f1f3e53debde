import { readFileSync } from 'node:fs';
import { type Authentication, senders } from '@gopdater/core';

const readSample = (name: string): Buffer => readFileSync(new URL(`./deliveries/samples/${name}`, import.meta.url));

/** A signature, and what it is over. */
export interface Vector {
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

export const vectors: readonly Vector[] = JSON.parse(readSample('vectors.json').toString());
const oidc = vectors.find(({ name }) => name === 'gar OIDC ok');

/** The request that carries it. */
export function requestOf(vector: Vector) {
  const { file, header, value, body_utf8, body_is, now } = vector;
  const form = `payload=${formText(readSample('ghcr/ping.json').toString())}`;
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
    body: file !== undefined ? readSample(file) : Buffer.from(body_is === undefined ? (body_utf8 ?? '') : form),
    receivedAt: (now ?? Number(vector['webhook-timestamp'] ?? 1_732_253_249)) * 1000,
  };
}

/** The receiver’s way that should take it, or refuse it. */
export function authenticationOf({
  header = '',
  name,
  secret = '',
  headers,
  cert,
  token,
  token_of,
}: Vector): Authentication {
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
/** Gets the keys of the vectors, whatever is asked for. */
export const fetchText = async (url: string) =>
  url.endsWith('.pem') ? readSample('ecr/test-sns-cert.pem').toString() : JSON.stringify(oidc?.jwks);

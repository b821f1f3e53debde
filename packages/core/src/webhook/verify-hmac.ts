import { createHmac } from 'node:crypto';
import type { HmacPreset, Verdict } from './authentication.ts';
import { payloadOf } from './payload.ts';
import type { HookRequest } from './request.ts';
import { isSameSecret } from './signature.ts';

const digits: Readonly<Record<HmacPreset['algorithm'], RegExp>> = { sha256: /^[0-9a-f]{64}$/, sha1: /^[0-9a-f]{40}$/ };

/** HMAC over the raw bytes; the digits in lower case, all of them, and one signature only. */
export function verifyHmac(
  request: HookRequest,
  { headers, prefix, algorithm, over, secrets }: HmacPreset & { readonly secrets: readonly string[] },
): Verdict {
  const names = headers.join(' or ');
  const [value = '', ...more] = headers.flatMap(name => request.headers.get(name) ?? []);
  if (value === '') return { ok: false, reason: `${names} was not sent` };
  if (more.length > 0) return { ok: false, reason: `${names} was sent more than once` };
  const signature = value.slice(prefix.length);
  if (!value.startsWith(prefix) || !digits[algorithm].test(signature)) {
    return { ok: false, reason: `${names} is not “${prefix}” and the hexadecimal digits of an HMAC-${algorithm}` };
  }
  const signed = over === 'payload' ? payloadOf(request) : request.body;
  const fits = secrets.map(
    secret => secret !== '' && isSameSecret(signature, createHmac(algorithm, secret).update(signed).digest('hex')),
  );
  if (fits.includes(true)) return { ok: true };
  return { ok: false, reason: `${names} is not of this body with this secret` };
}

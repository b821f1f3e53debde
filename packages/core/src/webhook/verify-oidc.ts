import type { JSONWebKeySet } from 'jose';
import { GopdaterError } from '../errors.ts';
import { objectOf } from '../json.ts';
import type { OidcAuthentication, Verdict, VerifyDependencies } from './authentication.ts';
import { type HookRequest, headerOf } from './request.ts';
import { strictBase64 } from './strict-base64.ts';

const toleranceSeconds = 60;

/**
 * A bearer token of an OpenID provider: RS256 by one of its keys, for this audience, now, with the claims configured.
 *
 * @see Google Cloud, "Authentication for push subscriptions"
 */
export async function verifyOidc(
  request: HookRequest,
  { issuers, keysUrl, audience, claims }: OidcAuthentication,
  { fetchText }: VerifyDependencies,
): Promise<Verdict> {
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(headerOf(request, 'authorization') ?? '')?.[1];
  const isExact = token?.split('.').every(part => strictBase64(part, 'base64url') !== undefined);
  if (token === undefined || isExact !== true)
    return { ok: false, reason: 'authorization is no signed JSON web token' };
  const keys = readKeys(await fetchText(keysUrl));
  const { createLocalJWKSet, jwtVerify } = await import('jose');
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
      algorithms: ['RS256'],
      issuer: [...issuers],
      audience,
      currentDate: new Date(request.receivedAt),
      clockTolerance: toleranceSeconds,
      requiredClaims: ['exp', 'iat'],
      maxTokenAge: '1h',
    });
    const wrong = Object.entries(claims).find(([name, value]) => payload[name] !== value)?.[0];
    if (wrong === undefined) return { ok: true };
    return { ok: false, reason: `the token’s “${wrong}” is another than the configured one` };
  } catch (error) {
    return { ok: false, reason: `the token is not good: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function readKeys(text: string): JSONWebKeySet {
  try {
    const { keys } = objectOf(JSON.parse(text));
    if (Array.isArray(keys)) return { keys };
  } catch {
    // Said below: it is the provider's fault, not the sender's.
  }
  throw new GopdaterError('KEYS_UNREACHABLE', 'The keys of the tokens’ issuer are no key set.', {
    hint: 'The sender is asked to try again.',
  });
}

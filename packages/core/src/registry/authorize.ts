import { GopdaterError } from '../errors.ts';
import type { RegistryCredentials } from '../image/credentials.ts';
import type { ImageReference } from '../image/reference.ts';
import { objectOf, textOf } from '../json.ts';
import type { PatientFetch, RegistryAnswer, RegistryRequest } from './patient-fetch.ts';
import { refusal } from './refusal.ts';

/**
 * Answers a registry's 401 with the value of an `Authorization` header: a token that it is asked for, or the
 * credentials themselves. `undefined` if the challenge needs credentials and there are none, or they are refused.
 *
 * @param challenge  the `WWW-Authenticate` header
 * @throws GopdaterError as `Registry.resolve`
 * @see OCI Distribution Spec v1.1; Distribution, "Token Authentication Specification"
 */
export async function authorize(
  challenge: string,
  image: ImageReference,
  {
    registry,
    credentials,
    send,
    now,
  }: {
    /** Whose challenge it is. */
    readonly registry: URL;
    readonly credentials: RegistryCredentials | undefined;
    readonly send: PatientFetch;
    readonly now: () => number;
  },
): Promise<string | undefined> {
  if (credentials !== undefined && 'registryToken' in credentials) return bearer(credentials.registryToken);
  if (!/(^|,)\s*bearer\s/i.test(challenge)) return /(^|,)\s*basic\b/i.test(challenge) ? basic(credentials) : undefined;

  const { realm, service, scope } = parseChallenge(challenge, registry, image);
  const answer =
    credentials !== undefined && 'identityToken' in credentials
      ? await send(realm, refreshRequest(credentials.identityToken, { service, scope }))
      : await send(tokenUrl(realm, { service, scope }), tokenRequest(credentials));
  if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) return undefined;
  if (answer.status !== 200) throw refusal(answer, image, now());
  const authorization = bearer(tokenOf(answer));
  if (authorization !== undefined) return authorization;
  throw new GopdaterError('REGISTRY_FAILED', `The token server at ${realm.origin} gave an answer without a token.`);
}

interface Challenge {
  readonly realm: URL;
  readonly service: string | undefined;
  readonly scope: string;
}

function parseChallenge(challenge: string, registry: URL, image: ImageReference): Challenge {
  const parameter = (name: string) => new RegExp(`[\\s,]${name}="([^"]*)"`, 'i').exec(challenge)?.[1];
  const realm = parameter('realm') ?? '';
  if (!URL.canParse(realm)) throw badRealm(registry, 'no address to ask for a token');
  const url = new URL(realm);
  // Credentials that the registry itself would get encrypted must not leave in the clear.
  if (url.protocol !== 'https:' && registry.protocol === 'https:') throw badRealm(registry, 'an unencrypted address');
  return {
    realm: url,
    service: parameter('service'),
    scope: parameter('scope') ?? `repository:${image.repository}:pull`,
  };
}

function badRealm(registry: URL, what: string): GopdaterError {
  return new GopdaterError('REGISTRY_FAILED', `The registry at ${registry.origin} names ${what} in its challenge.`);
}

function tokenUrl(realm: URL, { service, scope }: Omit<Challenge, 'realm'>): URL {
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  url.searchParams.set('scope', scope);
  return url;
}

function tokenRequest(credentials: RegistryCredentials | undefined): RegistryRequest {
  const authorization = basic(credentials);
  return { method: 'GET', headers: authorization === undefined ? {} : { authorization } };
}

/** @see Distribution, "OAuth2 Token Authentication" */
function refreshRequest(identityToken: string, { service, scope }: Omit<Challenge, 'realm'>): RegistryRequest {
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: identityToken });
  body.set('client_id', 'gopdater');
  body.set('scope', scope);
  if (service !== undefined) body.set('service', service);
  return { method: 'POST', body };
}

function basic(credentials: RegistryCredentials | undefined): string | undefined {
  if (credentials === undefined || !('password' in credentials)) return undefined;
  return `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
}

/** What no header can hold is no token; fetch would quote it in its error. */
function bearer(token: string | undefined): string | undefined {
  return token !== undefined && /^[!-~]+$/.test(token) ? `Bearer ${token}` : undefined;
}

function tokenOf({ body }: RegistryAnswer): string | undefined {
  try {
    const { token, access_token } = objectOf(JSON.parse(Buffer.from(body).toString('utf8')));
    return textOf(token) ?? textOf(access_token);
  } catch {
    // The parser's message quotes the answer, which may hold a token.
    return undefined;
  }
}

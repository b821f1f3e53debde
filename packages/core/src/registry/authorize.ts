import { GopdaterError } from '../errors.ts';
import type { RegistryCredentials } from '../image/credentials.ts';
import type { ImageReference } from '../image/reference.ts';
import { objectOf, textOf } from '../json.ts';

/**
 * Answers a registry's 401 with the value of an `Authorization` header: a token that it is asked for, or the
 * credentials themselves. `undefined` if the challenge needs credentials and there are none.
 *
 * @see OCI Distribution Spec v1.1; Distribution, "Token Authentication Specification"
 */
export async function authorize(
  response: Response,
  image: ImageReference,
  { credentials, signal }: { readonly credentials: RegistryCredentials | undefined; readonly signal: AbortSignal },
): Promise<string | undefined> {
  const challenge = response.headers.get('www-authenticate') ?? '';
  const basic =
    credentials && `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
  if (/^basic\b/i.test(challenge)) return basic;
  if (!/^bearer\b/i.test(challenge)) return undefined;

  const answer = await fetch(tokenUrl(challenge, image, new URL(response.url)), {
    headers: basic === undefined ? {} : { authorization: basic },
    signal,
  });
  if (!answer.ok) return undefined;
  const body = objectOf(await answer.json());
  const token = textOf(body.token) ?? textOf(body.access_token);
  return token === undefined ? undefined : `Bearer ${token}`;
}

function tokenUrl(challenge: string, image: ImageReference, registry: URL): URL {
  const parameter = (name: string) => new RegExp(`[\\s,]${name}="([^"]*)"`, 'i').exec(challenge)?.[1];
  const realm = parameter('realm');
  if (realm === undefined || !URL.canParse(realm)) throw badRealm(registry, 'no address to ask for a token');
  const url = new URL(realm);
  // Credentials that the registry itself would get encrypted must not leave in the clear.
  if (url.protocol !== 'https:' && registry.protocol === 'https:') throw badRealm(registry, 'an unencrypted address');
  const service = parameter('service');
  if (service !== undefined) url.searchParams.set('service', service);
  url.searchParams.set('scope', parameter('scope') ?? `repository:${image.repository}:pull`);
  return url;
}

function badRealm(registry: URL, what: string): GopdaterError {
  return new GopdaterError('REGISTRY_FAILED', `The registry at ${registry.origin} names ${what} in its challenge.`);
}

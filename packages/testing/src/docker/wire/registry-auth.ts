import type { PullCredentials } from '../state/pull-image.ts';
import { objectOf, stringOf } from './json.ts';

/** Reads the `X-Registry-Auth` header: JSON in base64url. Clients without credentials send `{}`. */
export function parseRegistryAuth(header: string | string[] | undefined): PullCredentials | undefined {
  if (typeof header !== 'string' || header === '') return undefined;
  const auth = objectOf(parseJson(Buffer.from(header, 'base64url').toString()));
  const registryToken = stringOf(auth.registrytoken);
  if (registryToken) return { registryToken };
  const identityToken = stringOf(auth.identitytoken);
  if (identityToken) return { identityToken };
  const username = stringOf(auth.username);
  return username === undefined ? undefined : { username, password: stringOf(auth.password) ?? '' };
}

/** The engine ignores a header that it cannot read. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

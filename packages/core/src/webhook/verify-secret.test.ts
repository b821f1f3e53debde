import { expect, test } from 'vitest';
import { type HookRequestParts, hookRequest } from '../../test/hook-request.ts';
import type { SecretAuthentication } from './authentication.ts';
import { verify } from './verify.ts';

const token = 'abcdefghijklmnop';
const user = 'gopdater:pässword:1';
const encoded = Buffer.from(user).toString('base64');
const bearer: SecretAuthentication = { kind: 'bearer', query: 'access_token', secrets: ['another', token] };
const basic: SecretAuthentication = { kind: 'basic', secrets: ['another', user] };
const verbatim: SecretAuthentication = { kind: 'token', header: 'authorization', secrets: [`Token ${token}`] };
const withHeader = (...authorization: readonly string[]) => ({ headers: { Authorization: authorization } });

test.each<readonly [SecretAuthentication, HookRequestParts, boolean]>([
  [bearer, withHeader(`Bearer ${token}`), true],
  [bearer, withHeader(`bearer ${token}`), true],
  [bearer, withHeader(token), false],
  [bearer, withHeader(`Bearer ${token}`, `Bearer ${token}`), false],
  [bearer, withHeader(`Bearer ${token}, Bearer ${token}`), false],
  [bearer, { query: `access_token=${token}` }, true],
  [bearer, { query: `access_token=${token}&access_token=${token}` }, false],
  [bearer, { query: `access_token=${token}`, ...withHeader('Bearer x') }, false],
  [basic, withHeader(`Basic ${encoded}`), true],
  [basic, withHeader(`basic ${encoded.replace(/=+$/, '')}`), true],
  [basic, withHeader(`Basic ${user}`), false],
  [basic, withHeader(`Bearer ${encoded}`), false],
  [verbatim, withHeader(`Token ${token}`), true],
  [verbatim, withHeader(`token ${token}`), false],
  [verbatim, withHeader(token), false],
])('%j takes %j: %s', async (authentication, parts, ok) => {
  const verdict = await verify(hookRequest(parts), authentication, { fetchText: async () => '' });
  expect(verdict.ok).toBe(ok);
});

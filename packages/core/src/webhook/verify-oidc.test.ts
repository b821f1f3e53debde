import { createHmac, sign as signNode } from 'node:crypto';
import {
  exportJWK,
  exportPKCS8,
  exportSPKI,
  generateKeyPair,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose';
import { describe, expect, test } from 'vitest';
import { hookRequest } from '../../test/hook-request.ts';
import type { Authentication } from './authentication.ts';
import { verify } from './verify.ts';

const nowMs = 1_732_253_249_000;
const now = nowMs / 1000;
const keys = await generateKeyPair('RS256', { extractable: true });
const other = await generateKeyPair('RS256', { extractable: true });
const elliptic = await generateKeyPair('ES256', { extractable: true });
const published = { ...(await exportJWK(keys.publicKey)), kid: 'one', use: 'sig' };
const email = 'push@project.iam.gserviceaccount.com';
const good = {
  iss: 'https://accounts.google.com',
  aud: 'https://ops.example.com',
  email,
  email_verified: true,
  iat: now,
  exp: now + 3600,
};
const authentication: Authentication = {
  kind: 'oidc',
  issuers: ['https://accounts.google.com', 'accounts.google.com'],
  keysUrl: 'https://keys.example.com',
  audience: 'https://ops.example.com',
  claims: { email, email_verified: true },
};

const judge = async (token: string, authorization = `Bearer ${token}`) =>
  await verify(hookRequest({ headers: { authorization }, receivedAt: nowMs }), authentication, {
    fetchText: async () =>
      JSON.stringify({ keys: [published, { ...(await exportJWK(elliptic.publicKey)), kid: 'two' }] }),
  });
const sign = async (payload: object, header: Partial<JWTHeaderParameters> = {}, key = keys.privateKey) => {
  const claims: JWTPayload = JSON.parse(JSON.stringify(payload));
  return await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'one', ...header }).sign(key);
};
const pem = await exportPKCS8(keys.privateKey);
const publicPem = await exportSPKI(keys.publicKey);
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const signedBy = (header: object, signature: (content: Buffer) => Buffer) => {
  const content = `${encode(header)}.${encode(good)}`;
  return `${content}.${signature(Buffer.from(content)).toString('base64url')}`;
};

describe('a token of the issuer', () => {
  test.each([
    ['as it is', good],
    ['of its other name', { ...good, iss: 'accounts.google.com' }],
    ['for several', { ...good, aud: ['https://other.example.com', good.aud] }],
    ['just over', { ...good, iat: now - 3000, exp: now - 59 }],
    ['from a clock that is a little early', { ...good, iat: now + 59, nbf: now + 59 }],
  ])('is taken %s', async (_, payload) => {
    expect(await judge(await sign(payload))).toEqual({ ok: true });
  });

  test.each([
    ['for somebody else', { ...good, aud: 'https://ops.example.com.evil.example' }],
    ['for nobody', { ...good, aud: undefined }],
    ['of another issuer', { ...good, iss: 'https://accounts.google.com/' }],
    ['of no issuer', { ...good, iss: undefined }],
    ['that is over', { ...good, iat: now - 3000, exp: now - 61 }],
    ['without an end', { ...good, exp: undefined }],
    ['without a beginning', { ...good, iat: undefined }],
    ['from the future', { ...good, iat: now + 61 }],
    ['for the future', { ...good, nbf: now + 61 }],
    ['that was made for years', { ...good, iat: now - 4000, exp: now + 1e8 }],
    ['of another account', { ...good, email: 'other@project.iam.gserviceaccount.com' }],
    ['of an account in capitals', { ...good, email: email.toUpperCase() }],
    ['of an address that nobody has confirmed', { ...good, email_verified: false }],
    ['that says so in words', { ...good, email_verified: 'true' }],
    ['of no account', { ...good, email: undefined }],
  ])('is refused %s', async (_, payload) => {
    expect(await judge(await sign(payload))).toMatchObject({ ok: false });
  });

  test.each([
    ['of a key that is not published', async () => await sign(good, {}, other.privateKey)],
    [
      'of a key that it brings along',
      async () => await sign(good, { jwk: await exportJWK(other.publicKey) }, other.privateKey),
    ],
    [
      'of a key that it tells where to get',
      async () => await sign(good, { jku: 'https://evil.example' }, other.privateKey),
    ],
    ['of a key with another name', async () => await sign(good, { kid: 'three' })],
    [
      'by another algorithm of the same key',
      () => signedBy({ alg: 'RS512', kid: 'one' }, content => signNode('sha512', content, pem)),
    ],
    ['by no algorithm', () => signedBy({ alg: 'none', kid: 'one' }, () => Buffer.alloc(0))],
    ['by none, in capitals', () => signedBy({ alg: 'NONE', kid: 'one' }, () => Buffer.from('x'))],
    [
      'as an HMAC with the key that everybody knows',
      () => signedBy({ alg: 'HS256', kid: 'one' }, content => createHmac('sha256', publicPem).update(content).digest()),
    ],
    ['by an elliptic curve', async () => await sign(good, { alg: 'ES256', kid: 'two' }, elliptic.privateKey)],
    [
      'with extensions that nobody knows',
      () => signedBy({ alg: 'RS256', kid: 'one', crit: ['x'], x: 1 }, content => signNode('sha256', content, pem)),
    ],
  ])('is refused %s', async (_, make) => {
    expect(await judge(await make())).toMatchObject({ ok: false });
  });

  test('is taken as “Bearer” alone, and written as base64url is', async () => {
    const token = await sign(good);
    const [header = '', payload = '', signature = ''] = token.split('.');
    for (const changed of [
      ...[`Bearer ${header}.${payload}.${signature}=`, `Bearer ${header}.${payload}.${signature}.`, `Bearer  ${token}`],
      ...[`Basic ${token}`, token, `Bearer ${token}, Bearer ${token}`, `Bearer ${header}..${signature}`, ''],
    ]) {
      expect(await judge('', changed), changed).toMatchObject({ ok: false });
    }
  });
});

import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { hookRequest } from '../../test/hook-request.ts';
import { verifyHmac } from './verify-hmac.ts';

const secret = 'what only two know';
const json = Buffer.from('{"name":"größer + 1"}');
const form = Buffer.from(`payload=${encodeURIComponent(json.toString()).replaceAll('%20', '+')}`);
const hexOf = (bytes: Buffer, algorithm = 'sha256') => createHmac(algorithm, secret).update(bytes).digest('hex');
const preset = {
  kind: 'hmac',
  headers: ['x-signature'],
  prefix: 'sha256=',
  algorithm: 'sha256',
  over: 'body',
} as const;
const hex = hexOf(json);

test.each([
  [`sha256=${hex}`, true],
  [`SHA256=${hex}`, false],
  [`sha256=${hex.toUpperCase()}`, false],
  [hex, false],
  ['sha256=', false],
  [`sha256=${hex.slice(2)}`, false],
  [`sha256=${hex}\n`, false],
  [`sha256=${hex},sha256=${hex}`, false],
  [`sha1=${hexOf(json, 'sha1')}`, false],
  [`sha256=${hexOf(form)}`, false],
])('the header “%s” is taken: %s', (value, ok) => {
  const request = hookRequest({ headers: { 'X-Signature': value }, body: json });
  expect(verifyHmac(request, { ...preset, secrets: ['another', secret] }).ok).toBe(ok);
});

test('bytes that are no text are signed like others', () => {
  const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0xff, 0x00]);
  const request = hookRequest({ headers: { 'x-signature': `sha256=${hexOf(bytes)}` }, body: bytes });
  expect(verifyHmac(request, { ...preset, secrets: [secret] }).ok).toBe(true);
});

describe('of a form', () => {
  const judge = (over: 'body' | 'payload', signed: Buffer) => {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'x-signature': `sha256=${hexOf(signed)}`,
    };
    return verifyHmac(hookRequest({ headers, body: form }), { ...preset, over, secrets: [secret] }).ok;
  };

  test('either the form is signed or the text in it, as the sender does', () => {
    expect([judge('body', form), judge('payload', json)]).toEqual([true, true]);
    expect([judge('body', json), judge('payload', form)]).toEqual([false, false]);
  });
});

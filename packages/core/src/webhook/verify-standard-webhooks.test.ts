import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { hookRequest } from '../../test/hook-request.ts';
import { verifyStandardWebhooks } from './verify-standard-webhooks.ts';

const now = 1_732_253_249;
const body = Buffer.from('{"type":"image.pushed"}');
const [key, oldKey] = [Buffer.alloc(32, 'new'), Buffer.alloc(24, 'old')];
const secretOf = (bytes: Buffer) => `whsec_${bytes.toString('base64')}`;
const signatureOf = (bytes: Buffer, timestamp: string) =>
  `v1,${createHmac('sha256', bytes).update(`one.${timestamp}.`).update(body).digest('base64')}`;
const signature = signatureOf(key, `${now}`);
const old = signatureOf(oldKey, `${now}`);

const judge = (headers: Readonly<Record<string, string>>, secrets = [secretOf(key)]) =>
  verifyStandardWebhooks(
    hookRequest({
      headers: { 'Webhook-Id': 'one', 'Webhook-Timestamp': `${now}`, 'Webhook-Signature': signature, ...headers },
      body,
      receivedAt: now * 1000,
    }),
    { secrets },
  ).ok;

test.each([
  [`${old} ${signature}`, true],
  [`v2,${signature.slice(3)} v1a,AAAA  ${signature}`, true],
  [old, false],
  [`${old},${signature}`, false],
  [signature.slice(3), false],
  [signature.replace('v1', 'V1'), false],
  [signature.replace('=', ''), false],
  [`v1,${Buffer.from(signature.slice(3), 'base64').toString('hex')}`, false],
])('of the signatures “%s” one counts: %s', (given, ok) => {
  expect(judge({ 'Webhook-Signature': given })).toBe(ok);
});

test('a secret takes the place of another', () => {
  expect(judge({ 'Webhook-Signature': old }, [secretOf(key), secretOf(oldKey)])).toBe(true);
});

test.each(['', key.toString('base64'), 'whsec_', secretOf(key).replace('=', '')])('“%s” is no secret', secret => {
  expect(judge({}, [secret])).toBe(false);
});

test.each([
  [`${now - 300}`, true],
  [`${now + 300}`, true],
  [`${now - 301}`, false],
  [`${now + 301}`, false],
  [`${now}.0`, false],
  [`${now}000`, false],
  ['2024-11-22T05:27:29Z', false],
])('a delivery that was signed at %s is taken: %s', (timestamp, ok) => {
  expect(judge({ 'Webhook-Timestamp': timestamp, 'Webhook-Signature': signatureOf(key, timestamp) })).toBe(ok);
});

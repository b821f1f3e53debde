import { createHmac, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { Verdict } from './authentication.ts';
import { type HookRequest, headerOf } from './request.ts';
import { isSameSecret } from './signature.ts';
import { strictBase64 } from './strict-base64.ts';

const toleranceMs = 5 * 60_000;
/** What makes 32 bytes a public key of ed25519 (RFC 8410). */
const ed25519Prefix = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * `webhook-signature` over `webhook-id`, `webhook-timestamp` and the body, at most five minutes old or early.
 *
 * @see Standard Webhooks, "Verifying signatures"
 */
export function verifyStandardWebhooks(
  request: HookRequest,
  { secrets }: { readonly secrets: readonly string[] },
): Verdict {
  const id = headerOf(request, 'webhook-id');
  const timestamp = headerOf(request, 'webhook-timestamp');
  const signatures = headerOf(request, 'webhook-signature');
  if (id === undefined || timestamp === undefined || signatures === undefined) {
    return { ok: false, reason: 'webhook-id, webhook-timestamp and webhook-signature were not all sent, once each' };
  }
  if (!/^\d{1,12}$/.test(timestamp)) return { ok: false, reason: 'webhook-timestamp is no number of seconds' };
  const offMs = Math.abs(request.receivedAt - Number(timestamp) * 1000);
  if (offMs > toleranceMs) {
    return { ok: false, reason: `webhook-timestamp is ${Math.round(offMs / 1000)} seconds away from this clock` };
  }
  const content = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), request.body]);
  const given = signatures.split(' ');
  const fits = secrets.flatMap(secret => given.map(signature => isSignature(signature, content, secret)));
  if (fits.includes(true)) return { ok: true };
  return { ok: false, reason: 'webhook-signature is not of this body with this secret' };
}

function isSignature(signature: string, content: Buffer, secret: string): boolean {
  const [version, text = '', ...more] = signature.split(',');
  if (more.length > 0) return false;
  const publicKey = publicKeyOf(secret);
  if (publicKey !== undefined) {
    const bytes = strictBase64(text);
    return version === 'v1a' && bytes?.length === 64 && verify(null, content, publicKey, bytes);
  }
  const key = standardWebhooksKey(secret);
  if (key === undefined) return false;
  return version === 'v1' && isSameSecret(text, createHmac('sha256', key).update(content).digest('base64'));
}

/** The key behind `whsec_`; `undefined` for what is none. */
export function standardWebhooksKey(secret: string): Buffer | undefined {
  const key = secret.startsWith('whsec_') ? strictBase64(secret.slice('whsec_'.length)) : undefined;
  return key !== undefined && key.length > 0 ? key : undefined;
}

function publicKeyOf(secret: string): KeyObject | undefined {
  const bytes = secret.startsWith('whpk_') ? strictBase64(secret.slice('whpk_'.length)) : undefined;
  if (bytes?.length !== 32) return undefined;
  return createPublicKey({ key: Buffer.concat([ed25519Prefix, bytes]), format: 'der', type: 'spki' });
}

import { createVerify, X509Certificate } from 'node:crypto';
import type { Verdict, VerifyDependencies } from './authentication.ts';
import { parsePayload } from './payload.ts';
import type { HookRequest } from './request.ts';
import { type SnsMessage, snsMessageOf, snsUrl } from './sns-message.ts';

const maxAgeMs = 60 * 60_000;
const certificatePath = /^\/SimpleNotificationService-[0-9a-f]+\.pem$/;
const algorithms: ReadonlyMap<string, string> = new Map([
  ['1', 'RSA-SHA1'],
  ['2', 'RSA-SHA256'],
]);
const ofConfirmation = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
const signedFields: ReadonlyMap<string, readonly string[]> = new Map([
  ['Notification', ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']],
  ['SubscriptionConfirmation', ofConfirmation],
  ['UnsubscribeConfirmation', ofConfirmation],
]);

/**
 * The signature in the body, with the certificate that it names: of SNS's own hosts, and of a configured topic only.
 *
 * @see Amazon SNS, "Verifying the signatures of Amazon SNS messages"
 */
export async function verifySns(
  { body, receivedAt }: HookRequest,
  { topics }: { readonly topics: readonly string[] },
  { fetchText }: VerifyDependencies,
): Promise<Verdict> {
  const message = readMessage(body);
  if (message === undefined) return { ok: false, reason: 'the body is no message of SNS' };
  const { topic, timestamp, texts } = message;
  if (!topics.includes(topic)) return { ok: false, reason: 'TopicArn is none of the configured topics' };
  const sentAt = Date.parse(timestamp);
  if (!(Math.abs(receivedAt - sentAt) <= maxAgeMs)) {
    return { ok: false, reason: 'Timestamp is more than an hour away from this clock' };
  }
  const url = snsUrl(texts.SigningCertURL);
  if (url === undefined || !certificatePath.test(url.pathname) || url.search + url.hash !== '') {
    return { ok: false, reason: 'SigningCertURL is not of SNS' };
  }
  const algorithm = algorithms.get(texts.SignatureVersion ?? '');
  const signed = signedText(message);
  if (algorithm === undefined || signed === undefined) {
    return { ok: false, reason: 'SignatureVersion or Type is none that SNS documents' };
  }
  return isSigned(await fetchText(url.href), { algorithm, signed, signature: texts.Signature ?? '' })
    ? { ok: true }
    : { ok: false, reason: 'Signature is not of this message' };
}

function readMessage(body: Uint8Array): SnsMessage | undefined {
  try {
    return snsMessageOf(parsePayload(body));
  } catch {
    return undefined;
  }
}

/** Each name and value on a line of its own; `Subject` only if there is one. */
function signedText({ type, texts }: SnsMessage): string | undefined {
  return signedFields
    .get(type)
    ?.filter(name => texts[name] !== undefined)
    .map(name => `${name}\n${texts[name]}\n`)
    .join('');
}

function isSigned(
  certificate: string,
  { algorithm, signed, signature }: { algorithm: string; signed: string; signature: string },
): boolean {
  try {
    const { publicKey } = new X509Certificate(certificate);
    return createVerify(algorithm).update(signed, 'utf8').verify(publicKey, signature, 'base64');
  } catch {
    return false;
  }
}

import { objectOf } from '../json.ts';

/** What Amazon SNS sends around a message. */
export interface SnsMessage {
  readonly type: string;
  readonly topic: string;
  readonly message: string;
  readonly timestamp: string;
  /** Every text in it by its name: the signature is over some of them. */
  readonly texts: Readonly<Record<string, string>>;
}

const host = /^sns\.[a-z0-9-]{3,}\.amazonaws\.com(?:\.cn)?$/;

/** A message of SNS, or `undefined`. */
export function snsMessageOf(body: unknown): SnsMessage | undefined {
  const texts: Record<string, string> = Object.fromEntries(
    Object.entries(objectOf(body)).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
  const { Type: type, TopicArn: topic, Message: message, Timestamp: timestamp = '' } = texts;
  if (type === undefined || topic === undefined || message === undefined) return undefined;
  return { type, topic, message, timestamp, texts };
}

/** A URL of SNS itself: https, its own hosts, no user, no port. */
export function snsUrl(text: string | undefined): URL | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isPlain = url.protocol === 'https:' && url.username === '' && url.password === '' && url.port === '';
  return isPlain && host.test(url.hostname) ? url : undefined;
}

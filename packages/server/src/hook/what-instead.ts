import type { Authentication } from '@gopdater/core';

/** What tries a receiver out where only its sender can sign. @param body  what would be sent */
export function whatInstead(authentication: Authentication, body: string): string {
  const plan =
    '“gopdater hook verify” explains a delivery that was captured, and “gopdater plan IMAGE” what one would do.';
  switch (authentication.kind) {
    case 'sns': {
      const [topic = 'ARN'] = authentication.topics;
      return `Let Amazon send it: aws sns publish --topic-arn ${topic} --message ${quoted(body)}. ${plan}`;
    }
    case 'oidc':
      return `Let Google send it: gcloud pubsub topics publish gcr --message ${quoted(dataOf(body))}. ${plan}`;
    default:
      return `Let the sender send a test. ${plan}`;
  }
}

/** What Pub/Sub wraps. */
function dataOf(body: string): string {
  const encoded = /"data":"([^"]*)"/.exec(body)?.[1] ?? '';
  return Buffer.from(encoded, 'base64').toString('utf8');
}

/** For a shell of POSIX. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

import { describe, expect, test } from 'vitest';
import { hookRequest } from '../../test/hook-request.ts';
import { authenticationOf, fetchText, requestOf, vectors } from '../../test/vectors.ts';
import { objectOf } from '../json.ts';
import { parsePayload } from './payload.ts';
import { verify } from './verify.ts';

const vector = vectors.find(({ cert }) => cert !== undefined);
if (vector === undefined) throw new Error('There is no vector of SNS.');
const authentication = authenticationOf(vector);
const signed = requestOf(vector);
const message = objectOf(parsePayload(signed.body));
const genuine = 'https://sns.us-west-2.amazonaws.com/SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem';

/** Whether such a message is taken, and what was asked for meanwhile. */
async function judge(others: object, receivedAt = signed.receivedAt) {
  const asked: string[] = [];
  const fetching = async (url: string) => {
    asked.push(url);
    return await fetchText(url);
  };
  const request = hookRequest({ ...signed, body: { ...message, ...others }, receivedAt });
  return { ...(await verify(request, authentication, { fetchText: fetching })), asked };
}

describe('a message of SNS', () => {
  test('is checked with the certificate that it names', async () => {
    expect(await judge({})).toEqual({ ok: true, asked: [genuine] });
  });

  test.each([
    genuine.replace('https:', 'http:'),
    genuine.replace('.com/', '.com.example.com/'),
    genuine.replace('.com/', '.com@example.com/'),
    genuine.replace('.com/', '.com:8443/'),
    genuine.replace('.com/', '.com./'),
    genuine.replace('.com/', '.com/../etc/'),
    genuine.replace('.com/', '.com/%2e%2e/etc/'),
    genuine.replace('.com/', '.com//'),
    genuine.replace('https://', 'https://user:password@'),
    genuine.replace('sns.us-west-2', 'sns.s3.us-west-2'),
    genuine.replace('sns.us-west-2', 'sns-us-west-2.s3'),
    genuine.replace('sns.us-west-2.amazonaws.com', 'example.com'),
    genuine.replace('sns.us-west-2.amazonaws.com', '169.254.169.254'),
    `${genuine}?next=https://example.com`,
    `${genuine}#1`,
    `${genuine}.example`,
    genuine.replace('.pem', ''),
    'file:///SimpleNotificationService-ab.pem',
    'nonsense',
    '',
    7,
    null,
  ])('that names the certificate %j is refused, and nothing is got from there', async SigningCertURL => {
    expect(await judge({ SigningCertURL })).toEqual({ ok: false, reason: 'SigningCertURL is not of SNS', asked: [] });
  });

  test.each([
    [{ TopicArn: 'arn:aws:sns:us-west-2:210987654321:ecr-pushes' }, 'TopicArn is none of the configured topics'],
    [{ TopicArn: [message.TopicArn] }, 'the body is no message of SNS'],
    [{ SignatureVersion: '3' }, 'SignatureVersion or Type is none that SNS documents'],
    [{ SignatureVersion: 1 }, 'SignatureVersion or Type is none that SNS documents'],
    [{ Type: 'Other' }, 'SignatureVersion or Type is none that SNS documents'],
  ])('with %j is refused before anything is got: %s', async (others, reason) => {
    expect(await judge(others)).toEqual({ ok: false, reason, asked: [] });
  });

  test.each([
    { SignatureVersion: '2' },
    { Subject: 'hello' },
    { Type: 'SubscriptionConfirmation', Token: 'x', SubscribeURL: 'https://sns.us-west-2.amazonaws.com/' },
    { Signature: '' },
    { Signature: undefined },
  ])('with %j has another signature', async others => {
    expect(await judge(others)).toMatchObject({ ok: false, reason: 'Signature is not of this message' });
  });

  test.each([3_601_000, -3_601_000])('is refused %i milliseconds after it was sent', async ms => {
    expect(await judge({}, Date.parse(String(message.Timestamp)) + ms)).toMatchObject({ ok: false, asked: [] });
  });
});

import { describe, expect, test } from 'vitest';
import { ignores, pushes, readAs } from '../../../test/parse-delivery.ts';
import { ecr, ecrHost } from './ecr.ts';

const detail = { 'action-type': 'PUSH', result: 'SUCCESS', 'repository-name': 'acme/web', 'image-tag': '1.4' };
const event = {
  ...{ id: '1', source: 'aws.ecr', 'detail-type': 'ECR Image Action', account: '123456789012', region: 'us-west-2' },
  detail,
};
const image = '123456789012.dkr.ecr.us-west-2.amazonaws.com/acme/web:1.4';
const notification = { Type: 'Notification', TopicArn: 'arn:aws:sns:us-west-2:123456789012:t', MessageId: '1' };

describe('an event of ECR', () => {
  test.each([
    ['a push', event, pushes(image)],
    ['a tag in capitals', { ...event, detail: { ...detail, 'image-tag': 'RC' } }, pushes(image.replace('1.4', 'RC'))],
    ['one through SNS', { ...notification, Message: JSON.stringify(event) }, pushes(image)],
    [
      'a push without a tag',
      { ...event, detail: { ...detail, 'image-tag': undefined } },
      ignores('the push has no tag'),
    ],
    ['a delete', { ...event, detail: { ...detail, 'action-type': 'DELETE' } }, ignores('the action is no push')],
    [
      'a push that failed',
      { ...event, detail: { ...detail, result: 'FAILURE' } },
      ignores('the push has not succeeded'),
    ],
    ['a scan', { ...event, 'detail-type': 'ECR Image Scan' }, ignores('the event is no action on an image of ECR')],
    ['one of something else', { ...event, source: 'aws.s3' }, ignores('the event is no action on an image of ECR')],
    [
      'an artifact',
      { ...event, detail: { ...detail, 'artifact-media-type': 'application/spdx+json' } },
      ignores('what was pushed is not an image'),
    ],
    ['words through SNS', { ...notification, Message: 'hello' }, ignores('the message is no event of ECR')],
    [
      'an unknown source through SNS',
      { ...notification, Message: '{"source":7}' },
      ignores('the message is no event of ECR'),
    ],
    ['other JSON through SNS', { ...notification, Message: '{"a":1}' }, ignores('the message is no event of ECR')],
    [
      'the end of a subscription',
      { ...notification, Type: 'UnsubscribeConfirmation', Message: 'x' },
      ignores('the message is no notification'),
    ],
    [
      'a subscription at another host',
      { ...notification, Type: 'SubscriptionConfirmation', Message: 'x', SubscribeURL: 'https://example.com/' },
      ignores('the message is no notification'),
    ],
  ])('%s', (_, body, expected) => {
    expect(readAs(ecr, { body })).toEqual(expected);
  });

  test.each([
    [{ ...event, account: '1.2.3.4' }, 'account or region is not one of Amazon'],
    [{ ...event, region: 'evil.example.com/' }, 'account or region is not one of Amazon'],
    [{ ...event, account: 123456789012 }, 'account is not a string'],
    [{ ...event, detail: 'push' }, 'detail is not an object'],
    [{ ...event, detail: { ...detail, 'repository-name': undefined } }, 'repository-name is not a string'],
    [{ ...event, detail: { ...detail, 'repository-name': 'acme/web:x' } }, 'repository-name or image-tag'],
  ])('%j is none: %s', (body, words) => {
    expect(readAs(ecr, { body })).toEqual(expect.stringContaining(words));
  });

  test('is of a registry whose host is made of account and region, both checked', () => {
    expect(ecrHost('123456789012', 'cn-north-1')).toBe('123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn');
    expect(ecrHost('123456789012', 'us-gov-west-1')).toBe('123456789012.dkr.ecr.us-gov-west-1.amazonaws.com');
    for (const [account, region] of [
      ['', 'us-west-2'],
      ['12345678901', 'us-west-2'],
      ['123456789012', 'us'],
      ['123456789012', 'US-WEST-2'],
    ] as const) {
      expect(ecrHost(account, region)).toBeUndefined();
    }
  });
});

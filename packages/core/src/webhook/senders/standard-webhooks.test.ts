import { describe, expect, test } from 'vitest';
import { ignores, pushes, readAs } from '../../../test/parse-delivery.ts';
import { standardWebhooks } from './standard-webhooks.ts';

const envelope = { type: 'image.pushed', timestamp: '2026-01-01T00:00:00Z', data: { image: 'acme/web', tag: 'V1' } };

describe('an envelope of Standard Webhooks', () => {
  test.each([
    ['a push', envelope, pushes('docker.io/acme/web:V1')],
    [
      'several',
      { ...envelope, data: { images: ['acme/web:1', 'r.example.com:5000/api:2'] } },
      pushes('docker.io/acme/web:1', 'r.example.com:5000/api:2'),
    ],
    [
      'a digest only',
      { ...envelope, data: { image: `acme/web@sha256:${'0'.repeat(64)}` } },
      ignores('the push has no tag'),
    ],
    ['its data beside its type', { ...envelope, data: undefined, image: 'acme/web:2' }, pushes('docker.io/acme/web:2')],
    [
      'news of something else',
      { ...envelope, type: 'order.created', data: { total: 7 } },
      ignores('the event is no push'),
    ],
    ['an order without data', { ...envelope, type: 'order.updated', data: null }, ignores('the event is no push')],
    ['a new build', { ...envelope, type: 'build.created' }, pushes('docker.io/acme/web:V1')],
    ['a pull', { ...envelope, type: 'image.pulled' }, ignores('the event is no push')],
    ['a delete', { ...envelope, type: 'image.deleted' }, ignores('the event is no push')],
    ['the end of a publication', { ...envelope, type: 'package.unpublished' }, ignores('the event is no push')],
    ['a push that failed', { ...envelope, type: 'push.failed' }, ignores('the event is no push')],
  ])('%s', (_, body, expected) => {
    expect(readAs(standardWebhooks, { body })).toEqual(expected);
  });

  test.each([
    [{ ...envelope, type: undefined }, 'type is not a string'],
    [{ ...envelope, data: undefined }, 'image is not a string'],
    [{ ...envelope, data: {} }, 'data.image is not a string'],
    [{ ...envelope, data: 'acme/web' }, 'data is not an object'],
    [{ ...envelope, data: { image: 7 } }, 'data.image is not a string'],
    [{ ...envelope, timestamp: 7 }, 'timestamp is not a string'],
  ])('%j is none: %s', (body, words) => {
    expect(readAs(standardWebhooks, { body })).toEqual(expect.stringContaining(words));
  });
});

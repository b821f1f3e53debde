import { describe, expect, test } from 'vitest';
import { ignores, pushes, readAs } from '../../../test/parse-delivery.ts';
import { google } from './google.ts';

const place = 'us-docker.pkg.dev/project/repo/web';
const digest = `${place}@sha256:${'0'.repeat(64)}`;
const insert = { action: 'INSERT', digest, tag: `${place}:1.4` };
const wrapped = (data: unknown) => ({
  message: {
    data: Buffer.from(typeof data === 'string' ? data : JSON.stringify(data)).toString('base64'),
    messageId: '1',
  },
  subscription: 'projects/p/subscriptions/s',
});

describe('a message of Artifact Registry', () => {
  test.each([
    ['a push', insert, pushes(`${place}:1.4`)],
    ['a tag in capitals', { ...insert, tag: `${place}:RC` }, pushes(`${place}:RC`)],
    ['a push without a tag', { ...insert, tag: undefined }, ignores('the push has no tag')],
    ['a delete', { ...insert, action: 'DELETE' }, ignores('the action is no push')],
  ])('%s, wrapped or not', (_, data, expected) => {
    expect(readAs(google, { body: wrapped(data) })).toEqual(expected);
    expect(readAs(google, { body: data })).toEqual(expected);
  });

  test.each([
    ['words', 'hello'],
    ['nothing', ''],
    ['bytes', '\u0000'],
    ['an object', { severity: 'INFO' }],
    ['a list', [1]],
    ['a number', '7'],
    ['an action of another kind', { action: { name: 'INSERT' } }],
  ])('may hold %s that somebody else has published: not for us, and no reason to be sent it again', (_, data) => {
    expect(readAs(google, { body: wrapped(data) })).toEqual(ignores('the message is none of Artifact Registry'));
  });

  test.each(['hello', '{"severity":"INFO"}', '[]', ''])('may hold %j without its wrapping', data => {
    const read = readAs(google, { headers: { 'x-goog-pubsub-message-id': '1' }, body: Buffer.from(data) });
    expect(read).toEqual(ignores('the message is none of Artifact Registry'));
  });

  test.each([
    [{ ...insert, tag: place }, 'tag is not a tag'],
    [{ ...insert, tag: `${place}:1@sha256:${'0'.repeat(64)}` }, 'tag is not a tag'],
    [{ ...insert, tag: 'Not A Name' }, 'tag is not the name'],
    [{ ...insert, tag: 7 }, 'tag is not a string'],
    [{ ...insert, action: undefined }, 'action is not a string'],
    [{ ...insert, digest: {} }, 'digest is not a string'],
    [{ message: 'x' }, 'message is not an object'],
    [{ message: { data: 7 } }, 'message.data is not a string'],
  ])('%j is none: %s', (body, words) => {
    expect(readAs(google, { body })).toEqual(expect.stringContaining(words));
  });
});

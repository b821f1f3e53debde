import { describe, expect, test } from 'vitest';
import { ignores, pushes, readAs } from '../../../test/parse-delivery.ts';
import { distribution } from './distribution.ts';

const target = { mediaType: 'application/vnd.oci.image.index.v1+json', repository: 'acme/web', tag: '1.4' };
const event = { id: '1', action: 'push', target, request: { host: 'registry.example.com:5000' } };
const readEvents = (...events: readonly unknown[]) => readAs(distribution, { body: { events } });
const referring = (...types: readonly unknown[]) => ({
  ...event,
  target: { ...target, references: types.map(mediaType => ({ mediaType })) },
});
const image = 'registry.example.com:5000/acme/web';

describe('notifications of Distribution', () => {
  test.each([
    ['a push', event, pushes(`${image}:1.4`)],
    [
      'a repository of many parts',
      { ...event, target: { ...target, repository: 'a/b/c/d' } },
      pushes('registry.example.com:5000/a/b/c/d:1.4'),
    ],
    ['a tag in capitals', { ...event, target: { ...target, tag: 'RC_1' } }, pushes(`${image}:RC_1`)],
    [
      'port 443, which is none',
      { ...event, request: { host: 'registry.example.com:443' } },
      pushes('registry.example.com/acme/web:1.4'),
    ],
    [
      'no request, but a URL',
      {
        ...event,
        request: undefined,
        target: { ...target, url: 'http://r.example.com:5000/v2/acme/web/manifests/sha256:0' },
      },
      pushes('r.example.com:5000/acme/web:1.4'),
    ],
    ['a pull, ours perhaps', { ...event, action: 'pull' }, ignores('the event is no push')],
    ['a mount', { ...event, action: 'mount' }, ignores('the event is no push')],
    ['a delete of a tag', { ...event, action: 'delete' }, ignores('the event is no push')],
    ['a manifest without a tag', { ...event, target: { ...target, tag: '' } }, ignores('the push has no tag')],
    [
      'a blob',
      { ...event, target: { ...target, mediaType: 'application/octet-stream', tag: undefined } },
      ignores('what was pushed is not an image'),
    ],
    [
      'a signed manifest of version 1',
      { ...event, target: { ...target, mediaType: 'application/vnd.docker.distribution.manifest.v1+prettyjws' } },
      pushes(`${image}:1.4`),
    ],
    ['an index of manifests', referring('application/vnd.oci.image.manifest.v1+json'), pushes(`${image}:1.4`)],
    [
      'an image with its config and layers',
      referring('application/vnd.oci.image.config.v1+json', 'application/vnd.oci.image.layer.v1.tar+gzip'),
      pushes(`${image}:1.4`),
    ],
    ['an image whose parts have no type', referring(undefined, null), pushes(`${image}:1.4`)],
    [
      'a chart',
      referring('application/vnd.cncf.helm.config.v1+json', 'application/vnd.cncf.helm.chart.content.v1.tar+gzip'),
      ignores('what was pushed is not an image'),
    ],
    [
      'an artifact that says so',
      { ...event, target: { ...target, artifactType: 'application/spdx+json' } },
      ignores('what was pushed is not an image'),
    ],
  ])('%s', (_, one, expected) => {
    expect(readEvents(one)).toEqual(expected);
  });

  test('are read one by one: the push counts, and neither its parts nor what is no event', () => {
    const broken = { ...event, target: { ...target, repository: '../etc' } };
    const blob = { ...event, target: { mediaType: 'application/octet-stream', repository: 'acme/web' } };
    expect(readEvents(blob, event, { ...event, action: 'pull' }, broken, null)).toEqual({
      images: [`${image}:1.4`],
      ignored: [
        'what was pushed is not an image',
        'the event is no push',
        expect.stringContaining('target.repository or target.tag'),
        expect.stringContaining('events[4]'),
      ],
    });
  });

  test.each([[['none', event]], [[{ ...event, timestamp: 7 }]]])('are read whatever the first of %j is', events => {
    expect(readEvents(...events)).toMatchObject({ images: [`${image}:1.4`] });
  });

  test('may be none at all', () => {
    expect(readEvents()).toEqual(pushes());
  });

  test.each([{}, { events: undefined }, { events: {} }, { events: 'push' }])('are not %j', body => {
    expect(readAs(distribution, { body })).toEqual(expect.stringContaining('events is not a list'));
  });

  test('have an id only if each of them has: else one that is new would pass for one that was seen', () => {
    const idOf = (events: readonly object[]) => {
      const body = Buffer.from(JSON.stringify({ events }));
      const request = { method: 'POST', headers: new Map(), query: new URLSearchParams(), pathSecret: undefined };
      return distribution.parse({ ...request, body, receivedAt: 0 }, {}).deliveryId;
    };
    expect(idOf([event, { ...event, id: '2' }])).toBe('1 2');
    expect(idOf([event, { ...event, id: undefined }])).toBeUndefined();
    expect(idOf([])).toBeUndefined();
  });
});

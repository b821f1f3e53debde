import { describe, expect, test } from 'vitest';
import { hookRequest } from '../../../test/hook-request.ts';
import { ignores, pushes, readAs } from '../../../test/parse-delivery.ts';
import { harbor } from './harbor.ts';

const place = 'harbor.example.com:8443/acme/web';
const repository = { name: 'web', namespace: 'acme', repo_full_name: 'acme/web' };
const resource = { tag: '1.4', resource_url: `${place}:1.4`, digest: `sha256:${'0'.repeat(64)}` };
const event_data = { resources: [resource], repository };
const push = { type: 'PUSH_ARTIFACT', occur_at: 1, event_data };
const cloudEvent = { specversion: '1.0', id: '1', type: 'harbor.artifact.pushed', data: event_data };
const withResources = (...resources: readonly unknown[]) => ({ ...push, event_data: { ...event_data, resources } });

describe('an event of Harbor', () => {
  test.each([
    ['a push', push, pushes(`${place}:1.4`)],
    ['a push as a CloudEvent', cloudEvent, pushes(`${place}:1.4`)],
    ['a push of version 1', { ...push, type: 'pushImage' }, pushes(`${place}:1.4`)],
    ['a tag set by hand', { ...push, type: 'CREATE_TAG' }, pushes(`${place}:1.4`)],
    ['the same as a CloudEvent', { ...cloudEvent, type: 'harbor.tag.created' }, pushes(`${place}:1.4`)],
    [
      'several',
      withResources(resource, { ...resource, tag: 'RC', resource_url: `${place}:RC` }),
      pushes(`${place}:1.4`, `${place}:RC`),
    ],
    [
      'a name without its whole',
      { ...push, event_data: { ...event_data, repository: { name: 'a/web', namespace: 'acme' } } },
      pushes('harbor.example.com:8443/acme/a/web:1.4'),
    ],
    ['a part of an image', withResources({ ...resource, tag: resource.digest }), ignores('the push has no tag')],
    [
      'a part and the image',
      withResources({ ...resource, tag: '' }, resource),
      { images: [`${place}:1.4`], ignored: ['the push has no tag'] },
    ],
    ['nothing', withResources(), pushes()],
    ['a pull', { ...push, type: 'PULL_ARTIFACT' }, ignores('the event is no push')],
    ['a delete', { ...push, type: 'DELETE_ARTIFACT' }, ignores('the event is no push')],
    ['a scan', { ...push, type: 'SCANNING_COMPLETED' }, ignores('the event is no push')],
    ['a pull as a CloudEvent', { ...cloudEvent, type: 'harbor.artifact.pulled' }, ignores('the event is no push')],
  ])('%s', (_, body, expected) => {
    expect(readAs(harbor, { body })).toEqual(expected);
  });

  test.each([
    [{ ...push, type: 7 }, 'type is not a string'],
    [{ ...push, event_data: [] }, 'event_data is not an object'],
    [{ ...push, event_data: { ...event_data, resources: {} } }, 'event_data.resources is not a list'],
    [withResources('web'), 'event_data.resources[0] is not an object'],
    [withResources({ ...resource, tag: 1 }), 'event_data.resources[0].tag is not a string'],
    [withResources({ ...resource, resource_url: undefined }), 'resource_url is not a string'],
    [withResources({ ...resource, resource_url: 'https://a b/c' }), 'resource_url, repo_full_name or tag'],
    [{ ...push, event_data: { resources: [resource] } }, 'event_data.repository'],
  ])('%j is none: %s', (body, words) => {
    expect(readAs(harbor, { body })).toEqual(expect.stringContaining(words));
  });

  test.each([
    [1_700_000_000, 1_700_000_000_000],
    [1e300, undefined],
    [0, undefined],
    ['1700000000', undefined],
  ])('that occurred at %j is of the time %j', (occur_at, time) => {
    expect(harbor.parse(hookRequest({ body: { ...push, occur_at } }), {}).time).toBe(time);
  });
});

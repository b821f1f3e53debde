import { describe, expect, test } from 'vitest';
import { ignores, pushes, readAs } from '../../../test/parse-delivery.ts';
import { quay } from './quay.ts';

const event = {
  repository: 'acme/web',
  namespace: 'acme',
  name: 'web',
  docker_url: 'quay.io/acme/web',
  updated_tags: ['1.4'],
};

describe('an event of Quay', () => {
  test.each([
    ['a push', event, pushes('quay.io/acme/web:1.4')],
    [
      'every tag of it',
      { ...event, updated_tags: ['1.4', 'LATEST'] },
      pushes('quay.io/acme/web:1.4', 'quay.io/acme/web:LATEST'),
    ],
    [
      'an own server with a port',
      { ...event, docker_url: 'quay.example.com:8443/acme/web' },
      pushes('quay.example.com:8443/acme/web:1.4'),
    ],
    ['a URL', { ...event, docker_url: 'https://quay.example.com/acme/web' }, pushes('quay.example.com/acme/web:1.4')],
    ['no repository in one', { ...event, repository: undefined }, pushes('quay.io/acme/web:1.4')],
    [
      'a signature beside it',
      { ...event, updated_tags: ['1', `sha256-${'0'.repeat(64)}.sig`] },
      { images: ['quay.io/acme/web:1'], ignored: ['the tag is of a signature, attestation or other artifact'] },
    ],
    ['no tags', { ...event, updated_tags: [] }, ignores('the event is no push')],
    ['a build', { ...event, updated_tags: undefined, docker_tags: ['1.4'] }, ignores('the event is no push')],
    [
      'what is told of a whole organisation',
      { namespace: 'acme', homepage: 'https://quay.io/organization/acme' },
      ignores('the event is no push'),
    ],
    ['a scan', { ...event, updated_tags: undefined, vulnerability: {} }, ignores('the event is no push')],
  ])('%s', (_, body, expected) => {
    expect(readAs(quay, { body })).toEqual(expected);
  });

  test.each([
    [{ ...event, docker_url: undefined }, 'docker_url is not a string'],
    [{ ...event, updated_tags: '1.4' }, 'updated_tags is not a list'],
    [{ ...event, updated_tags: ['1.4', 7] }, 'updated_tags[1]'],
    [{ ...event, updated_tags: ['../1'] }, 'docker_url, repository or updated_tags'],
    [{ ...event, repository: 'acme', docker_url: '' }, 'docker_url, repository or updated_tags'],
    [{ ...event, repository: undefined, namespace: 7 }, 'namespace is not a string'],
  ])('%j is none: %s', (body, words) => {
    expect(readAs(quay, { body })).toEqual(expect.stringContaining(words));
  });
});

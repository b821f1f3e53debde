import { describe, expect, test } from 'vitest';
import { ignores, pushes, readAs } from '../../../test/parse-delivery.ts';
import { jfrog } from './jfrog.ts';

const data = {
  repo_key: 'docker-local',
  path: 'acme/web/1.4/manifest.json',
  image_name: 'acme/web',
  tag: '1.4',
  image_type: 'docker',
};
const event = { domain: 'docker', event_type: 'pushed', data, jpd_origin: 'https://acme.jfrog.io' };
const withData = (others: object) => ({ ...event, data: { ...data, ...others } });
const read = (body: unknown, options = {}) => readAs(jfrog, { body }, options);

describe('an event of Artifactory', () => {
  test.each([
    ['a push', event, pushes('acme.jfrog.io/docker-local/acme/web:1.4')],
    ['a promotion', { ...event, event_type: 'promoted' }, pushes('acme.jfrog.io/docker-local/acme/web:1.4')],
    [
      'a port',
      { ...event, jpd_origin: 'http://jfrog.internal:8082/artifactory' },
      pushes('jfrog.internal:8082/docker-local/acme/web:1.4'),
    ],
    ['no path', withData({ path: undefined }), pushes('acme.jfrog.io/docker-local/acme/web:1.4')],
    [
      'a tag in capitals',
      withData({ tag: 'RC', path: 'acme/web/RC/manifest.json' }),
      pushes('acme.jfrog.io/docker-local/acme/web:RC'),
    ],
    ['OCI', withData({ image_type: 'oci' }), pushes('acme.jfrog.io/docker-local/acme/web:1.4')],
    ['another type', withData({ image_type: 'helm' }), ignores('what was pushed is not an image')],
    ['a digest as tag', withData({ tag: `sha256:${'0'.repeat(64)}` }), ignores('the push has no tag')],
    ['no tag', withData({ tag: undefined }), ignores('the push has no tag')],
    ['a delete', { ...event, event_type: 'deleted' }, ignores('the event is no push')],
    ['another domain', { ...event, domain: 'artifact' }, ignores('the event is none of Docker images')],
  ])('%s', (_, body, expected) => {
    expect(read(body)).toEqual(expected);
  });

  test('is of a repository with a host of its own, if one is configured', () => {
    expect(read(event, { hosts: { 'docker-local': 'docker.example.com' } })).toEqual(
      pushes('docker.example.com/acme/web:1.4'),
    );
    expect(read(event, { hosts: { 'docker-local': 'r.example.com:5000/team' } })).toEqual(
      pushes('r.example.com:5000/team/acme/web:1.4'),
    );
    expect(read(event, { hosts: { other: 'docker.example.com' } })).toEqual(
      pushes('acme.jfrog.io/docker-local/acme/web:1.4'),
    );
    expect(read(withData({ repo_key: 'constructor' }), { hosts: {} })).toEqual(
      pushes('acme.jfrog.io/constructor/acme/web:1.4'),
    );
    expect(read({ ...event, jpd_origin: '' }, { host: 'jfrog.example.com' })).toEqual(
      pushes('jfrog.example.com/docker-local/acme/web:1.4'),
    );
  });

  test.each([
    [{ ...event, domain: 7 }, 'domain is not a string'],
    [{ ...event, event_type: undefined }, 'event_type is not a string'],
    [{ ...event, data: 'x' }, 'data is not an object'],
    [withData({ repo_key: undefined }), 'data.repo_key is not a string'],
    [withData({ path: undefined, image_name: undefined }), 'data.image_name is not a string'],
    [{ ...event, jpd_origin: '' }, 'jpd_origin is not a URL, and no host is configured'],
    [
      withData({ path: '../../etc/1.4/manifest.json' }),
      'Artifactory: jpd_origin, data.repo_key, data.path or data.tag',
    ],
  ])('%j is none: %s', (body, words) => {
    expect(read(body)).toEqual(expect.stringContaining(words));
  });
});

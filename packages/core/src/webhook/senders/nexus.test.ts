import { describe, expect, test } from 'vitest';
import { ignores, pushes, readAs } from '../../../test/parse-delivery.ts';
import { nexus } from './nexus.ts';

const component = { format: 'docker', name: 'acme/web', version: '1.4' };
const event = { timestamp: '2026-01-01T00:00:00.000+00:00', repositoryName: 'hosted', action: 'CREATED', component };
const hosts = { hosted: 'nexus.example.com:8082' };
const read = (body: unknown, options: object = { hosts }, headers: Readonly<Record<string, string>> = {}) =>
  readAs(nexus, { body, headers }, options);
const withComponent = (others: object) => ({ ...event, component: { ...component, ...others } });

describe('a component of Nexus', () => {
  test.each([
    ['that is new', event, pushes('nexus.example.com:8082/acme/web:1.4')],
    ['that was pushed again', { ...event, action: 'UPDATED' }, pushes('nexus.example.com:8082/acme/web:1.4')],
    ['with a tag in capitals', withComponent({ version: 'RC' }), pushes('nexus.example.com:8082/acme/web:RC')],
    ['without a tag', withComponent({ version: undefined }), ignores('the push has no tag')],
    ['that is a digest', withComponent({ version: `sha256:${'0'.repeat(64)}` }), ignores('the push has no tag')],
    ['that is deleted', { ...event, action: 'DELETED' }, ignores('the event is no push')],
    [
      'that is purged',
      { repositoryName: 'hosted', action: 'PURGED', components: ['1'] },
      ignores('the event is no push'),
    ],
    ['of another format', withComponent({ format: 'maven2' }), ignores('the component is not an image')],
    [
      'of another repository',
      { ...event, repositoryName: 'other' },
      ignores('no host is configured for this repository of Nexus'),
    ],
    [
      'of a repository that every object has',
      { ...event, repositoryName: 'toString' },
      ignores('no host is configured for this repository of Nexus'),
    ],
  ])('%s', (_, body, expected) => {
    expect(read(body)).toEqual(expected);
  });

  test('is where its repository listens, else at the host', () => {
    expect(read(event, { hosts: { hosted: 'nexus.example.com/repo' } })).toEqual(
      pushes('nexus.example.com/repo/acme/web:1.4'),
    );
    expect(read(event, { host: 'nexus.internal:5000' })).toEqual(pushes('nexus.internal:5000/acme/web:1.4'));
    expect(read(event, { host: 'nexus.internal:5000', hosts })).toEqual(pushes('nexus.example.com:8082/acme/web:1.4'));
  });

  test('is the only event that counts', () => {
    expect(read(event, { hosts }, { 'x-nexus-webhook-id': 'rm:repository:component' })).toEqual(
      pushes('nexus.example.com:8082/acme/web:1.4'),
    );
    expect(read({}, { hosts }, { 'x-nexus-webhook-id': 'rm:repository:asset' })).toEqual(
      ignores('the event is none of a component'),
    );
  });

  test.each([
    [{ ...event, action: 7 }, 'action is not a string'],
    [{ ...event, component: undefined }, 'component'],
    [withComponent({ format: undefined }), 'component.format is not a string'],
    [withComponent({ name: 'No Name' }), 'component.name or version is not the name'],
    [{ ...event, repositoryName: null }, 'repositoryName is not a string'],
  ])('%j is none: %s', (body, words) => {
    expect(read(body)).toEqual(expect.stringContaining(words));
  });
});

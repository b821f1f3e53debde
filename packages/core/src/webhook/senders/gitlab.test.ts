import { describe, expect, test } from 'vitest';
import { hookRequest } from '../../../test/hook-request.ts';
import { ignores, pushes, readAs } from '../../../test/parse-delivery.ts';
import { parseReference } from '../../image/reference.ts';
import { gitlab } from './gitlab.ts';

const builds = [
  { repository: 'acme/shop/web', ref: 'main', images: [parseReference('registry.example.com/acme/web')] },
];
const attributes = { status: 'success', ref: 'main', source: 'push', protected_ref: true };
const pipeline = {
  ...{ object_kind: 'pipeline', object_attributes: attributes, merge_request: null },
  project: { path_with_namespace: 'Acme/shop/web' },
};
const withAttributes = (others: object) => ({ ...pipeline, object_attributes: { ...attributes, ...others } });

describe('a pipeline of GitLab', () => {
  test.each([
    ['that has succeeded', pipeline, pushes('registry.example.com/acme/web:latest')],
    ['that runs', withAttributes({ status: 'running' }), ignores('the pipeline has not succeeded')],
    ['of a merge request', { ...pipeline, merge_request: { id: 1 } }, ignores('the pipeline is of a merge request')],
    [
      'by a merge request',
      withAttributes({ source: 'merge_request_event' }),
      ignores('the pipeline is of a merge request'),
    ],
    [
      'of another’s',
      withAttributes({ source: 'external_pull_request_event' }),
      ignores('the pipeline is of a merge request'),
    ],
    [
      'of a branch that anybody may push',
      withAttributes({ protected_ref: false }),
      ignores('the pipeline’s branch or tag is not protected'),
    ],
    [
      'that does not say so',
      withAttributes({ protected_ref: 'true' }),
      ignores('the pipeline’s branch or tag is not protected'),
    ],
    [
      'of another branch',
      withAttributes({ ref: 'main2' }),
      ignores('no images are configured for this build’s repository, ref and workflow'),
    ],
    ['of another kind', { object_kind: 'push' }, ignores('the event is no pipeline')],
    ['of the whole instance', { event_name: 'project_create', name: 'web' }, ignores('the event is no pipeline')],
    ['a template', { image: 'registry.example.com/acme/web', tag: 'V1' }, pushes('registry.example.com/acme/web:V1')],
  ])('%s', (_, body, expected) => {
    expect(readAs(gitlab, { body }, { builds })).toEqual(expected);
  });

  test.each([
    [{ ...pipeline, object_attributes: null }, 'object_attributes is not an object'],
    [withAttributes({ status: 7 }), 'object_attributes.status is not a string'],
    [withAttributes({ ref: undefined }), 'object_attributes.ref is not a string'],
    [{ ...pipeline, project: {} }, 'project.path_with_namespace is not a string'],
    [{ object_kind: 7 }, 'object_kind is not a string'],
    [{ tag: '1' }, 'image is not a string'],
  ])('%j is none: %s', (body, words) => {
    expect(readAs(gitlab, { body }, { builds })).toEqual(expect.stringContaining(words));
  });

  test.each([
    ['pipeline', pipeline],
    ['template', { image: 'acme/web', tag: '1' }],
    ['template with an id of its own', { image: 'acme/web', tag: '1', id: 'other' }],
  ])('is told from the next one by what GitLab calls it: a %s', (_, body) => {
    const headers = { 'idempotency-key': 'one' };
    expect(gitlab.parse(hookRequest({ headers, body }), { builds }).deliveryId).toBe('one');
  });
});

import { describe, expect, test } from 'vitest';
import { ignores, pushes, readAs } from '../../../test/parse-delivery.ts';
import { cloudEvents } from './cloud-events.ts';

const data = { image: 'acme/web', tag: '1.4' };
const event = { specversion: '1.0', id: '1', source: '/ci', type: 'image.pushed', data };
const ecrEvent = {
  ...{ ...event, source: 'urn:aws:ecr:us-west-2:123456789012:repository/web', type: 'com.amazon.ecr.image.push' },
  data: { repositoryName: 'web', imageTag: 'RC' },
};
const target = { repository: 'web', tag: '1' };
const batch = { 'content-type': 'application/cloudevents-batch+json' };

describe('a CloudEvent', () => {
  test.each([
    ['of an image', event, pushes('docker.io/acme/web:1.4')],
    ['of ECR', ecrEvent, pushes('123456789012.dkr.ecr.us-west-2.amazonaws.com/web:RC')],
    [
      'of a repository',
      { ...event, data: { registryUrl: 'https://r.example.com:5000/', repository: 'web', tag: '1' } },
      pushes('r.example.com:5000/web:1'),
    ],
    [
      'of a repository in another’s words',
      { ...event, data: { registry: 'r.example.com', repositoryName: 'acme/web', imageTag: '1' } },
      pushes('r.example.com/acme/web:1'),
    ],
    [
      'of a repository of its source',
      { ...event, source: 'https://r.example.com:5000/api', data: { repository: 'acme/web', tag: '1' } },
      pushes('r.example.com:5000/acme/web:1'),
    ],
    [
      'of ECR, of another account than the one that tells',
      { ...ecrEvent, data: { ...ecrEvent.data, registryId: '210987654321' } },
      pushes('210987654321.dkr.ecr.us-west-2.amazonaws.com/web:RC'),
    ],
    [
      'of ECR, named by its subject',
      { ...ecrEvent, subject: 'acme/web:RC', data: {} },
      pushes('123456789012.dkr.ecr.us-west-2.amazonaws.com/acme/web:RC'),
    ],
    [
      'whose subject has a digest',
      { ...ecrEvent, subject: `web@sha256:${'0'.repeat(64)}`, data: {} },
      ignores('the push has no tag'),
    ],
    [
      'of Harbor',
      {
        ...event,
        type: 'harbor.artifact.pushed',
        data: { resources: [{ tag: '1', resource_url: 'h.example.com/a/b:1' }], repository: { repo_full_name: 'a/b' } },
      },
      pushes('h.example.com/a/b:1'),
    ],
    [
      'of Azure',
      {
        ...event,
        type: 'Microsoft.ContainerRegistry.ImagePushed',
        data: { action: 'push', target, request: { host: 'a.azurecr.io' } },
      },
      pushes('a.azurecr.io/web:1'),
    ],
    [
      'of a digest only',
      { ...event, data: { repository: 'web', digest: `sha256:${'0'.repeat(64)}` } },
      ignores('the push has no tag'),
    ],
    ['of something else', { ...event, type: 'order.created', data: { total: 7 } }, ignores('the event is no push')],
    ['of a pull', { ...event, type: 'image.pull' }, ignores('the event is no push')],
    ['of a delete', { ...event, type: 'Microsoft.ContainerRegistry.ImageDeleted' }, ignores('the event is no push')],
    ['of a signature', { ...event, type: 'image.signed' }, ignores('the event is no push')],
  ])('%s', (_, body, expected) => {
    expect(readAs(cloudEvents, { body })).toEqual(expected);
  });

  test('in a batch, and in headers', () => {
    const body = [event, { ...event, type: 'image.deleted' }, ecrEvent];
    expect(readAs(cloudEvents, { headers: batch, body })).toEqual({
      images: ['docker.io/acme/web:1.4', '123456789012.dkr.ecr.us-west-2.amazonaws.com/web:RC'],
      ignored: ['the event is no push'],
    });
    const headers = { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/ci', 'ce-type': 'image.pushed' };
    expect(readAs(cloudEvents, { headers, body: data })).toEqual(pushes('docker.io/acme/web:1.4'));
    expect(readAs(cloudEvents, { headers: { ...headers, 'ce-type': ['image.pushed', 'x'] }, body: data })).toEqual(
      expect.stringContaining('type is not a string'),
    );
  });

  test('in a batch counts whatever else the batch holds', () => {
    const body = [{ ...event, data: { image: 'No Name' } }, event, 'text', { ...event, id: undefined }];
    expect(readAs(cloudEvents, { headers: batch, body })).toEqual({
      images: ['docker.io/acme/web:1.4'],
      ignored: [
        expect.stringContaining('data.image or tag'),
        expect.stringContaining('the body'),
        expect.stringContaining('id is not a string'),
      ],
    });
  });

  test('is in the body alone where its type says so, whatever else is in headers', () => {
    const headers = { 'content-type': 'application/cloudevents+json; charset=utf-8', 'ce-specversion': '1.0' };
    expect(readAs(cloudEvents, { headers, body: event })).toEqual(pushes('docker.io/acme/web:1.4'));
  });

  test('may have its data as base64', () => {
    const inBase64 = (text: string) => ({
      ...event,
      data: undefined,
      data_base64: Buffer.from(text).toString('base64'),
    });
    expect(readAs(cloudEvents, { body: inBase64(JSON.stringify(data)) })).toEqual(pushes('docker.io/acme/web:1.4'));
    const ecr = {
      ...ecrEvent,
      ...inBase64(JSON.stringify(ecrEvent.data)),
      type: ecrEvent.type,
      source: ecrEvent.source,
    };
    expect(readAs(cloudEvents, { body: ecr })).toEqual(pushes('123456789012.dkr.ecr.us-west-2.amazonaws.com/web:RC'));
    expect(readAs(cloudEvents, { body: inBase64('no JSON') })).toContain('not JSON');
    expect(readAs(cloudEvents, { body: { ...event, data: undefined, data_base64: '!' } })).toContain('data_base64');
    expect(readAs(cloudEvents, { body: { ...event, data: undefined, data_base64: 7 } })).toContain('data_base64');
  });

  test('in a handshake names its origin, once', () => {
    const shake = (headers: Readonly<Record<string, string | readonly string[]>>) =>
      readAs(cloudEvents, { method: 'OPTIONS', headers });
    expect(shake({ 'webhook-request-origin': 'eventgrid.azure.net' })).toEqual(pushes());
    for (const wrong of ['', 'a b', 'a\r\nb', ['a', 'b']]) {
      expect(shake({ 'webhook-request-origin': wrong })).toEqual(expect.stringContaining('webhook-request-origin'));
    }
  });

  test.each([
    [{ ...event, type: undefined }, 'type is not a string'],
    [{ ...event, id: undefined }, 'id is not a string'],
    [{ ...event, specversion: undefined }, 'specversion is not a string'],
    [{ ...event, source: 7 }, 'source is not a string'],
    [{ ...event, data: 'x' }, 'data'],
    [{ ...event, data: { repository: 'web', tag: '1' } }, 'data.registryUrl or source is not a registry'],
    [
      { ...ecrEvent, source: 'urn:aws:ecr:evil.example.com/:123456789012:x' },
      'data.registryUrl or source is not a registry',
    ],
    [{ ...event, data: { registryUrl: 'r.example.com', repository: 7, tag: '1' } }, 'data.repository is not a string'],
    [{ ...ecrEvent, data: { ...ecrEvent.data, registryId: '1.example.com/' } }, 'data.registryUrl or source'],
    [{ ...ecrEvent, data: { imageTag: 'RC' } }, 'data.repository is not a string'],
  ])('is not %j: %s', (body, words) => {
    expect(readAs(cloudEvents, { body })).toEqual(expect.stringContaining(words));
  });

  test.each([{ events: [event] }, 'x', [7], [7, { ...event, id: undefined }]])('in a batch is not %j', body => {
    expect(readAs(cloudEvents, { headers: batch, body })).toEqual(
      expect.stringContaining('Not a delivery of CloudEvents'),
    );
  });
});

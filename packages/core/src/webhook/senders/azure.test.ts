import { describe, expect, test } from 'vitest';
import { ignores, pushes, readAs } from '../../../test/parse-delivery.ts';
import { azure } from './azure.ts';

const target = { mediaType: 'application/vnd.oci.image.manifest.v1+json', repository: 'acme/web', tag: '1.4' };
const event = { id: '1', action: 'push', target, request: { host: 'acme.azurecr.io' } };
const readBody = (body: unknown) => readAs(azure, { body });

describe('an event of Azure', () => {
  test.each([
    ['a push', event, pushes('acme.azurecr.io/acme/web:1.4')],
    [
      'a host with a port',
      { ...event, request: { host: 'acme.example.com:8443' } },
      pushes('acme.example.com:8443/acme/web:1.4'),
    ],
    ['a host in capitals', { ...event, request: { host: 'Acme.azurecr.io' } }, pushes('acme.azurecr.io/acme/web:1.4')],
    ['a tag in capitals', { ...event, target: { ...target, tag: 'V1' } }, pushes('acme.azurecr.io/acme/web:V1')],
    ['a digest only', { ...event, target: { ...target, tag: undefined } }, ignores('the push has no tag')],
    ['a delete', { ...event, action: 'delete' }, ignores('the event is no push')],
    ['a chart', { ...event, action: 'chart_push', request: undefined }, ignores('the event is no push')],
    ['a quarantine', { ...event, action: 'quarantine' }, ignores('the event is no push')],
    [
      'a chart as OCI',
      { ...event, target: { ...target, mediaType: 'application/vnd.cncf.helm.config.v1+json' } },
      ignores('what was pushed is not an image'),
    ],
    ['a ping', { action: 'ping' }, pushes()],
  ])('%s', (_, body, expected) => {
    expect(readBody(body)).toEqual(expected);
  });

  test.each([
    [{ ...event, action: undefined }, 'action is not a string'],
    [{ ...event, target: 'acme/web' }, 'target is not an object'],
    [{ ...event, target: { ...target, repository: 7 } }, 'target.repository is not a string'],
    [{ ...event, target: { ...target, repository: 'Acme/Web' } }, 'target.repository or target.tag is not the name'],
    [{ ...event, request: undefined }, 'request.host is not the host of a registry'],
    [{ ...event, request: { host: ['acme.azurecr.io'] } }, 'request.host is not a string'],
    [{ ...event, request: { host: 'acme.azurecr.io/evil' } }, 'is not the name of a repository'],
  ])('%j is none: %s', (body, words) => {
    expect(readBody(body)).toEqual(expect.stringContaining(words));
  });
});

import { describe, expect, test } from 'vitest';
import { ignores, pushes, readAs } from '../../../test/parse-delivery.ts';
import { generic } from './generic.ts';

const digest = `sha256:${'0'.repeat(64)}`;

describe('gopdater’s own form', () => {
  test.each([
    [{ image: 'ghcr.io/acme/web:1.4' }, pushes('ghcr.io/acme/web:1.4')],
    [{ image: 'ghcr.io/acme/web', tag: '1.4' }, pushes('ghcr.io/acme/web:1.4')],
    [{ image: 'acme/web' }, pushes('docker.io/acme/web:latest')],
    [{ image: 'nginx', tag: 'V1' }, pushes('docker.io/library/nginx:V1')],
    [{ image: 'localhost:5000/web', tag: '1' }, pushes('localhost:5000/web:1')],
    [{ image: 'Registry.example.com:5000/web:1' }, pushes('registry.example.com:5000/web:1')],
    [{ image: 'registry.example.com:443/web:1' }, pushes('registry.example.com/web:1')],
    [{ image: 'docker.io:443/nginx:1' }, pushes('docker.io/library/nginx:1')],
    [{ image: 'registry:443/web:1' }, pushes('registry:443/web:1')],
    [{ image: 'acme/web:1', tag: '1' }, pushes('docker.io/acme/web:1')],
    [{ image: `acme/web@${digest}`, tag: '1' }, pushes('docker.io/acme/web:1')],
    [{ name: 'acme/web', tag: '1' }, pushes('docker.io/acme/web:1')],
    [{ artifact: 'acme/web:1' }, pushes('docker.io/acme/web:1')],
    [
      { images: ['acme/web:1', { image: 'acme/api', tag: '2' }] },
      pushes('docker.io/acme/web:1', 'docker.io/acme/api:2'),
    ],
    [{ images: [], image: 'acme/web:1' }, pushes('docker.io/acme/web:1')],
    [{ image: `acme/web@${digest}` }, ignores('the push has no tag')],
    [{ project: 'shop', service: 'web' }, pushes()],
  ])('%j', (body, expected) => {
    expect(readAs(generic, { body })).toEqual(expected);
  });

  test.each([
    ['image=acme/web:1.4', pushes('docker.io/acme/web:1.4')],
    ['image=acme/web&tag=1.4', pushes('docker.io/acme/web:1.4')],
    [
      'image=acme/web:1,acme/api:2&image=nginx',
      pushes('docker.io/acme/web:1', 'docker.io/acme/api:2', 'docker.io/library/nginx:latest'),
    ],
  ])('in a query, %s', (query, expected) => {
    expect(readAs(generic, { query })).toEqual(expected);
  });

  test.each([
    [{ image: 'acme/web:1', tag: '2' }, 'tag is not the one that image names'],
    [{ image: 'acme/web', tag: 7 }, 'tag is not a string'],
    [{ image: 'acme/web', tag: '../1' }, 'image or tag is not the name'],
    [{ image: 7 }, 'image is not a string'],
    [{ images: 'acme/web' }, 'images is not a list'],
    [{ images: ['acme/web', 7] }, 'images[1]'],
    [{ images: ['acme/web', 'No Name'] }, 'images[1].image or tag is not the name'],
    [{ service: 'web' }, 'project is not a string'],
    [{ project: 'shop', service: '--help' }, 'service is not a name'],
    [{ project: '../shop', service: 'web' }, 'project is not a name'],
  ])('is not %j: %s', (body, words) => {
    expect(readAs(generic, { body })).toEqual(expect.stringContaining(words));
  });

  test.each(['', 'image=', 'image=a:1&tag=1&tag=2', 'tag=1'])('is not in the query “%s”', query => {
    expect(readAs(generic, { query })).toEqual(expect.stringContaining('Not a delivery of'));
  });
});

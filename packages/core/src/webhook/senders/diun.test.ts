import { describe, expect, test } from 'vitest';
import { ignores, pushes, readAs } from '../../../test/parse-delivery.ts';
import { diun } from './diun.ts';

const entry = {
  status: 'update',
  image: 'docker.io/acme/web:1.4',
  mime_type: 'application/vnd.oci.image.index.v1+json',
};

describe('an entry of Diun', () => {
  test.each([
    ['an update', entry, pushes('docker.io/acme/web:1.4')],
    ['a new image', { ...entry, status: 'new' }, pushes('docker.io/acme/web:1.4')],
    ['a short name', { ...entry, image: 'nginx' }, pushes('docker.io/library/nginx:latest')],
    ['a host with a port', { ...entry, image: 'r.example.com:5000/web:V1' }, pushes('r.example.com:5000/web:V1')],
    [
      'a tag with its digest',
      { ...entry, image: `acme/web:1@sha256:${'0'.repeat(64)}` },
      pushes('docker.io/acme/web:1'),
    ],
    ['a digest only', { ...entry, image: `acme/web@sha256:${'0'.repeat(64)}` }, ignores('the push has no tag')],
    ['nothing new', { ...entry, status: 'unchange' }, ignores('nothing new was found')],
    ['an error', { ...entry, status: 'error' }, ignores('nothing new was found')],
    [
      'a chart',
      { ...entry, mime_type: 'application/vnd.cncf.helm.config.v1+json' },
      ignores('what was pushed is not an image'),
    ],
  ])('%s', (_, body, expected) => {
    expect(readAs(diun, { body })).toEqual(expected);
  });

  test.each([
    [{ ...entry, status: undefined }, 'status is not a string'],
    [{ ...entry, image: undefined }, 'image is not a string'],
    [{ ...entry, image: '' }, 'image is not the name'],
    [{ ...entry, image: 'Acme/Web:1' }, 'image is not the name'],
    [{ ...entry, image: 'acme/w\u0435b:1' }, 'image is not the name'],
    [{ ...entry, mime_type: 7 }, 'mime_type is not a string'],
  ])('%j is none: %s', (body, words) => {
    expect(readAs(diun, { body })).toEqual(expect.stringContaining(words));
  });
});

import { describe, expect, test } from 'vitest';
import { formatReference, parseReference } from './reference.ts';

const digest = `sha256:${'a'.repeat(64)}`;

describe('an image reference is read with Docker’s defaults', () => {
  test.each([
    ['nginx', 'docker.io/library/nginx:latest'],
    ['nginx:1.27', 'docker.io/library/nginx:1.27'],
    ['library/nginx', 'docker.io/library/nginx:latest'],
    ['acme/web', 'docker.io/acme/web:latest'],
    ['docker.io/acme/web:1', 'docker.io/acme/web:1'],
    ['index.docker.io/acme/web', 'docker.io/acme/web:latest'],
    ['docker.io/nginx', 'docker.io/library/nginx:latest'],
    ['ghcr.io/acme/team/web:1', 'ghcr.io/acme/team/web:1'],
    ['localhost/web', 'localhost/web:latest'],
    ['localhost:5000/web:2', 'localhost:5000/web:2'],
    ['127.0.0.1:5000/acme/web', '127.0.0.1:5000/acme/web:latest'],
    ['[::1]:5000/web', '[::1]:5000/web:latest'],
    ['REG.example.com/web', 'reg.example.com/web:latest'],
    [`acme/web@${digest}`, `docker.io/acme/web@${digest}`],
    [`acme/web:1@${digest}`, `docker.io/acme/web:1@${digest}`],
    ['acme/a__b/c-d.e:V1', 'docker.io/acme/a__b/c-d.e:V1'],
  ])('%s is %s', (text, full) => {
    expect(formatReference(parseReference(text))).toBe(full);
  });
});

describe('what Docker refuses is refused', () => {
  test.each([
    '',
    'NotaRock/App',
    'acme/../evil',
    'acme//web',
    '/web',
    'acme/web:',
    'acme/web:--privileged',
    'acme/web:a b',
    `acme/web:${'x'.repeat(129)}`,
    'acme/web@sha256:123',
    `acme/web@${digest}@${digest}`,
    'f'.repeat(64),
    `acme/${'x'.repeat(260)}`,
    'https://acme/web',
    'user@host/web',
  ])('“%s”', text => {
    expect(() => parseReference(text)).toThrow(expect.objectContaining({ code: 'IMAGE_REFERENCE_INVALID' }));
  });

  test('and its control characters are not repeated', () => {
    expect(() => parseReference('acme/web:a\n\u001b[2J')).toThrow(/^[^\p{C}]*$/u);
  });
});

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

// The published cases of distribution/reference, as the engine reads them: with the familiar names of Docker Hub.
describe('the cases of distribution/reference', () => {
  test.each([
    ['test_com', 'docker.io', 'library/test_com', 'latest'],
    ['test.com:tag', 'docker.io', 'library/test.com', 'tag'],
    ['test.com:5000', 'docker.io', 'library/test.com', '5000'],
    ['test.com/repo:tag', 'test.com', 'repo', 'tag'],
    ['test:5000/repo', 'test:5000', 'repo', 'latest'],
    ['test:5000/repo:tag', 'test:5000', 'repo', 'tag'],
    ['lowercase:Uppercase', 'docker.io', 'library/lowercase', 'Uppercase'],
    ['sub-dom1.foo.com/bar/baz/quux:some-long-tag', 'sub-dom1.foo.com', 'bar/baz/quux', 'some-long-tag'],
    ['b.gcr.io/test.example.com/my-app:test.example.com', 'b.gcr.io', 'test.example.com/my-app', 'test.example.com'],
    ['xn--n3h.com/myimage:xn--n3h.com', 'xn--n3h.com', 'myimage', 'xn--n3h.com'],
    ['foo_bar.com:8080', 'docker.io', 'library/foo_bar.com', '8080'],
    ['foo/foo_bar.com:8080', 'docker.io', 'foo/foo_bar.com', '8080'],
    ['192.168.1.1', 'docker.io', 'library/192.168.1.1', 'latest'],
    ['192.168.1.1:5000', 'docker.io', 'library/192.168.1.1', '5000'],
    ['192.168.1.1:5000/repo:5050', '192.168.1.1:5000', 'repo', '5050'],
    ['[2001:db8::1]/repo', '[2001:db8::1]', 'repo', 'latest'],
    ['[2001:db8:1:2:3:4:5:6]/repo:tag', '[2001:db8:1:2:3:4:5:6]', 'repo', 'tag'],
    ['[2001:db8::]:5000/repo', '[2001:db8::]:5000', 'repo', 'latest'],
    ['test_com/foo', 'docker.io', 'test_com/foo', 'latest'],
    ['test-com:8080/foo', 'test-com:8080', 'foo', 'latest'],
    ['docker---rules/docker', 'docker.io', 'docker---rules/docker', 'latest'],
    ['dock__er/docker', 'docker.io', 'dock__er/docker', 'latest'],
    ['jess/t', 'docker.io', 'jess/t', 'latest'],
    ['index.docker.io/library/ubuntu-12.04-base', 'docker.io', 'library/ubuntu-12.04-base', 'latest'],
    ['docker.io/foo', 'docker.io', 'library/foo', 'latest'],
    ['library/foo/bar', 'docker.io', 'library/foo/bar', 'latest'],
    ['dbcc1', 'docker.io', 'library/dbcc1', 'latest'],
    [`docker.io/${'1a'.repeat(32)}`, 'docker.io', `library/${'1a'.repeat(32)}`, 'latest'],
    // A registry's host is the same in upper case.
    ['FOO/bar', 'foo', 'bar', 'latest'],
  ])('%s is in %s', (text, registry, repository, tag) => {
    expect(parseReference(text)).toEqual({ registry, repository, tag, digest: undefined });
  });

  test.each([
    ':justtag',
    `@${digest}`,
    'repo@sha256:ffffffffffffffffffffffffffffffffff',
    `validname@invaliddigest:${'f'.repeat(128)}`,
    'Uppercase:tag',
    'test:5000/Uppercase/lowercase:tag',
    `${'a/'.repeat(128)}a:tag`,
    'aa/asdf$$^/aa',
    '[2001:db8::1]',
    '[2001:db8::1]:5000',
    '[fe80::1%eth0]:5000/repo',
    '[fe80::1%@invalidzone]:5000/repo',
    'docker/Docker',
    '-docker',
    '-docker.io/docker/docker',
    'docker///docker',
    'docker.io/docker/Docker',
    'fc00::1:5000/debian',
    '[2001:db8:3:4::192.0.2.33]:5000/debian',
    '1a'.repeat(32),
    'docker-/docker',
    '____/____',
    '_docker/_docker',
    'dock..er/docker',
    'dock_.er/docker',
    'dock-.er/docker',
    'docker/',
    '-foo',
  ])('“%s” is refused', text => {
    expect(() => parseReference(text)).toThrow(expect.objectContaining({ code: 'IMAGE_REFERENCE_INVALID' }));
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

  test('a letter that is one of ours only in lower case is none', () => {
    expect(() => parseReference('\u212a.example.com/acme/web')).toThrow(
      expect.objectContaining({ code: 'IMAGE_REFERENCE_INVALID' }),
    );
  });

  test('and its control characters are not repeated', () => {
    expect(() => parseReference('acme/web:a\n\u001b[2J')).toThrow(/^[^\p{C}]*$/u);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hookRequest } from '../../../test/hook-request.ts';
import { ignores, readAs } from '../../../test/parse-delivery.ts';
import { formatReference } from '../../image/reference.ts';
import { dockerHub } from './docker-hub.ts';

const sample = (name: string): Buffer =>
  readFileSync(new URL(`../../../test/deliveries/${name}.json`, import.meta.url));

describe('a push to Docker Hub', () => {
  test.each([
    ['push.seed', 'docker.io/svendowideit/testhook:latest'],
    ['push.seed-curl', 'docker.io/notarock/portfolio-ng:latest'],
    ['push.modern', 'docker.io/notarock/portfolio-ng:1.4.2'],
    ['push.official', 'docker.io/library/nginx:1.27'],
    ['dockerhub.ssrf-userinfo', 'docker.io/notarock/portfolio-ng:1.4.2'],
  ])('%s is of %s', (name, image) => {
    const delivery = dockerHub.parse(hookRequest({ body: sample(name) }), {});
    expect(delivery.pushed.map(pushed => formatReference(pushed.image))).toEqual([image]);
  });

  test('is of the namespace and the name where its whole name is not sent', () => {
    const repository = { namespace: 'acme', name: 'web' };
    const { pushed } = dockerHub.parse(hookRequest({ body: { repository, push_data: { tag: '1' } } }), {});
    expect(pushed.map(({ image }) => formatReference(image))).toEqual(['docker.io/acme/web:1']);
  });

  test.each(['1e300', '1e999', '-1', '"yesterday"', 'null'])('pushed at %s is of no known time', pushedAt => {
    const body = Buffer.from(`{"repository":{"repo_name":"acme/web"},"push_data":{"tag":"1","pushed_at":${pushedAt}}}`);
    expect(dockerHub.parse(hookRequest({ body }), {}).time).toBeUndefined();
  });

  test('without a tag is ignored', () => {
    const body = { repository: { repo_name: 'acme/web' }, push_data: { tag: null } };
    expect(readAs(dockerHub, { body: sample('push.empty-tag') })).toEqual(ignores('the push has no tag'));
    expect(readAs(dockerHub, { body })).toEqual(ignores('the push has no tag'));
  });
});

describe('where the outcome may be told', () => {
  const callbackOf = (callback_url: unknown, repo_name = 'acme/web') => {
    const body = { repository: { repo_name }, push_data: { tag: '1' }, callback_url };
    return dockerHub.parse(hookRequest({ body }), {}).callbackUrl;
  };
  const own = 'https://registry.hub.docker.com/u/acme/web/hook/2141b5bi5i5b02bec211i4eeih0242eg11000a/';

  test('is Docker Hub itself, at this repository’s own hook', () => {
    expect(callbackOf(own)).toBe(own);
  });

  test.each([
    own.replace('https:', 'http:'),
    own.replace('registry.hub.docker.com', 'hub.docker.com'),
    own.replace('registry.hub.docker.com', 'registry.hub.docker.com.example.com'),
    own.replace('registry.hub.docker.com', 'registry.hub.docker.com:8443'),
    own.replace('registry.hub.docker.com', 'registry.hub.docker.com@example.com'),
    own.replace('registry.hub.docker.com', 'user@registry.hub.docker.com'),
    own.replace('registry.hub.docker.com', '169.254.169.254'),
    own.replace('acme/web', 'acme/api'),
    own.replace('acme/web/hook', 'acme/web/hook/../../../other'),
    `${own}?next=https://example.com`,
    `${own}#x`,
    `${own}%2e%2e/`,
    'file:///etc/passwd',
    'nonsense',
    '',
    7,
    null,
    undefined,
  ])('is nowhere for %j', url => {
    expect(callbackOf(url)).toBeUndefined();
  });

  test.each(['dockerhub.ssrf-userinfo', 'push.seed-curl'])('is nowhere for %s', name => {
    expect(dockerHub.parse(hookRequest({ body: sample(name) }), {}).callbackUrl).toBeUndefined();
  });
});

describe('a body that is none names the field', () => {
  test.each([
    [null, 'the body'],
    ['text', 'the body'],
    [[], 'the body'],
    [{}, 'repository'],
    [{ repository: 'acme/web' }, 'repository'],
    [{ repository: {} }, 'repository.repo_name'],
    [{ repository: { repo_name: 7 } }, 'repository.repo_name'],
    [{ repository: { namespace: 'acme' } }, 'repository.repo_name'],
    [{ repository: { namespace: 'a/b', name: 'web' }, push_data: { tag: '1' } }, 'repository.repo_name'],
    [{ repository: { repo_name: 'acme/shop/web' }, push_data: { tag: '1' } }, 'repository.repo_name'],
    // Alibaba's registry writes almost the same, of a registry of its own.
    [
      { repository: { namespace: 'acme', name: 'web', repo_full_name: 'acme/web' }, push_data: { tag: '1' } },
      'repository.repo_name',
    ],
    [{ repository: { repo_name: 'acme/web' } }, 'push_data'],
    [{ repository: { repo_name: 'acme/web' }, push_data: {} }, 'push_data.tag'],
    [{ repository: { repo_name: 'acme/web' }, push_data: { tag: ['latest'] } }, 'push_data.tag'],
    [{ repository: { repo_name: 'acme/web:1' }, push_data: { tag: 'latest' } }, 'repository.repo_name'],
    [{ repository: { repo_name: 'acme/web@sha256' }, push_data: { tag: 'latest' } }, 'repository.repo_name'],
    [{ repository: { repo_name: '' }, push_data: { tag: 'latest' } }, 'repository.repo_name'],
  ])('%j: %s', (body, field) => {
    expect(() => dockerHub.parse(hookRequest({ body }), {})).toThrow(
      expect.objectContaining({ code: 'DELIVERY_INVALID', message: expect.stringContaining(`${field} `) }),
    );
  });

  test.each([
    'dockerhub.log-injection',
    'dockerhub.repo-traversal',
    'dockerhub.tag-dash',
    'generic.deep',
    'generic.proto-pollution',
    'generic.wrong-types',
    'generic.duplicate-keys',
  ])('hostile: %s', name => {
    expect(() => dockerHub.parse(hookRequest({ body: sample(name) }), {})).toThrow(
      expect.objectContaining({ code: 'DELIVERY_INVALID' }),
    );
  });

  test('a repository always is one of Docker Hub, whatever host its name begins with', () => {
    const delivery = dockerHub.parse(
      hookRequest({ body: { repository: { repo_name: 'evil.example.com/web' }, push_data: { tag: '1' } } }),
      {},
    );
    expect(delivery).toMatchObject({ pushed: [{ image: { registry: 'docker.io' } }] });
  });
});

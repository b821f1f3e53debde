import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { formatReference } from '../../image/reference.ts';
import { dockerHub } from './docker-hub.ts';

const sample = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../test/deliveries/${name}.json`, import.meta.url), 'utf8'));

describe('a push to Docker Hub', () => {
  test.each([
    ['push.seed', 'svendowideit', 'docker.io/svendowideit/testhook:latest'],
    ['push.seed-curl', 'notarock', 'docker.io/notarock/portfolio-ng:latest'],
    ['push.modern', 'notarock', 'docker.io/notarock/portfolio-ng:1.4.2'],
    ['push.official', 'library', 'docker.io/library/nginx:1.27'],
    ['dockerhub.ssrf-userinfo', 'notarock', 'docker.io/notarock/portfolio-ng:1.4.2'],
  ])('%s is by %s and of %s', (name, owner, image) => {
    const delivery = dockerHub.parse(sample(name));
    expect(delivery).toMatchObject({ kind: 'pushed', owner });
    expect(delivery.kind === 'pushed' && formatReference(delivery.image)).toBe(image);
  });

  test('without a tag is ignored', () => {
    expect(dockerHub.parse(sample('push.empty-tag'))).toMatchObject({ kind: 'ignored' });
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
    [{ repository: { repo_name: 'acme/web' } }, 'push_data'],
    [{ repository: { repo_name: 'acme/web' }, push_data: {} }, 'push_data.tag'],
    [{ repository: { repo_name: 'acme/web' }, push_data: { tag: ['latest'] } }, 'push_data.tag'],
    [{ repository: { repo_name: 'acme/web:1' }, push_data: { tag: 'latest' } }, 'repository.repo_name'],
    [{ repository: { repo_name: 'acme/web@sha256' }, push_data: { tag: 'latest' } }, 'repository.repo_name'],
    [{ repository: { repo_name: '' }, push_data: { tag: 'latest' } }, 'repository.repo_name'],
  ])('%j: %s', (body, field) => {
    expect(() => dockerHub.parse(body)).toThrow(
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
    expect(() => dockerHub.parse(sample(name))).toThrow(expect.objectContaining({ code: 'DELIVERY_INVALID' }));
  });

  test('a repository always is one of Docker Hub, whatever host its name begins with', () => {
    const delivery = dockerHub.parse({ repository: { repo_name: 'evil.example.com/web' }, push_data: { tag: '1' } });
    expect(delivery).toMatchObject({ kind: 'pushed', image: { registry: 'docker.io' } });
  });
});

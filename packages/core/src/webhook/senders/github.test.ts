import { describe, expect, test } from 'vitest';
import { hookRequest } from '../../../test/hook-request.ts';
import { ignores, pushes, readAs } from '../../../test/parse-delivery.ts';
import { parseReference } from '../../image/reference.ts';
import { github } from './github.ts';

const container_metadata = { tag: { name: '1.4' }, manifest: { config: {} } };
const version = { package_url: 'ghcr.io/Acme/web:1.4', container_metadata };
const pack = { name: 'web', namespace: 'Acme', package_type: 'CONTAINER', package_version: version };
const published = { action: 'published', package: pack };
const send = (body: unknown, event = 'package', options = {}) =>
  readAs(github, { headers: { 'x-github-event': event }, body }, options);
const withVersion = (package_version: object) => ({ ...published, package: { ...pack, package_version } });

describe('a package of GitHub', () => {
  test.each([
    ['published, its owner in capitals', published, pushes('ghcr.io/acme/web:1.4')],
    ['updated', { ...published, action: 'updated' }, pushes('ghcr.io/acme/web:1.4')],
    [
      'called container',
      { ...published, package: { ...pack, package_type: undefined, ecosystem: 'container' } },
      pushes('ghcr.io/acme/web:1.4'),
    ],
    ['of several parts', { ...published, package: { ...pack, name: 'shop/web' } }, pushes('ghcr.io/acme/shop/web:1.4')],
    [
      'with its tag in the URL only',
      withVersion({ package_url: 'ghcr.io/acme/web:RC_1' }),
      pushes('ghcr.io/acme/web:RC_1'),
    ],
    [
      'of an own server, with a port',
      withVersion({ ...version, package_url: 'containers.git.example.com:8443/acme/web:1.4' }),
      pushes('containers.git.example.com:8443/acme/web:1.4'),
    ],
    [
      'a part of an image',
      withVersion({ package_url: 'ghcr.io/acme/web:', container_metadata: { tag: { name: '' } } }),
      ignores('the push has no tag'),
    ],
    [
      'a part of an image whose URL has its digest',
      withVersion({
        package_url: `ghcr.io/acme/web@sha256:${'0'.repeat(64)}`,
        container_metadata: { tag: { name: '' } },
      }),
      ignores('the push has no tag'),
    ],
    [
      'with nothing where something could be',
      withVersion({ ...version, manifest: '', container_metadata: { tag: { name: '1.4' }, labels: '', manifest: '' } }),
      pushes('ghcr.io/acme/web:1.4'),
    ],
    [
      'with nothing but its URL',
      withVersion({ package_url: 'ghcr.io/acme/web:1.4', container_metadata: '' }),
      pushes('ghcr.io/acme/web:1.4'),
    ],
    ['deleted', { ...published, action: 'deleted' }, ignores('the action is no push')],
    [
      'of npm',
      { ...published, package: { ...pack, package_type: 'npm' } },
      ignores('the package is not a container image'),
    ],
    [
      'of the old registry',
      { ...published, package: { ...pack, package_type: 'docker' } },
      ignores('the package is not a container image'),
    ],
    [
      'an attestation',
      withVersion({
        ...version,
        container_metadata: {
          tag: { name: '1' },
          manifest: { config: { media_type: 'application/vnd.in-toto+json' } },
        },
      }),
      ignores('what was pushed is not an image'),
    ],
  ])('%s', (_, body, expected) => {
    expect(send(body)).toEqual(expected);
  });

  test('may have been pushed under more tags than the one that it names', () => {
    const request = hookRequest({ headers: { 'x-github-event': 'package' }, body: published });
    expect(github.parse(request, {}).pushed).toMatchObject([{ image: { tag: '1.4' }, isOneOfSeveral: true }]);
  });

  test('is also called registry_package, and no other event is one', () => {
    expect(send({ action: 'published', registry_package: pack }, 'registry_package')).toEqual(
      pushes('ghcr.io/acme/web:1.4'),
    );
    expect(send(published, 'registry_package')).toEqual(ignores('the package is not a container image'));
    expect(send({}, 'push')).toEqual(ignores('the event is none of a package or a workflow'));
    expect(send({}, 'ping')).toEqual(pushes());
    expect(readAs(github, { body: published })).toEqual(expect.stringContaining('the header x-github-event'));
  });

  test.each([
    [{ ...published, action: null }, 'action is not a string'],
    [{ ...published, package: 'web' }, 'package is not an object'],
    [{ ...published, package: { ...pack, name: 7 } }, 'package.name is not a string'],
    [{ ...published, package: { ...pack, namespace: '', owner: undefined } }, 'package.owner'],
    [{ ...published, package: { ...pack, name: 'web:1' } }, 'package.namespace, package.name or its tag'],
    [withVersion({ ...version, container_metadata: { tag: { name: ['1'] } } }), 'tag.name is not a string'],
  ])('%j is none: %s', (body, words) => {
    expect(send(body)).toEqual(expect.stringContaining(words));
  });
});

describe('a workflow of GitHub', () => {
  const image = parseReference('registry.example.com/web:latest');
  const builds = [{ repository: 'Acme/web', ref: 'v*.0', workflow: 'publish.yml', images: [image] }];
  const run = {
    ...{
      event: 'push',
      conclusion: 'success',
      head_branch: 'v1.0',
      path: '.github/workflows/publish.yml@refs/heads/main',
    },
    head_repository: { full_name: 'acme/web' },
  };
  const body = { action: 'completed', workflow_run: run, repository: { full_name: 'acme/Web' } };
  const notConfigured = ignores('no images are configured for this build’s repository, ref and workflow');

  test.each([
    [{}, pushes('registry.example.com/web:latest')],
    [{ head_branch: 'v1.1' }, notConfigured],
    [{ head_branch: 'main' }, notConfigured],
    [{ head_branch: null }, notConfigured],
    [{ path: '.github/workflows/test.yml' }, notConfigured],
    [{ conclusion: 'failure' }, ignores('the workflow has not succeeded')],
    [{ conclusion: null }, ignores('the workflow has not succeeded')],
    [{ event: 'pull_request' }, ignores('the workflow was started by something else than a push or release')],
    [
      { head_repository: { full_name: 'evil/web' } },
      ignores('the workflow has built another repository, such as a fork'),
    ],
    [{ head_repository: null }, ignores('the workflow has built another repository, such as a fork')],
  ])('with %j', (others, expected) => {
    expect(send({ ...body, workflow_run: { ...run, ...others } }, 'workflow_run', { builds })).toEqual(expected);
  });

  test('that only begins, or for which nothing is configured, is nothing', () => {
    expect(send({ ...body, action: 'requested' }, 'workflow_run', { builds })).toEqual(
      ignores('the workflow has not ended'),
    );
    expect(send(body, 'workflow_run')).toEqual(notConfigured);
  });
});

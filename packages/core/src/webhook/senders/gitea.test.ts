import { describe, expect, test } from 'vitest';
import { ignores, pushes, readAs } from '../../../test/parse-delivery.ts';
import { gitea } from './gitea.ts';

const pack = {
  ...{ owner: { login: 'Acme' }, type: 'container', name: 'Web', version: 'rc-1' },
  html_url: 'https://git.example.com:3000/Acme/-/packages/container/web/rc-1',
};
const created = { action: 'created', package: pack };
const send = (body: unknown, headers: Readonly<Record<string, string>> = { 'x-gitea-event': 'package' }) =>
  readAs(gitea, { headers, body });

describe('a package of Gitea', () => {
  test.each([
    ['a push, its owner in capitals', created, pushes('git.example.com:3000/acme/web:rc-1')],
    [
      'a name of several parts',
      { ...created, package: { ...pack, name: 'web/api' } },
      pushes('git.example.com:3000/acme/web/api:rc-1'),
    ],
    [
      'a manifest without a tag',
      { ...created, package: { ...pack, version: `sha256:${'0'.repeat(64)}` } },
      ignores('the push has no tag'),
    ],
    ['a delete', { ...created, action: 'deleted' }, ignores('the event is no push')],
    [
      'another package',
      { ...created, package: { ...pack, type: 'npm' } },
      ignores('the package is not a container image'),
    ],
  ])('%s', (_, body, expected) => {
    expect(send(body)).toEqual(expected);
  });

  test('is known by the header of either', () => {
    expect(send(created, { 'x-forgejo-event': 'package' })).toEqual(pushes('git.example.com:3000/acme/web:rc-1'));
    expect(send(created, { 'x-forgejo-event': 'push', 'x-gitea-event': 'package' })).toEqual(
      ignores('the event is none of a package'),
    );
    expect(send({}, { 'x-gitea-event': 'push' })).toEqual(ignores('the event is none of a package'));
    expect(send(created, { 'x-github-event': 'package' })).toEqual(expect.stringContaining('the header x-gitea-event'));
  });

  test('comes as a form, too', () => {
    const body = Buffer.from(`payload=${encodeURIComponent(JSON.stringify(created))}`);
    const headers = { 'x-gitea-event': 'package', 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    expect(readAs(gitea, { headers, body })).toEqual(pushes('git.example.com:3000/acme/web:rc-1'));
  });

  test.each([
    [{ ...created, action: 7 }, 'action is not a string'],
    [{ ...created, package: null }, 'package is not an object'],
    [{ ...created, package: { ...pack, version: undefined } }, 'package.version is not a string'],
    [{ ...created, package: { ...pack, html_url: '' } }, 'package.html_url is not a URL'],
    [{ ...created, package: { ...pack, owner: {} } }, 'package.owner.login is not a string'],
    [{ ...created, package: { ...pack, owner: { login: 'acm\u00e9' } } }, 'html_url, owner.login, name or version'],
    [{ ...created, package: { ...pack, owner: { login: '\u212a' } } }, 'html_url, owner.login, name or version'],
  ])('%j is none: %s', (body, words) => {
    expect(send(body)).toEqual(expect.stringContaining(words));
  });
});

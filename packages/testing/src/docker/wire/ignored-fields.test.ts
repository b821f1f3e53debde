import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { leftOut } from '../../compose/known-attributes.ts';
import { routes } from '../engine-server.ts';
import { ignoredFields } from './ignored-fields.ts';
import { knownFields } from './known-fields.ts';

const create = (body: Readonly<Record<string, unknown>>, query = {}): readonly string[] =>
  ignoredFields('POST /containers/create', { query, body });

it('names what is asked for and not modelled, in lists and under any key, too', () => {
  const body = {
    Image: 'acme/web',
    MacAddress: '02:42:ac:11:00:02',
    Labels: { 'a.b': 'c' },
    HostConfig: {
      Memory: 1e9,
      Links: ['db:db'],
      Mounts: [
        { Type: 'volume', Target: '/a', VolumeOptions: { Subpath: 'x' } },
        { Type: 'volume', Target: '/b', VolumeOptions: { Subpath: 'y', NoCopy: true } },
      ],
    },
    NetworkingConfig: {
      EndpointsConfig: { 'my.net': { Aliases: ['web'], IPAMConfig: { IPv4Address: '172.18.0.9' } } },
    },
  };
  expect(create(body, { name: 'web', platform: 'linux/arm64' })).toEqual([
    '?platform',
    'MacAddress',
    'HostConfig.Links',
    'HostConfig.Mounts.VolumeOptions.Subpath',
    'HostConfig.Mounts.VolumeOptions.NoCopy',
    'NetworkingConfig.EndpointsConfig.my.net.IPAMConfig.IPv4Address',
  ]);
});

it('takes for nothing what clients fill their bodies with, and a query that repeats the body for the body', () => {
  const empty = { Volumes: {}, MacAddress: '', NetworkDisabled: false, HostConfig: { Links: null, VolumeDriver: '' } };
  expect(create({ ...empty, Tty: true }, { Tty: 'true', platform: '' })).toEqual([]);
  expect(ignoredFields('POST /containers/{id}/restart', { query: { signal: 'SIGINT', t: '1' }, body: {} })).toEqual([
    '?signal',
  ]);
});

it('knows every route, and no other', () => {
  expect(Object.keys(knownFields).sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
});

it('is what the README says of fields that are kept and not acted on', async () => {
  const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8');
  const [, section = ''] = /### Kept, and not acted on\n\n[^-]*([^#]*)/.exec(readme) ?? [];
  const told = [...section.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
  const kept = Object.values(knownFields).flatMap(({ query, body }) => [...(query?.kept ?? []), ...(body?.kept ?? [])]);
  const shown = kept.map(name =>
    name.replace(
      /^(HostConfig|NetworkingConfig\.EndpointsConfig\.\*|EndpointConfig|TaskTemplate(\.ContainerSpec)?)\./,
      '',
    ),
  );
  expect([...new Set(told)].sort()).toEqual([...new Set([...shown, ...leftOut])].sort());
});

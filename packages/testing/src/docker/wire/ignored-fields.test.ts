import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { leftOut } from '../../compose/known-attributes.ts';
import { routes } from '../engine-server.ts';
import { ignoredFields } from './ignored-fields.ts';
import type { JsonObject } from './json.ts';
import { type KnownFields, knownFields } from './known-fields.ts';

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
        { Type: 'volume', Target: '/b', VolumeOptions: { Subpath: 'y', DriverConfig: { Name: 'z' } } },
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
    'HostConfig.Mounts.VolumeOptions.DriverConfig.Name',
    'NetworkingConfig.EndpointsConfig.my.net.IPAMConfig.IPv4Address',
  ]);
});

it('knows the fields of an object one by one, and what keys are of the client’s own choice', () => {
  const healthcheck = { Test: ['CMD', 'true'], Interval: 1e9, OnFailure: 'restart' };
  const devices = [{ PathOnHost: '/dev/null', Mode: 'rw' }];
  const HostConfig = {
    Devices: devices,
    Sysctls: { 'net.core.somaxconn': '1' },
    RestartPolicy: { Name: 'no', Delay: 3 },
  };
  expect(create({ Image: 'acme/web', Labels: { 'a.b': 'c' }, Healthcheck: healthcheck, HostConfig })).toEqual([
    'Healthcheck.OnFailure',
    'HostConfig.Devices.Mode',
    'HostConfig.RestartPolicy.Delay',
  ]);
  const EndpointSpec = { Mode: 'vip', Ports: [{ TargetPort: 80, Balance: 'least' }] };
  const sent = { query: {}, body: { Name: 'web', EndpointSpec, UpdateConfig: { Order: 'start-first', Batch: 2 } } };
  expect(ignoredFields('POST /services/create', sent)).toEqual(['EndpointSpec.Ports.Balance', 'UpdateConfig.Batch']);
});

it('names a value that it would take for another', () => {
  const HostConfig = { Mounts: [{ Type: 'image', Target: '/a' }, { Type: 'volume', Target: '/b' }, { Target: '/c' }] };
  expect(create({ Image: 'acme/web', HostConfig })).toEqual(['HostConfig.Mounts.Type=image']);
  expect(ignoredFields('POST /services/create', { query: {}, body: { UpdateConfig: { Order: 'random' } } })).toEqual([
    'UpdateConfig.Order=random',
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
  const kept = Object.values(knownFields).flatMap(({ query, body }) => [...topmost(query), ...topmost(body)]);
  expect([...new Set(told)].sort()).toEqual([...new Set([...kept, ...leftOut])].sort());
});

it('refuses what the README says', async () => {
  const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8');
  const [, section = ''] = /### Refused\n([^#]*)/.exec(readme) ?? [];
  const parts = section.split(/`([A-Z]+ \/[^`]+)`:/).slice(1);
  const found: string[] = [];
  for (let at = 0; at < parts.length; at += 2) {
    const [route = '', text = ''] = parts.slice(at);
    const fields = [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
    for (const field of fields) {
      const isQuery = field.startsWith('?');
      const sent = isQuery ? { query: { [field.slice(1)]: 'x' }, body: {} } : { query: {}, body: bodyWith(field) };
      if (ignoredFields(route, sent).some(name => name.startsWith(field))) found.push(field);
      else expect.soft(`${route} ${field}`).toBe('refused');
    }
  }
  expect(found.length).toBeGreaterThan(40);
});

function bodyWith(path: string): JsonObject {
  const [key = '', ...below] = path.split('.');
  return { [key]: below.length === 0 ? 'x' : bodyWith(below.join('.')) };
}

/** What is kept, by the name of the whole that nothing of is acted on: `Ulimits` for `Ulimits.Soft` and its like. */
function topmost({ acted, kept = [] }: KnownFields = { acted: [] }): readonly string[] {
  return kept.map(path => {
    const [, prefix = '', rest = ''] =
      /^((?:HostConfig|TaskTemplate(?:\.ContainerSpec)?|(?:NetworkingConfig\.)?Endpoint(?:sConfig\.\*|Config)|Spec)\.)?(.*)$/.exec(
        path,
      ) ?? [];
    const words = rest.split('.').filter(word => word !== '*');
    const isActedOn = (name: string): boolean => acted.some(one => one.startsWith(`${prefix}${name}.`));
    const ends = words.map((_, index) => words.slice(0, index + 1).join('.'));
    return ends.find(name => !isActedOn(name)) ?? rest;
  });
}

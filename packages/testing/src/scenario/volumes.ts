import { act, create, filters, get, inspect, post, remove, type Scenario, started } from '../conformance/scenario.ts';
import { web } from './programs.ts';

const list = (values: Readonly<Record<string, readonly string[]>>) => get(`/volumes?${filters(values)}`);

export const volumeScenarios: readonly Scenario[] = [
  {
    name: 'volume',
    images: { 'volume/web:1': web },
    steps: [
      post('/volumes/create', { Name: 'volume.data', Labels: { tier: 'back' } }),
      post('/volumes/create', { Name: 'volume.data' }),
      get('/volumes/volume.data'),
      post('/volumes/create', { Name: 'volume.plain' }),
      post('/volumes/create', { Name: 'volume.options', DriverOpts: { type: 'tmpfs', device: 'tmpfs', o: 'size=1m' } }),
      create('volume.web', 'volume/web:1', {
        HostConfig: { Binds: ['volume.data:/data', 'volume.made:/made:ro'] },
      }),
      inspect('volume.web', '/Mounts'),
      inspect('volume.web', '/HostConfig/Binds'),
      get('/volumes/volume.made'),
      ...started('volume.web'),
      get(`/containers/json?${filters({ name: ['volume.web'] })}`, { show: '/0/Mounts' }),
      remove('/volumes/volume.data'),
      act('volume.web', 'stop'),
      remove('/volumes/volume.data'),
      remove('/containers/volume.web?v=1'),
      remove('/volumes/volume.data'),
      remove('/volumes/volume.data'),
      remove('/volumes/volume.data?force=1'),
    ],
  },
  {
    name: 'volume-mounts',
    images: { 'volume-mounts/web:1': web },
    steps: [
      create('volume-mounts.web', 'volume-mounts/web:1', {
        Volumes: { '/anonymous': {} },
        HostConfig: {
          Mounts: [
            { Type: 'volume', Source: 'volume-mounts.data', Target: '/data', ReadOnly: true },
            { Type: 'volume', Target: '/other' },
            { Type: 'bind', Source: '/usr', Target: '/host' },
            { Type: 'tmpfs', Target: '/memory' },
          ],
        },
      }),
      act('volume-mounts.web', 'start'),
      inspect('volume-mounts.web', '/HostConfig/Mounts'),
      inspect('volume-mounts.web', '/Config/Volumes'),
      create('volume-mounts.twice', 'volume-mounts/web:1', {
        HostConfig: { Binds: ['volume-mounts.a:/data', 'volume-mounts.b:/data'] },
      }),
      create('volume-mounts.relative', 'volume-mounts/web:1', { HostConfig: { Binds: ['volume-mounts.a:data'] } }),
      create('volume-mounts.one', 'volume-mounts/web:1', { HostConfig: { Binds: ['volume-mounts.one:/one'] } }),
      inspect('volume-mounts.one', '/Mounts'),
      create('volume-mounts.from', 'volume-mounts/web:1', { HostConfig: { VolumesFrom: ['volume-mounts.one:ro'] } }),
      inspect('volume-mounts.from', '/Mounts'),
      inspect('volume-mounts.web', '/Mounts'),
      get(`/containers/json?${filters({ name: ['volume-mounts.web'] })}`, { show: '/0/Mounts' }),
      create('volume-mounts.bind', 'volume-mounts/web:1', { HostConfig: { Binds: ['/usr:/bound:ro'] } }),
      inspect('volume-mounts.bind', '/Mounts'),
      remove('/containers/volume-mounts.web?force=1&v=1'),
      get('/volumes/volume-mounts.data', { show: '/Name' }),
    ],
  },
  {
    name: 'volume-filters',
    images: { 'volume-filters/web:1': web },
    steps: [
      post('/volumes/create', { Name: 'volume-filters.a', Labels: { tier: 'back', set: 'volume-filters' } }),
      post('/volumes/create', { Name: 'volume-filters.b', Labels: { set: 'volume-filters' } }),
      create('volume-filters.web', 'volume-filters/web:1', { HostConfig: { Binds: ['volume-filters.a:/a'] } }),
      list({ name: ['volume-filters'] }),
      list({ label: ['tier=back', 'set=volume-filters'] }),
      list({ label: ['set=volume-filters'], dangling: ['true'] }),
      list({ label: ['set=volume-filters'], dangling: ['false'] }),
      list({ name: ['volume-filters.a'], driver: ['local'] }),
      list({ name: ['volume-filters.a'], driver: ['other'] }),
      list({ name: ['volume-filters.none'] }),
      list({ dangling: ['x'] }),
      list({ nonsense: ['x'] }),
      post('/volumes/create', { Name: 'volume-filters.c', Driver: 'nonsense' }),
      post('/volumes/create', { Name: 'x' }),
      post('/volumes/create', { Name: 'volume filters' }),
    ],
  },
];

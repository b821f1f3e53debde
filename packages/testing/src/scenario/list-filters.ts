import {
  act,
  create,
  filters,
  get,
  post,
  type RequestStep,
  type Scenario,
  untilStatus,
} from '../conformance/scenario.ts';
import { ends, web } from './programs.ts';

/** What a list has, by name; the scenario's own containers only. */
const list = (values: Readonly<Record<string, readonly string[]>>, more = ''): RequestStep =>
  get(`/containers/json?${more}${filters({ label: ['set=list-filters'], ...values })}`);
const names = (values: Readonly<Record<string, readonly string[]>>): RequestStep =>
  get(`/containers/json?all=1&${filters({ ...values, label: ['set=filter-matrix', ...(values.label ?? [])] })}`);

export const listFilterScenarios: readonly Scenario[] = [
  {
    name: 'list-filters',
    images: { 'list-filters/web:1': web, 'list-filters/crash:1': ends(3) },
    steps: [
      create('list-filters.running', 'list-filters/web:1', { Labels: { set: 'list-filters', tier: 'front' } }),
      create('list-filters.created', 'list-filters/web:1', { Labels: { set: 'list-filters' } }),
      create('list-filters.ended', 'list-filters/crash:1', { Labels: { set: 'list-filters', tier: 'back' } }),
      act('list-filters.running', 'start'),
      act('list-filters.ended', 'start'),
      untilStatus('list-filters.ended', 'exited'),
      list({}),
      list({}, 'all=1&'),
      list({}, 'all=0&'),
      list({}, 'all=1&limit=1&'),
      list({}, 'limit=2&'),
    ],
  },
  {
    name: 'filter-matrix',
    images: { 'filter-matrix/web:1': web, 'filter-matrix/crash:1': ends(3) },
    steps: [
      post('/networks/create', { Name: 'filter-matrix.net' }),
      create('filter-matrix.running', 'filter-matrix/web:1', {
        Labels: { set: 'filter-matrix', tier: 'front' },
        Volumes: { '/data': {} },
        HostConfig: { NetworkMode: 'filter-matrix.net', Binds: ['filter-matrix.data:/named'] },
      }),
      create('filter-matrix.created', 'filter-matrix/web:1', {
        Labels: { set: 'filter-matrix' },
        ExposedPorts: { '90/tcp': {} },
        HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '18121' }] } },
      }),
      create('filter-matrix.ended', 'filter-matrix/crash:1', { Labels: { set: 'filter-matrix', tier: 'back' } }),
      act('filter-matrix.running', 'start'),
      act('filter-matrix.ended', 'start'),
      untilStatus('filter-matrix.ended', 'exited'),
      ...[
        { status: ['running'] },
        { status: ['created', 'exited'] },
        { status: ['paused'] },
        { exited: ['3'] },
        { exited: ['0'] },
        { name: ['filter-matrix.r'] },
        { name: ['^/filter-matrix.created$'] },
        { name: ['^filter-matrix.created$'] },
        { name: ['matrix.(ended|running)'] },
        { label: ['tier'] },
        { label: ['tier=front'] },
        { label: ['tier=front', 'tier=back'] },
        { health: ['none'] },
        { health: ['healthy'] },
        { network: ['filter-matrix.net'] },
        { network: ['{id filter-matrix.net}'] },
        { volume: ['filter-matrix.data'] },
        { volume: ['/named'] },
        { ancestor: ['127.0.0.1:5001/filter-matrix/web:1'] },
        { ancestor: ['127.0.0.1:5001/filter-matrix/none'] },
        { before: ['filter-matrix.ended'] },
        { since: ['filter-matrix.running'] },
        { id: ['nothing'] },
        { publish: ['80'] },
        { expose: ['90/tcp'] },
        { 'is-task': ['false'] },
      ].map(values => ({ ...names(values), each: 'Names' })),
      names({ status: ['nonsense'] }),
      names({ health: ['nonsense'] }),
      names({ exited: ['x'] }),
      names({ nonsense: ['x'] }),
      names({ before: ['filter-matrix.none'] }),
      names({ 'is-task': ['x'] }),
      get('/containers/json?filters=nonsense'),
      get('/containers/json?limit=x'),
      get(`/containers/json?filters=${encodeURIComponent('{"label":["set=filter-matrix"]}')}`, { show: '/0/Names' }),
      get(`/containers/json?filters=${encodeURIComponent('{"label":{"set=filter-matrix":true}}')}`, {
        show: '/0/Names',
      }),
      get(`/containers/json?filters=${encodeURIComponent('{"label":{"set=filter-matrix":false}}')}`),
    ],
  },
];

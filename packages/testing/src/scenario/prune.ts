import {
  act,
  create,
  filters,
  get,
  imageOf,
  post,
  registry,
  type Scenario,
  untilStatus,
} from '../conformance/scenario.ts';
import { ends, web } from './programs.ts';

const own = (more: Readonly<Record<string, readonly string[]>> = {}): string =>
  filters({ ...more, label: ['set=prune', ...(more.label ?? [])] });

export const pruneScenarios: readonly Scenario[] = [
  {
    name: 'prune-containers',
    isExclusive: true,
    images: { 'prune-containers/web:1': web, 'prune-containers/crash:1': ends(3) },
    steps: [
      create('prune-containers.running', 'prune-containers/web:1', { Labels: { set: 'prune' } }),
      create('prune-containers.created', 'prune-containers/web:1', { Labels: { set: 'prune' } }),
      create('prune-containers.ended', 'prune-containers/crash:1', { Labels: { set: 'prune', keep: '1' } }),
      act('prune-containers.running', 'start'),
      act('prune-containers.ended', 'start'),
      untilStatus('prune-containers.ended', 'exited'),
      post(`/containers/prune?${own({ until: ['1h'] })}`),
      post(`/containers/prune?${own({ 'label!': ['keep'] })}`),
      post(`/containers/prune?${own()}`),
      post(`/containers/prune?${own()}`),
      post(`/containers/prune?${filters({ nonsense: ['x'] })}`),
      post(`/containers/prune?${filters({ until: ['x'] })}`),
    ],
  },
  {
    name: 'prune-networks',
    isExclusive: true,
    images: { 'prune-networks/web:1': web },
    steps: [
      post('/networks/create', { Name: 'prune-networks.used', Labels: { set: 'prune' } }),
      post('/networks/create', { Name: 'prune-networks.free', Labels: { set: 'prune' } }),
      create('prune-networks.web', 'prune-networks/web:1', { HostConfig: { NetworkMode: 'prune-networks.used' } }),
      act('prune-networks.web', 'start'),
      post(`/networks/prune?${own({ until: ['1h'] })}`),
      post(`/networks/prune?${own()}`),
      post(`/networks/prune?${own()}`),
      post(`/networks/prune?${filters({ nonsense: ['x'] })}`),
    ],
  },
  {
    name: 'prune-volumes',
    isExclusive: true,
    images: { 'prune-volumes/web:1': web },
    steps: [
      post('/volumes/create', { Name: 'prune-volumes.used', Labels: { set: 'prune' } }),
      post('/volumes/create', { Name: 'prune-volumes.free', Labels: { set: 'prune' } }),
      post('/volumes/create', { Labels: { set: 'prune' } }),
      create('prune-volumes.web', 'prune-volumes/web:1', { HostConfig: { Binds: ['prune-volumes.used:/data'] } }),
      post(`/volumes/prune?${own()}`),
      post(`/volumes/prune?${own({ all: ['true'] })}`),
      post(`/volumes/prune?${own({ all: ['x'] })}`),
      post(`/volumes/prune?${filters({ nonsense: ['x'] })}`),
      post(`/volumes/prune?${filters({ until: ['1h'] })}`),
      post(`/v1.41/volumes/prune?${own()}`),
    ],
  },
  {
    name: 'prune-images',
    isExclusive: true,
    images: { 'prune-images/web:1': { ...web, labels: { set: 'prune' } } },
    steps: [
      registry(({ push }) => push('prune-images/web:1', { ...web, version: 'two', labels: { set: 'prune' } })),
      post(`/images/create?fromImage=${encodeURIComponent(imageOf('prune-images/web'))}&tag=1`),
      post(`/images/prune?${own({ dangling: ['true'] })}`),
      post(`/images/prune?${own()}`),
      post(`/images/prune?${own({ dangling: ['x'] })}`),
      post(`/images/prune?${filters({ nonsense: ['x'] })}`),
      post(`/images/prune?${own({ dangling: ['false'] })}`),
      get(`/images/json?${filters({ label: ['set=prune'] })}`),
    ],
  },
];

import { get, imageOf, post, type RequestStep, registry, remove, type Scenario } from '../conformance/scenario.ts';
import { web } from './programs.ts';

const pull = (name: string, headers: Readonly<Record<string, string>> = {}): RequestStep => {
  const [repository = '', tag = ''] = name.split(':');
  return post(`/images/create?fromImage=${encodeURIComponent(imageOf(repository))}&tag=${tag}`, undefined, { headers });
};
const image = (name: string, show?: string): RequestStep =>
  get(`/images/${imageOf(name)}/json`, show === undefined ? {} : { show });

export const pullScenarios: readonly Scenario[] = [
  {
    name: 'pull',
    steps: [
      registry(({ push }) => push('pull/web:1', { ...web, labels: { tier: 'front' } })),
      image('pull/web:1'),
      pull('pull/web:1'),
      image('pull/web:1'),
      pull('pull/web:1'),
      get(`/images/json?filters=${encodeURIComponent('{"reference":["127.0.0.1:5001/pull/web"]}')}`),
      pull('pull/web:1', { 'X-Registry-Auth': 'e30=' }),
      remove(`/images/${imageOf('pull/web:1')}`),
      image('pull/web:1'),
    ],
  },
  {
    name: 'pull-moved',
    images: { 'pull-moved/web:1': web },
    steps: [
      post('/containers/create?name=pull-moved.old', { Image: imageOf('pull-moved/web:1') }),
      registry(({ push }) => push('pull-moved/web:1', { ...web, version: 'two' })),
      pull('pull-moved/web:1'),
      image('pull-moved/web:1'),
      get('/containers/pull-moved.old/json', { show: '/Image' }),
      get('/containers/pull-moved.old/json', { show: '/Config/Image' }),
      get(`/containers/json?all=1&filters=${encodeURIComponent('{"name":["pull-moved.old"]}')}`, { each: 'Image' }),
      post('/containers/create?name=pull-moved.new', { Image: imageOf('pull-moved/web:1') }),
      get('/containers/pull-moved.new/json', { show: '/Image' }),
      registry(({ push }) => push('pull-moved/web:1', { ...web, version: 'two', labels: { same: 'layer' } })),
      pull('pull-moved/web:1'),
    ],
  },
  {
    name: 'pull-all',
    steps: [
      registry(({ push }) => push('pull-all/web:1', web)),
      registry(({ push }) => push('pull-all/web:2', { ...web, version: 'two' })),
      pull('pull-all/web'),
      image('pull-all/web:1', '/RepoTags'),
      image('pull-all/web:2', '/RepoTags'),
      pull('pull-all/web'),
      pull('pull-all/none'),
    ],
  },
  {
    name: 'pull-errors',
    images: { 'pull-errors/web:1': web },
    steps: [
      pull('pull-errors/web:none'),
      pull('pull-errors/none:1'),
      post(`/images/create?fromImage=${encodeURIComponent(imageOf('pull-errors/web'))}&tag=sha256:${'0'.repeat(64)}`),
      post('/images/create?fromImage=Bad_Name&tag=1'),
      post(`/images/create?fromImage=${encodeURIComponent(imageOf('pull-errors/web'))}&tag=!`),
    ],
  },
  {
    name: 'pull-refused',
    isExclusive: true,
    images: { 'pull-refused/web:1': web },
    steps: [
      ...[401, 403, 404, 429, 500, 503].flatMap(status => [
        registry(({ fail }) => fail({ status, message: 'told to fail' })),
        pull('pull-refused/web:1'),
        registry(({ heal }) => heal()),
      ]),
      registry(({ push }) => push('pull-refused/web:2', { ...web, version: 'two' })),
      registry(({ fail }) => fail({ status: 404, on: 'blobs' })),
      pull('pull-refused/web:2'),
      registry(({ heal }) => heal()),
      pull('pull-refused/web:2'),
    ],
  },
  {
    name: 'distribution',
    images: { 'distribution/web:1': web },
    steps: [
      get(`/distribution/${imageOf('distribution/web:1')}/json`),
      get(`/distribution/${imageOf('distribution/web')}/json`),
      get(`/distribution/${imageOf('distribution/web:none')}/json`),
      get(`/distribution/${imageOf('distribution/none:1')}/json`),
      get('/distribution/Bad_Name/json'),
    ],
  },
];

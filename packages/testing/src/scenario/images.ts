import {
  act,
  create,
  filters,
  get,
  imageOf,
  post,
  type RequestStep,
  registry,
  remove,
  type Scenario,
} from '../conformance/scenario.ts';
import { web } from './programs.ts';

/** With no credentials, in base64. */
const push = (name: string, tag: string): RequestStep =>
  post(`/images/${imageOf(name)}/push?tag=${tag}`, undefined, { headers: { 'X-Registry-Auth': 'e30=' } });

export const imageScenarios: readonly Scenario[] = [
  {
    name: 'image',
    images: {
      'image/web:1': { ...web, labels: { tier: 'front' }, exposedPorts: ['80/tcp'], env: { MODE: 'test' } },
    },
    steps: [
      get(`/images/${imageOf('image/web:1')}/json`),
      get(`/images/${imageOf('image/web:1')}/history`),
      get(`/images/json?${filters({ reference: [imageOf('image/*')] })}`),
      get(`/images/json?digests=1&${filters({ reference: [imageOf('image/web:1')] })}`),
      get(`/images/json?${filters({ reference: [imageOf('image/none')] })}`),
      get(`/images/json?${filters({ label: ['tier=front'], reference: [imageOf('image/web')] })}`, {
        each: 'RepoTags',
      }),
      get(`/images/json?${filters({ label: ['tier=back'], reference: [imageOf('image/web')] })}`, { each: 'RepoTags' }),
      get(`/images/json?${filters({ nonsense: ['x'] })}`),
      get(`/images/json?${filters({ dangling: ['x'] })}`),
      get('/images/json?filters=nonsense'),
      get('/images/image.none/history'),
      get('/images/image.none/json'),
      get(`/images/sha256:${'0'.repeat(64)}/json`),
    ],
  },
  {
    name: 'commit-changes',
    images: { 'commit-changes/web:1': { ...web, env: { A: 'image', B: 'image' }, labels: { tier: 'front' } } },
    steps: [
      create('commit-changes.web', 'commit-changes/web:1', { Env: ['B=own'], ExposedPorts: { '80/tcp': {} } }),
      ...[
        ['ENV A=changed C="two words"', 'LABEL set=yes'],
        ['CMD ["/bin/true"]', 'EXPOSE 81 82/udp', 'VOLUME /data', 'USER node', 'WORKDIR /srv'],
        ['CMD echo hello', 'STOPSIGNAL SIGINT', 'ONBUILD RUN true'],
        ['ENTRYPOINT ["/bin/cat"]'],
        ['ENV D one two'],
      ].flatMap((changes, at) => [
        post(
          `/commit?container=commit-changes.web&repo=commit-changes/web&tag=c${at}&${changes.map(change => `changes=${encodeURIComponent(change)}`).join('&')}`,
        ),
        get(`/images/commit-changes/web:c${at}/json`, { show: '/Config' }),
      ]),
      post('/commit?container=commit-changes.web&changes=RUN+true'),
      post('/commit?container=commit-changes.web&changes=NONSENSE'),
      ...[0, 1, 2, 3, 4].map(at => remove(`/images/commit-changes/web:c${at}?force=1`)),
    ],
  },
  { name: 'load-nothing', steps: [post('/images/load')] },
  {
    name: 'image-tag',
    images: { 'image-tag/web:1': web },
    steps: [
      post(`/images/${imageOf('image-tag/web:1')}/tag?repo=image-tag/other&tag=2`),
      post(`/images/${imageOf('image-tag/web:1')}/tag?repo=image-tag/other`),
      get('/images/image-tag/other:2/json', { show: '/RepoTags' }),
      get('/images/image-tag/other:2/json', { show: '/RepoDigests' }),
      post('/images/image-tag/none/tag?repo=image-tag/other&tag=3'),
      post('/images/image-tag/other:2/tag?repo=Bad_Name&tag=3'),
      post('/images/image-tag/other:2/tag?repo=image-tag/other&tag=!'),
      post('/images/image-tag/other:2/tag'),
      remove('/images/image-tag/other:2'),
      remove('/images/image-tag/other'),
      get(`/images/${imageOf('image-tag/web:1')}/json`, { show: '/RepoTags' }),
    ],
  },
  {
    name: 'push',
    images: { 'push/web:1': web },
    steps: [
      post(`/images/${imageOf('push/web:1')}/tag?repo=${encodeURIComponent(imageOf('push/copy'))}&tag=2`),
      push('push/copy', '2'),
      push('push/copy', '2'),
      get(`/images/${imageOf('push/copy:2')}/json`, { show: '/RepoDigests' }),
      registry(({ removeTag }) => removeTag('push/web:1')),
      push('push/web', '1'),
      push('push/web', 'none'),
      push('push/none', '1'),
      push('push/copy', ''),
      get(`/distribution/${imageOf('push/copy:2')}/json`, { show: '/Platforms' }),
      remove(`/images/${imageOf('push/copy:2')}`),
      post(`/images/create?fromImage=${encodeURIComponent(imageOf('push/copy'))}&tag=2`),
      remove(`/images/${imageOf('push/copy:2')}`),
    ],
  },
  {
    name: 'image-remove',
    images: { 'image-remove/web:1': web },
    steps: [
      create('image-remove.web', 'image-remove/web:1'),
      remove(`/images/${imageOf('image-remove/web:1')}`),
      post(`/images/${imageOf('image-remove/web:1')}/tag?repo=image-remove/other&tag=2`),
      remove('/images/image-remove/other:2'),
      act('image-remove.web', 'start'),
      remove(`/images/${imageOf('image-remove/web:1')}`),
      remove(`/images/${imageOf('image-remove/web:1')}?force=1`),
      get('/containers/image-remove.web/json', { show: '/Config/Image' }),
      get(`/containers/json?${filters({ name: ['image-remove.web'] })}`, { each: 'Image' }),
      remove('/containers/image-remove.web?force=1'),
      remove('/images/image-remove/none'),
    ],
  },
  {
    name: 'image-remove-id',
    images: { 'image-remove-id/web:1': web },
    steps: [
      post(`/images/${imageOf('image-remove-id/web:1')}/tag?repo=image-remove-id/a&tag=1`),
      post(`/images/${imageOf('image-remove-id/web:1')}/tag?repo=image-remove-id/b&tag=1`),
      remove('/images/{image image-remove-id/web:1}'),
      create('image-remove-id.web', 'image-remove-id/web:1'),
      remove('/images/{image image-remove-id/web:1}?force=1'),
      act('image-remove-id.web', 'start'),
      remove('/images/{image image-remove-id/web:1}?force=1'),
      remove('/containers/image-remove-id.web?force=1'),
      remove('/images/{image image-remove-id/web:1}?force=1'),
    ],
  },
  {
    name: 'image-remove-digest',
    images: { 'image-remove-digest/web:1': web },
    steps: [
      get(`/images/${imageOf('image-remove-digest/web')}@{digest image-remove-digest/web:1}/json`, {
        show: '/RepoTags',
      }),
      remove(`/images/${imageOf('image-remove-digest/web:1')}`),
      post(
        `/images/create?fromImage=${encodeURIComponent(imageOf('image-remove-digest/web'))}&tag={digest image-remove-digest/web:1}`,
      ),
      get(`/images/${imageOf('image-remove-digest/web')}@{digest image-remove-digest/web:1}/json`, {
        show: '/RepoTags',
      }),
      get(`/images/json?${filters({ reference: [imageOf('image-remove-digest/web')] })}`),
      remove(`/images/${imageOf('image-remove-digest/web')}@{digest image-remove-digest/web:1}`),
    ],
  },
  {
    name: 'image-dangling',
    images: { 'image-dangling/web:1': { ...web, labels: { set: 'image-dangling' } } },
    steps: [
      registry(({ push }) =>
        push('image-dangling/web:1', { ...web, version: 'two', labels: { set: 'image-dangling' } }),
      ),
      post(`/images/create?fromImage=${encodeURIComponent(imageOf('image-dangling/web'))}&tag=1`),
      get(`/images/json?${filters({ dangling: ['true'], label: ['set=image-dangling'] })}`),
      get('/images/{image image-dangling/web:1}/json', { show: '/RepoTags' }),
      get('/images/{image image-dangling/web:1}/json', { show: '/RepoDigests' }),
      remove('/images/{image image-dangling/web:1}'),
      get(`/images/json?${filters({ dangling: ['true'], label: ['set=image-dangling'] })}`),
    ],
  },
];

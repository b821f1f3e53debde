import {
  act,
  create,
  filters,
  get,
  head,
  imageOf,
  inspect,
  post,
  type RequestStep,
  remove,
  type Scenario,
  type Step,
} from '../conformance/scenario.ts';
import { deaf, web } from './programs.ts';

const init: Step = post('/swarm/init', { ListenAddr: '127.0.0.1:2377', AdvertiseAddr: '127.0.0.1' });
const leave: Step = post('/swarm/leave?force=1');
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const secret = (of: string, Name: string, Mode: number, owner = '0'): object => ({
  ...{ SecretID: `{id ${of}}`, SecretName: of },
  File: { Name, UID: owner, GID: owner, Mode },
});
const config = (of: string, Name: string, Mode: number): object => ({
  ...{ ConfigID: `{id ${of}}`, ConfigName: of },
  File: { Name, UID: '0', GID: '0', Mode },
});
const service = (Name: string, more: Readonly<Record<string, unknown>>): RequestStep =>
  post('/services/create', {
    Name,
    TaskTemplate: { ContainerSpec: { Image: imageOf('service-files/web:1'), ...more } },
    Mode: { Replicated: { Replicas: 1 } },
  });
/** Runs a script in the container of the service. */
const inService = (name: string, script: string): readonly Step[] => [
  post(`/containers/{container ${name}}/exec`, {
    Cmd: ['/bin/sh', '-c', script],
    AttachStdout: true,
    AttachStderr: true,
  }),
  post(`/exec/{id ${name}}/start`, {}),
];
const paths = '/run/secrets/key /etc/keys/pass /run/secrets/again /app.conf /etc/app/more';

/** What a container has of the swarm that it is in. */
export const swarmContainerScenarios: readonly Scenario[] = [
  {
    name: 'service-files',
    isExclusive: true,
    withoutEvents: 'Tasks start and end side by side.',
    images: { 'service-files/web:1': deaf },
    steps: [
      init,
      post('/secrets/create', { Name: 'service-files-key', Data: base64('secret\n'), Labels: { tier: 'front' } }),
      post('/secrets/create', { Name: 'service-files-pass', Data: base64('word\n') }),
      post('/configs/create', { Name: 'service-files-conf', Data: base64('debug: true\n') }),
      post('/configs/create', { Name: 'service-files-more', Data: base64('more: true\n') }),
      service('service-files-none', { Secrets: [secret('service-files-conf', 'key', 0o400)] }),
      service('service-files-twice', {
        Secrets: [secret('service-files-key', 'key', 0o400), secret('service-files-pass', 'key', 0o400)],
      }),
      service('service-files-web', {
        Secrets: [
          secret('service-files-key', 'key', 0o440, '1000'),
          secret('service-files-pass', '/etc/keys/pass', 0o400),
          // An engine keeps one file of each: that of the last.
          secret('service-files-pass', 'again', 0o444, '7'),
        ],
        Configs: [
          config('service-files-conf', 'app.conf', 0o444),
          config('service-files-more', '/etc/app/more', 0o600),
        ],
      }),
      {
        kind: 'until',
        path: `/tasks?${filters({ service: ['service-files-web'] })}`,
        pointer: '/0/Status/State',
        is: 'running',
      },
      get('/services/service-files-web', { show: '/Spec/TaskTemplate/ContainerSpec' }),
      get('/containers/{container service-files-web}/json', { show: '/Mounts' }),
      ...[
        `cat ${paths}`,
        `stat -c '%a %u:%g %s %F %n' ${paths}`,
        "ls /run/secrets /etc/keys /etc/app; stat -c '%a %u:%g %F %n' /run/secrets /etc/keys",
        'echo changed > /run/secrets/key',
        'echo changed > /app.conf',
      ].flatMap(script => inService('service-files-web', script)),
      head('/containers/{container service-files-web}/archive?path=/run/secrets/key'),
      get('/containers/{container service-files-web}/archive?path=/etc/keys/pass'),
      get('/containers/{container service-files-web}/archive?path=/app.conf'),
      remove('/secrets/service-files-key'),
      remove('/configs/service-files-conf'),
      get(`/secrets?${filters({ label: ['tier=front'] })}`, { each: 'Spec' }),
      remove('/services/service-files-web'),
      remove('/secrets/service-files-key'),
      remove('/configs/service-files-conf'),
      leave,
    ],
  },
  {
    name: 'overlay-attach',
    isExclusive: true,
    withoutEvents: 'A node tells of itself whenever it likes.',
    images: { 'overlay-attach/web:1': web },
    steps: [
      init,
      post('/networks/create', { Name: 'overlay-attach-open', Driver: 'overlay', Attachable: true }),
      post('/networks/create', { Name: 'overlay-attach-closed', Driver: 'overlay' }),
      get('/networks/overlay-attach-open'),
      create('overlay-attach.web', 'overlay-attach/web:1'),
      act('overlay-attach.web', 'start'),
      post('/networks/overlay-attach-closed/connect', { Container: 'overlay-attach.web' }),
      post('/networks/overlay-attach-open/connect', { Container: 'overlay-attach.web' }),
      post('/networks/overlay-attach-open/connect', { Container: 'overlay-attach.web' }),
      inspect('overlay-attach.web', '/NetworkSettings/Networks/overlay-attach-open'),
      create('overlay-attach.idle', 'overlay-attach/web:1', { HostConfig: { NetworkMode: 'overlay-attach-open' } }),
      inspect('overlay-attach.idle', '/NetworkSettings/Networks/overlay-attach-open'),
      act('overlay-attach.idle', 'start'),
      inspect('overlay-attach.idle', '/NetworkSettings/Networks/overlay-attach-open'),
      create('overlay-attach.refused', 'overlay-attach/web:1', {
        HostConfig: { NetworkMode: 'overlay-attach-closed' },
      }),
      act('overlay-attach.refused', 'start'),
      inspect('overlay-attach.refused', '/State'),
      get('/networks/overlay-attach-open', { show: '/Containers' }),
      remove('/networks/overlay-attach-open'),
      post('/networks/overlay-attach-open/disconnect', { Container: 'overlay-attach.web' }),
      remove('/containers/overlay-attach.idle?force=1'),
      remove('/containers/overlay-attach.web?force=1'),
      remove('/networks/overlay-attach-closed'),
      leave,
    ],
  },
];

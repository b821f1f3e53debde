import {
  filters,
  get,
  imageOf,
  post,
  type RequestStep,
  remove,
  type Scenario,
  type Step,
} from '../conformance/scenario.ts';
import { deaf, ends, web } from './programs.ts';

const init: Step = post('/swarm/init', {
  ListenAddr: '127.0.0.1:2377',
  AdvertiseAddr: '127.0.0.1',
});
const leave: Step = post('/swarm/leave?force=1');
const second = 1_000_000_000;

const updateConfig = { Parallelism: 1, Monitor: second, FailureAction: 'rollback', Order: 'stop-first' };
const service = (name: string, image: string, more: Readonly<Record<string, unknown>> = {}): object => ({
  Name: name,
  TaskTemplate: {
    ContainerSpec: { Image: imageOf(image) },
    RestartPolicy: { Condition: 'any', Delay: second / 10 },
  },
  Mode: { Replicated: { Replicas: 2 } },
  UpdateConfig: updateConfig,
  RollbackConfig: { Parallelism: 1, Monitor: second / 10 },
  ...more,
});
const version = (name: string): RequestStep => get(`/services/${name}`, { show: '/Spec/Name' });
const untilTask = (name: string, place: number, state: string): Step => ({
  kind: 'until',
  path: `/tasks?${filters({ service: [name], 'desired-state': ['running'] })}`,
  pointer: `/${place}/Status/State`,
  is: state,
});
const untilUpdate = (name: string, state: string): Step => ({
  kind: 'until',
  path: `/services/${name}`,
  pointer: '/UpdateStatus/State',
  is: state,
});

export const swarmScenarios: readonly Scenario[] = [
  {
    name: 'no-swarm',
    steps: [
      get('/swarm'),
      get('/nodes'),
      get('/services'),
      get('/tasks'),
      get('/secrets'),
      get('/configs'),
      post('/services/create', { Name: 'no-swarm.web' }),
      post('/swarm/leave'),
    ],
  },
  {
    name: 'swarm',
    isExclusive: true,
    withoutEvents: 'A node tells of itself whenever it likes.',
    steps: [
      init,
      post('/swarm/init', { ListenAddr: '127.0.0.1:2377', AdvertiseAddr: '127.0.0.1' }),
      get('/info', { show: '/Swarm/LocalNodeState' }),
      get('/nodes', { each: 'Spec' }),
      get('/services'),
      get('/nodes/swarm.none'),
      get('/services/swarm.none'),
      get('/tasks/swarm.none'),
      post('/secrets/create', { Name: 'swarm.secret', Data: 'c2VjcmV0' }),
      get('/secrets/swarm.secret'),
      post('/secrets/create', { Name: 'swarm.secret', Data: 'c2VjcmV0' }),
      remove('/secrets/swarm.secret'),
      remove('/secrets/swarm.secret'),
      post('/configs/create', { Name: 'swarm.config', Data: 'Y29uZmln' }),
      get('/configs/swarm.config'),
      remove('/configs/swarm.config'),
      post('/swarm/leave'),
      leave,
      post('/swarm/leave?force=1'),
    ],
  },
  {
    name: 'service',
    isExclusive: true,
    withoutEvents: 'Tasks start and end side by side.',
    images: { 'service/web:1': web, 'service/web:2': { ...web, version: 'two' } },
    steps: [
      init,
      post('/services/create', service('service-web', 'service/web:1', { Labels: { tier: 'front' } })),
      post('/services/create', service('service-web', 'service/web:1')),
      post('/services/create', service('service-web!', 'service/web:1')),
      post('/services/create', {}),
      untilTask('service-web', 0, 'running'),
      untilTask('service-web', 1, 'running'),
      get('/services/service-web'),
      get(`/services?${filters({ name: ['service-web'] })}`, { each: 'Spec' }),
      get(`/services?${filters({ label: ['tier=front'] })}`, { each: 'Spec' }),
      get(`/services?${filters({ label: ['tier=back'] })}`),
      get(`/services?${filters({ nonsense: ['x'] })}`),
      get(`/services?status=true&${filters({ name: ['service-web'] })}`, { show: '/0/ServiceStatus' }),
      get(`/tasks?${filters({ service: ['service-web'] })}`, { each: 'DesiredState' }),
      get(`/tasks?${filters({ name: ['service-web.1'] })}`, { show: '/0' }),
      version('service-web'),
      post('/services/service-web/update?version=1', service('service-web', 'service/web:2')),
      post('/services/service-web/update', service('service-web', 'service/web:2')),
      post('/services/service-none/update?version=1', service('service-none', 'service/web:2')),
      remove('/services/service-web'),
      remove('/services/service-web'),
      leave,
    ],
  },
  {
    name: 'service-update',
    isExclusive: true,
    withoutEvents: 'Tasks start and end side by side.',
    images: { 'service-update/web:1': web, 'service-update/web:2': deaf, 'service-update/bad:1': ends(1) },
    steps: [
      init,
      post('/services/create', service('service-update-web', 'service-update/web:1')),
      untilTask('service-update-web', 0, 'running'),
      untilTask('service-update-web', 1, 'running'),
      post(
        '/services/service-update-web/update?version={version service-update-web}',
        service('service-update-web', 'service-update/web:2'),
      ),
      untilUpdate('service-update-web', 'completed'),
      get('/services/service-update-web'),
      post(
        '/services/service-update-web/update?rollback=previous&version={version service-update-web}',
        service('service-update-web', 'service-update/web:1'),
      ),
      untilUpdate('service-update-web', 'rollback_completed'),
      get('/services/service-update-web', { show: '/UpdateStatus' }),
      get('/services/service-update-web', { show: '/Spec/TaskTemplate' }),
      post(
        '/services/service-update-web/update?version={version service-update-web}',
        // Its task fails while it is monitored, however long a start takes.
        service('service-update-web', 'service-update/bad:1', {
          UpdateConfig: { ...updateConfig, Monitor: 60 * second },
        }),
      ),
      untilUpdate('service-update-web', 'rollback_completed'),
      get('/services/service-update-web', { show: '/UpdateStatus/State' }),
      get('/services/service-update-web', { show: '/Spec/TaskTemplate/ContainerSpec/Image' }),
      remove('/services/service-update-web'),
      leave,
    ],
  },
];

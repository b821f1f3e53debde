import { get, head, post, remove, type Scenario } from '../conformance/scenario.ts';

export const systemScenarios: readonly Scenario[] = [
  {
    name: 'ping',
    steps: [
      head('/_ping'),
      get('/_ping'),
      get('/v1.24/_ping'),
      get('/v1.45/_ping'),
      get('/v1.99/version'),
      get('/v1.23/version'),
      get('/v1.12/containers/json'),
      get('/v2.0/version'),
      get('/vx/version'),
    ],
  },
  { name: 'version', steps: [get('/version'), get('/v1.41/version', { show: '/ApiVersion' })] },
  { name: 'info', steps: [get('/info')], isExclusive: true },
  {
    name: 'unknown-paths',
    steps: [
      get('/nothing'),
      get('/v1.45/nothing'),
      post('/containers/json'),
      remove('/containers/json'),
      get('/containers/create'),
      get('/containers/unknown-paths.x/json'),
      get('/containers/unknown-paths.x/nothing'),
      post('/_ping'),
      get('/images/unknown-paths.x/json'),
      get('/networks/unknown-paths.x'),
      get('/volumes/unknown-paths.x'),
    ],
  },
];

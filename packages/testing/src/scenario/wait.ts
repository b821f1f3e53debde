import {
  act,
  answered,
  create,
  get,
  inspect,
  post,
  remove,
  type Scenario,
  untilStatus,
} from '../conformance/scenario.ts';
import { deaf, endsAfter } from './programs.ts';

export const waitScenarios: readonly Scenario[] = [
  {
    name: 'wait',
    images: { 'wait/web:1': endsAfter(300, 3), 'wait/deaf:1': deaf },
    steps: [
      create('wait.web', 'wait/web:1'),
      act('wait.web', 'wait'),
      post('/containers/wait.web/wait?condition=next-exit', undefined, { background: 'next' }),
      post('/containers/wait.web/wait?condition=removed', undefined, { background: 'removed' }),
      act('wait.web', 'start'),
      answered('next'),
      untilStatus('wait.web', 'exited'),
      act('wait.web', 'wait?condition=not-running'),
      act('wait.web', 'wait?condition=nonsense'),
      remove('/containers/wait.web'),
      answered('removed'),
      create('wait.deaf', 'wait/deaf:1'),
      act('wait.deaf', 'start'),
      post('/containers/wait.deaf/wait', undefined, { background: 'killed' }),
      act('wait.deaf', 'kill'),
      answered('killed'),
    ],
  },
  {
    name: 'auto-remove',
    images: { 'auto-remove/web:1': endsAfter(300, 3), 'auto-remove/deaf:1': deaf },
    steps: [
      create('auto-remove.web', 'auto-remove/web:1', { HostConfig: { AutoRemove: true } }),
      post('/containers/auto-remove.web/wait?condition=removed', undefined, { background: 'removed' }),
      inspect('auto-remove.web', '/HostConfig/AutoRemove'),
      act('auto-remove.web', 'start'),
      answered('removed'),
      inspect('auto-remove.web'),
      create('auto-remove.deaf', 'auto-remove/deaf:1', {
        HostConfig: { AutoRemove: true },
        Volumes: { '/data': {} },
      }),
      act('auto-remove.deaf', 'start'),
      post('/containers/auto-remove.deaf/wait?condition=removed', undefined, { background: 'killed' }),
      act('auto-remove.deaf', 'kill'),
      answered('killed'),
      create('auto-remove.restart', 'auto-remove/deaf:1', {
        HostConfig: { AutoRemove: true, RestartPolicy: { Name: 'always' } },
      }),
      get('/containers/auto-remove.restart/json'),
    ],
  },
];

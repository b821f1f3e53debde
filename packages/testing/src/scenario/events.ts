import {
  act,
  create,
  filters,
  get,
  pause,
  post,
  type RequestStep,
  remove,
  type Scenario,
  started,
} from '../conformance/scenario.ts';
import { web } from './programs.ts';

const past = (values: Readonly<Record<string, readonly string[]>>): RequestStep =>
  get(`/events?since={start}&until={now}&${filters(values)}`, { each: 'Action' });

export const eventScenarios: readonly Scenario[] = [
  {
    name: 'events',
    isExclusive: true,
    images: { 'events/web:1': web },
    steps: [
      pause(20),
      post('/networks/create', { Name: 'events.net', Labels: { set: 'events' } }),
      create('events.web', 'events/web:1', {
        Labels: { set: 'events', tier: 'front' },
        HostConfig: { NetworkMode: 'events.net', Binds: ['events.data:/data'] },
      }),
      ...started('events.web'),
      act('events.web', 'rename?name=events.new'),
      act('events.new', 'pause'),
      act('events.new', 'unpause'),
      act('events.new', 'stop'),
      remove('/containers/events.new'),
      remove('/networks/events.net'),
      remove('/volumes/events.data'),
      get(`/events?since={start}&until={now}&${filters({ label: ['tier=front'] })}`),
      past({ container: ['events.web'] }),
      past({ container: ['events.new'] }),
      past({ container: ['{id events.web}'] }),
      past({ event: ['start', 'stop'], label: ['set=events'] }),
      past({ type: ['network'], network: ['events.net'] }),
      past({ volume: ['events.data'] }),
      past({ image: ['127.0.0.1:5001/events/web:1'] }),
      past({ image: ['127.0.0.1:5001/events/web'] }),
      past({ type: ['container'], event: ['pause'] }),
      past({ scope: ['swarm'] }),
      past({ label: ['set'], type: ['container'], event: ['create'] }),
      past({ label: ['set=none'] }),
      get(`/events?since={start}&until={now}&${filters({ nonsense: ['x'] })}`),
      get('/events?since=x'),
      get('/events?filters=nonsense'),
      get('/events?since={now}&until={start}'),
    ],
  },
];

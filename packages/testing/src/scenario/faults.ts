import { act, create, filters, get, inspect, remove, type Scenario, untilStatus } from '../conformance/scenario.ts';
import { deaf, web } from './programs.ts';

export const faultScenarios: readonly Scenario[] = [
  {
    name: 'cut-start',
    withoutEvents: 'How far the start has come when the client hangs up is a race; an engine undoes it then.',
    images: { 'cut-start/web:1': web },
    steps: [
      create('cut-start.web', 'cut-start/web:1'),
      { ...act('cut-start.web', 'start'), isCut: true },
      act('cut-start.web', 'restart?t=0'),
      inspect('cut-start.web', '/State/Status'),
    ],
  },
  {
    name: 'cut-stop',
    images: { 'cut-stop/deaf:1': deaf },
    steps: [
      create('cut-stop.deaf', 'cut-stop/deaf:1'),
      act('cut-stop.deaf', 'start'),
      { ...act('cut-stop.deaf', 'stop?t=1'), isCut: true },
      untilStatus('cut-stop.deaf', 'exited'),
      inspect('cut-stop.deaf', '/State'),
    ],
  },
  {
    name: 'cut-create',
    withoutEvents: 'Which of the two requests makes it is a race: an engine may give up what nobody waits for.',
    images: { 'cut-create/web:1': web },
    steps: [
      { ...create('cut-create.web', 'cut-create/web:1'), isCut: true },
      // As long as the engine is at it the name is taken, and may be given back.
      {
        kind: 'until',
        path: '/containers/cut-create.web/json',
        pointer: '/State/Status',
        is: 'created',
        again: create('cut-create.web', 'cut-create/web:1'),
      },
      create('cut-create.web', 'cut-create/web:1'),
      get(`/containers/json?all=1&${filters({ name: ['cut-create.web'] })}`, { each: 'Names' }),
      remove('/containers/cut-create.web'),
    ],
  },
];

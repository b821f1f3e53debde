import {
  act,
  create,
  filters,
  get,
  inspect,
  post,
  type Scenario,
  type Step,
  untilContainer,
} from '../conformance/scenario.ts';
import type { PushOptions } from '../registry/fake-registry.ts';

const ms = 1_000_000;
const sleep: PushOptions = { command: ['/bin/sleep', '3600'] };
const check = (more: Readonly<Record<string, unknown>> = {}, test = ['CMD', '/bin/test', '-f', '/tmp/ok']) => ({
  Healthcheck: { Test: test, Interval: 500 * ms, Timeout: 5000 * ms, Retries: 2, ...more },
});
const untilHealth = (name: string, status: string): Step => untilContainer(name, '/State/Health/Status', status);
/** Runs a command in the container. */
const run = (name: string, ...command: readonly string[]): readonly Step[] => [
  post(`/containers/${name}/exec`, { Cmd: command, AttachStdout: true }),
  post(`/exec/{id ${name}}/start`, {}),
];

/** Fails so often; from then on, each probe waits until there is a file `/tmp/ok`, and succeeds. */
const failsTwice = [
  'CMD-SHELL',
  `if test -f /tmp/two; then while ! test -f /tmp/ok; do sleep 0.1; done; exit 0; fi
if test -f /tmp/one; then touch /tmp/two; else touch /tmp/one; fi
exit 1`,
];
/** Fails, with what number it has, six times; the next one does not end. */
const countsToSix = [
  'CMD-SHELL',
  `count=1
for name in a b c d e f; do
  if ! test -f /tmp/$name; then touch /tmp/$name; echo $count; exit 1; fi
  count=$((count + 1))
done
sleep 3600`,
];
/** More than the engine keeps, once. */
const printsMuch = [
  'CMD-SHELL',
  `if test -f /tmp/done; then sleep 3600; fi
touch /tmp/done
count=0
while test $count -lt 100; do echo "line $count: 0123456789012345678901234567890123456789"; count=$((count + 1)); done
exit 1`,
];
const patient = { Timeout: 3_600_000 * ms };

export const healthScenarios: readonly Scenario[] = [
  {
    name: 'health',
    images: { 'health/web:1': sleep },
    steps: [
      create('health.slow', 'health/web:1', check({ Interval: 3_600_000 * ms })),
      act('health.slow', 'start'),
      inspect('health.slow', '/State/Health'),
      create('health.web', 'health/web:1', check({ ...patient, Retries: 3 }, failsTwice)),
      inspect('health.web', '/State'),
      inspect('health.web', '/Config/Healthcheck'),
      act('health.web', 'start'),
      untilContainer('health.web', '/State/Health/Log/1/ExitCode', 1),
      inspect('health.web', '/State/Health'),
      get(`/containers/json?${filters({ name: ['health.web'] })}`, { each: 'Status' }),
      ...run('health.web', '/bin/touch', '/tmp/ok'),
      untilHealth('health.web', 'healthy'),
      inspect('health.web', '/State/Health/Status'),
      inspect('health.web', '/State/Health/FailingStreak'),
      get(`/containers/json?${filters({ name: ['health.web'] })}`, { each: 'Status' }),
      get(`/containers/json?${filters({ name: ['health.web'], health: ['healthy'] })}`, { each: 'Names' }),
      act('health.web', 'kill'),
      untilContainer('health.web', '/State/Status', 'exited'),
      inspect('health.web', '/State/Health/Status'),
    ],
  },
  {
    name: 'unhealthy',
    images: { 'unhealthy/web:1': sleep },
    steps: [
      create('unhealthy.web', 'unhealthy/web:1', check(patient, failsTwice)),
      act('unhealthy.web', 'start'),
      untilHealth('unhealthy.web', 'unhealthy'),
      inspect('unhealthy.web', '/State/Health/FailingStreak'),
      inspect('unhealthy.web', '/State/Health/Log'),
      get(`/containers/json?${filters({ name: ['unhealthy.web'], health: ['unhealthy'] })}`, { each: 'Status' }),
      ...run('unhealthy.web', '/bin/touch', '/tmp/ok'),
      untilHealth('unhealthy.web', 'healthy'),
      inspect('unhealthy.web', '/State/Health/FailingStreak'),
      act('unhealthy.web', 'kill'),
    ],
  },
  {
    name: 'health-start-period',
    images: { 'health-start-period/web:1': sleep },
    steps: [
      create('health-start-period.web', 'health-start-period/web:1', {
        Healthcheck: {
          Test: ['CMD-SHELL', 'test -f /tmp/ok'],
          Interval: 300 * ms,
          Retries: 1,
          StartPeriod: 60_000 * ms,
          StartInterval: 300 * ms,
        },
      }),
      inspect('health-start-period.web', '/Config/Healthcheck'),
      act('health-start-period.web', 'start'),
      untilContainer('health-start-period.web', '/State/Health/Log/1/ExitCode', 1),
      inspect('health-start-period.web', '/State/Health/Status'),
      inspect('health-start-period.web', '/State/Health/FailingStreak'),
      ...run('health-start-period.web', '/bin/touch', '/tmp/ok'),
      untilHealth('health-start-period.web', 'healthy'),
    ],
  },
  {
    name: 'health-timeout',
    images: { 'health-timeout/web:1': sleep },
    steps: [
      create(
        'health-timeout.web',
        'health-timeout/web:1',
        check({ Timeout: 2000 * ms, Retries: 1 }, ['CMD-SHELL', 'echo waiting; sleep 60']),
      ),
      act('health-timeout.web', 'start'),
      untilHealth('health-timeout.web', 'unhealthy'),
      inspect('health-timeout.web', '/State/Health/Log/0'),
      act('health-timeout.web', 'kill'),
    ],
  },
  {
    name: 'health-log',
    images: { 'health-log/web:1': sleep },
    steps: [
      create('health-log.many', 'health-log/web:1', check({ ...patient, Retries: 6 }, countsToSix)),
      act('health-log.many', 'start'),
      untilHealth('health-log.many', 'unhealthy'),
      inspect('health-log.many', '/State/Health'),
      create('health-log.long', 'health-log/web:1', check({ ...patient, Retries: 1 }, printsMuch)),
      act('health-log.long', 'start'),
      untilHealth('health-log.long', 'unhealthy'),
      inspect('health-log.long', '/State/Health'),
      act('health-log.many', 'kill'),
      act('health-log.long', 'kill'),
    ],
  },
  {
    name: 'health-kinds',
    images: { 'health-kinds/web:1': { ...sleep, files: { '/etc/known': '' } } },
    steps: [
      create('health-kinds.none', 'health-kinds/web:1', { Healthcheck: { Test: ['NONE'] } }),
      act('health-kinds.none', 'start'),
      inspect('health-kinds.none', '/State'),
      create('health-kinds.missing', 'health-kinds/web:1', check({ Retries: 1 }, ['CMD', '/bin/nothing'])),
      act('health-kinds.missing', 'start'),
      untilHealth('health-kinds.missing', 'unhealthy'),
      inspect('health-kinds.missing', '/State/Health/Log/0'),
      create('health-kinds.short', 'health-kinds/web:1', check({ Interval: 1 })),
      create('health-kinds.negative', 'health-kinds/web:1', check({ Retries: -1 })),
      create('health-kinds.bad', 'health-kinds/web:1', check({}, ['NONSENSE'])),
      create('health-kinds.paused', 'health-kinds/web:1', check({}, ['CMD', '/bin/true'])),
      act('health-kinds.paused', 'start'),
      untilHealth('health-kinds.paused', 'healthy'),
      act('health-kinds.paused', 'pause'),
      inspect('health-kinds.paused', '/State/Health/Status'),
      act('health-kinds.paused', 'unpause'),
      untilHealth('health-kinds.paused', 'healthy'),
    ],
  },
];

import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { provided, pushDerived, pushToRegistry } from '../../../test/engine.ts';
import { FakeDocker } from '../src/index.ts';

/** Arguments of `docker service update`, or `rollback`; `web` is the service. */
type Step = readonly string[];

const flags = [
  ...['--name', 'web', '--replicas', '2', '--stop-signal', 'SIGKILL', '--restart-delay', '60s'],
  ...['--update-monitor', '1s', '--update-delay', '1s', '--rollback-monitor', '1s'],
];
const restartSoon = ['--restart-delay', '1s'];
const to = (tag: string, ...more: readonly string[]): Step => ['update', '--image', `acme/parity:${tag}`, ...more];

const scenarios: Readonly<Record<string, { readonly create: Step; readonly steps: readonly Step[] }>> = {
  'that is good': { create: [], steps: [to('two')] },
  'that is good, the new task first': { create: ['--update-order', 'start-first'], steps: [to('two')] },
  'that is sick and rolled back': {
    create: ['--update-order', 'start-first', '--update-failure-action', 'rollback', ...restartSoon],
    steps: [to('sick')],
  },
  'that stops a good task for a sick one, and starts it again': {
    create: ['--update-failure-action', 'rollback', ...restartSoon],
    steps: [to('sick')],
  },
  'that is paused, and rolled back by hand': { create: [], steps: [to('sick'), ['rollback']] },
  'that goes on whatever happens': { create: [], steps: [to('crash', '--update-failure-action', 'continue')] },
  'of half as many tasks as may fail': { create: [], steps: [to('crash', '--update-max-failure-ratio', '0.5')] },
  'that cannot be pulled': {
    create: ['--update-failure-action', 'rollback', '--no-resolve-image', ...restartSoon],
    steps: [to('nope', '--no-resolve-image')],
  },
};

describe('the update of a service', () => {
  let fake: FakeDocker;
  const real = { DOCKER_HOST: provided('DOCKER_HOST') };

  beforeAll(async () => {
    await pushToRegistry('acme/parity-base:well', 'one', { files: ['well'] });
    await pushToRegistry('acme/parity-base:sick', 'sick');
    await pushToRegistry('acme/parity:crash', 'crash', { command: ['/bin/busybox', 'false'] });
    for (const [tag, base] of Object.entries({ one: 'well', two: 'well', sick: 'sick' })) {
      const check = 'HEALTHCHECK --interval=300ms --retries=1 CMD ["/bin/busybox", "test", "-f", "/well"]';
      const from = `${provided('GOPDATER_REGISTRY')}/acme/parity-base:${base}`;
      await pushDerived(`acme/parity:${tag}`, from, [`ENV VERSION=${tag}`, check]);
    }
    fake = await FakeDocker.start();
    for (const tag of ['one', 'two']) {
      fake.registry.push(`acme/parity:${tag}`, { version: tag, health: [{ status: 'healthy', afterMs: 300 }] });
    }
    fake.registry.push('acme/parity:sick', { version: 'sick', health: [{ status: 'unhealthy', afterMs: 300 }] });
    fake.registry.push('acme/parity:crash', { version: 'crash', exitCode: 1, exitAfterMs: 20 });
    for (const env of [real, fake.env]) await run(env, 'swarm', 'init', '--advertise-addr', '127.0.0.1');
  }, 60_000);

  afterEach(async () => {
    // What a scenario that failed has left.
    for (const env of [real, fake.env]) await run(env, 'service', 'rm', 'web').catch(() => undefined);
  });
  afterAll(async () => {
    await run(real, 'swarm', 'leave', '--force');
    const { unsupported } = fake;
    await fake[Symbol.asyncDispose]();
    expect(unsupported).toEqual([]);
  });

  it.each(Object.entries(scenarios))(
    '%s is the same on the fake',
    async (_, { create, steps }) => {
      const [onEngine, onFake] = await Promise.all([play(real, create, steps), play(fake.env, create, steps)]);
      expect(onFake).toEqual(onEngine);
    },
    90_000,
  );
});

/** What became of the service after each step: its update, its tasks in no order, and what was told of it. */
async function play(env: NodeJS.ProcessEnv, create: Step, steps: readonly Step[]): Promise<unknown> {
  const events = new ServiceEvents(env);
  const docker = (...args: readonly string[]): Promise<string> => run(env, ...args);
  const lines = async (...args: readonly string[]): Promise<string[]> =>
    (await docker(...args)).split('\n').filter(line => line !== '');
  await docker('service', 'create', '--detach=false', ...flags, ...create, 'acme/parity:one');
  const id = await docker('service', 'inspect', '--format', '{{.ID}}', 'web');
  const seen: unknown[] = [];
  for (const [action = '', ...more] of steps) {
    await docker('service', action, '--detach', ...more, 'web');
    const update = await settled(docker);
    const tasks = async (): Promise<string[]> =>
      (await lines('service', 'ps', '--format', psFormat, 'web')).map(withoutTime).filter(isTelling).sort();
    // An agent prepares what is not to run yet, and is done with it then.
    await vi.waitFor(async () => expect((await tasks()).filter(isBeingPrepared)).toEqual([]), 20_000);
    if (update.state === 'rollback_completed')
      await vi.waitFor(async () => expect((await tasks()).filter(line => line === running)).toHaveLength(2), 20_000);
    seen.push(update, await tasks());
  }
  await docker('service', 'rm', 'web');
  await vi.waitFor(async () => expect(await docker('ps', '-aq')).toBe(''), 20_000);
  return { seen, events: (await events.untilRemoved()).map(event => toldOf(event, id)) };
}

interface ServiceEvent {
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: object };
}

/** What is told of services from now on: an engine remembers 256 events only, and health checks make many. */
class ServiceEvents {
  readonly #command: ChildProcessByStdio<null, Readable, null>;
  readonly #heard: ServiceEvent[] = [];

  constructor(env: NodeJS.ProcessEnv) {
    const since = String(Date.now() / 1000);
    const args = ['events', '--since', since, '--filter', 'type=service', '--format', '{{json .}}'];
    this.#command = spawn('docker', args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'ignore'] });
    createInterface(this.#command.stdout).on('line', line => this.#heard.push(JSON.parse(line)));
  }

  async untilRemoved(): Promise<readonly ServiceEvent[]> {
    const removed = (): void => expect(this.#heard.map(({ Action }) => Action)).toContain('remove');
    await vi.waitFor(removed, 20_000);
    this.#command.kill();
    return this.#heard;
  }
}

const psFormat = '{{.Image}} {{.DesiredState}} {{.CurrentState}} {{.Error}}';

/** The update and the images, once it has come to an end. */
async function settled(docker: (...args: readonly string[]) => Promise<string>): Promise<{ readonly state: string }> {
  return await vi.waitFor(
    async () => {
      const [{ Spec, PreviousSpec, UpdateStatus }] = JSON.parse(await docker('service', 'inspect', 'web'));
      expect(['completed', 'paused', 'rollback_completed', 'rollback_paused']).toContain(UpdateStatus?.State);
      const imageOf = (spec: typeof Spec): string => spec?.TaskTemplate.ContainerSpec.Image.split('@')[0];
      const message = UpdateStatus.Message.replace(/\w{25}$/, 'TASK');
      return { state: UpdateStatus.State, message, image: imageOf(Spec), previous: imageOf(PreviousSpec) };
    },
    { timeout: 30_000, interval: 200 },
  );
}

/** In the engine it is a race whether a task that failed gets a follower before the update is rolled back. */
const isTelling = (line: string): boolean => !line.endsWith('Shutdown Shutdown');
const isBeingPrepared = (line: string): boolean => / Ready (New|Pending|Assigned|Accepted|Preparing)/.test(line);
const running = 'acme/parity:one Running Running';

/** `… Running 3 seconds ago` → `… Running` */
function withoutTime(line: string): string {
  return line.replace(/ (less than a|about an?|\d+) \w+ ago/i, '').trim();
}

function toldOf({ Action, Actor }: ServiceEvent, id: string): string {
  const attributes = Object.entries(Actor.Attributes).map(([key, value]) => `${key}=${String(value).split('@')[0]}`);
  return [Actor.ID === id ? 'web' : Actor.ID, Action, ...attributes.sort()].join(' ');
}

async function run(env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('docker', args, {
    env: { ...process.env, ...env },
    timeout: 30_000,
  });
  return stdout.trim();
}

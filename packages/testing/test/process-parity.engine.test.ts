import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { provided, pushToRegistry } from '../../../test/engine.ts';
import { FakeDocker } from '../src/index.ts';

/**
 * `until`: waits for the container's status; `restarting` lasts over a second from the fifth time on. The rest are
 * arguments of `docker`; `web` is the container.
 */
type Step = readonly string[];

const run = (image: string, ...flags: readonly string[]): Step => ['run', '-d', '--name', 'web', ...flags, image];
const deaf = 'acme/deaf:1';
const crash = 'acme/crash:1';
const sigterm = ['--stop-signal', 'SIGTERM'];

const scenarios: Readonly<Record<string, readonly Step[]>> = {
  'that crashes as often as it may': [run(crash, '--restart', 'on-failure:2'), ['until', 'exited']],
  'that waits to be started again': [
    run(crash, '--restart', 'always'),
    ['until', 'restarting'],
    ['rm', 'web'],
    ['pause', 'web'],
    ['stop', 'web'],
    ['start', 'web'],
    ['until', 'restarting'],
    ['kill', 'web'],
  ],
  'that is deaf to its stop signal': [run(deaf, ...sigterm), ['stop', '-t', '1', 'web'], ['rm', 'web']],
  'with a stop timeout of its own': [run(deaf, ...sigterm, '--stop-timeout', '1'), ['stop', 'web']],
  'with a restart policy that is stopped': [
    run(deaf, ...sigterm, '--restart', 'always'),
    ['stop', '-t', '1', 'web'],
    ['start', 'web'],
    ['kill', 'web'],
    ['until', 'exited'],
  ],
};

describe('a container', () => {
  let fake: FakeDocker;

  beforeAll(async () => {
    await pushToRegistry(deaf, 'v1');
    await pushToRegistry(crash, 'v1', { command: ['/bin/busybox', 'false'] });
    fake = await FakeDocker.start();
    fake.registry.push(deaf, { stopAfterMs: Number.POSITIVE_INFINITY });
    fake.registry.push(crash, { exitCode: 1 });
  }, 60_000);
  afterAll(() => fake[Symbol.asyncDispose]());

  it.each(Object.entries(scenarios))(
    '%s is the same on the fake',
    async (_, steps) => {
      const real = await play(steps, { DOCKER_HOST: provided('DOCKER_HOST') });
      expect(await play(steps, { DOCKER_HOST: fake.host })).toEqual(real);
      expect(fake.unsupported).toEqual([]);
    },
    60_000,
  );
});

/** What each step says, the container's state where it holds, and the events; how many crashes they tell of is no matter. */
async function play(steps: readonly Step[], env: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const docker = async (...args: readonly string[]): Promise<string> =>
    await promisify(execFile)('docker', args, { env: { ...process.env, ...env } }).then(
      ({ stdout }) => stdout.trim(),
      (error: { readonly stderr: string }) => error.stderr.trim(),
    );
  const state = '{{.State.Status}} {{.State.Running}} {{.State.Restarting}} {{.State.ExitCode}}';
  const inspect = async (format: string): Promise<string> =>
    await docker('inspect', '--type', 'container', '--format', format, 'web');
  const reach = async (status: string): Promise<void> => {
    const [reached, restarts] = (await inspect('{{.State.Status}} {{.RestartCount}}')).split(' ');
    expect(reached).toBe(status);
    if (status === 'restarting') expect(Number(restarts)).toBeGreaterThanOrEqual(5);
  };
  const seen: string[] = [];
  const since = `${Date.now() / 1000}`;
  for (const step of steps) {
    const [command = '', status = ''] = step;
    if (command === 'until') await vi.waitFor(() => reach(status), 30_000);
    const said = command === 'until' ? '' : await docker(...step);
    const isSteady = command !== 'run' && command !== 'start';
    seen.push([step.join(' '), plain(said), isSteady ? await inspect(state) : ''].join(': '));
  }
  const range = ['--since', since, '--until', `${Date.now() / 1000}`];
  const events = await docker('events', ...range, '--filter', 'container=web', '--format', '{{.Action}}');
  // Which of the two comes first is a race inside the engine.
  const ordered = events.replaceAll('\n', ' ').replaceAll('die stop', 'stop die');
  seen.push(ordered.replaceAll(/(start die ?)+/g, 'start die … '));
  await docker('rm', '--force', 'web');
  return seen;
}

/** Engine 26.1 has a slash before the name. */
const plain = (text: string): string => text.replace(/[0-9a-f]{64}/, '<id>').replace('"/web"', '"web"');

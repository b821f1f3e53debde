import { VirtualClock } from '@gopdater/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { GopdaterError } from '../errors.ts';
import type { ComposeCli, ComposeOptions, ComposeProjectOptions, ComposeResult } from './compose-cli.ts';
import { withComposeTimeLimits } from './compose-time-limits.ts';

const project: ComposeProjectOptions = {
  name: 'shop',
  projectDirectory: '/srv',
  files: [],
  envFiles: [],
  profiles: [],
};
const minuteMs = 60_000;

describe('Compose with time limits', () => {
  let clock: VirtualClock;
  /** How long the command takes to end once it is told to. */
  let graceMs: number;
  /** When it prints a line, in minutes; the last one is its end. */
  let minutes: readonly number[];

  beforeEach(() => {
    clock = new VirtualClock({ startMs: 0 });
    graceMs = 0;
    minutes = [];
  });

  const never = () => new Promise<never>(() => {});
  const run = async ({ signal, onLine }: ComposeOptions = {}): Promise<ComposeResult> => {
    for (const minute of minutes) {
      await clock.sleep(minute * minuteMs - clock.now(), { signal });
      if (signal?.aborted) {
        await clock.sleep(graceMs);
        throw new GopdaterError('ABORTED', 'It was stopped.');
      }
      onLine?.(`line at ${minute}`);
    }
    return { containers: [] };
  };
  const silent: ComposeCli = {
    version: never,
    up: (_, __, options) => run(options),
    pull: (_, __, options) => run(options),
    configHashes: never,
    networksToReplace: never,
    ps: never,
  };
  const limited = () => withComposeTimeLimits(silent, { clock });

  test.each([
    ['version', () => limited().version()],
    ['config', () => limited().configHashes(project, ['web'])],
    ['--dry-run up', () => limited().networksToReplace(project, ['web'])],
    ['ps', () => limited().ps(project)],
  ])('does not wait for the answer of “%s” for longer than 30 s', async (command, ask) => {
    await expect(clock.run<unknown>(ask)).rejects.toMatchObject({
      code: 'COMPOSE_TIMEOUT',
      message: `“docker compose ${command}” did not answer within 30 s.`,
      hint: expect.stringContaining('docker ps'),
    });
    expect([clock.now(), clock.sleepers]).toEqual([30_000, 0]);
  });

  test.each([
    ['up', (options: ComposeOptions) => limited().up(project, ['web'], options)],
    ['pull', (options: ComposeOptions) => limited().pull(project, ['web'], options)],
  ])('“%s” goes on for as long as it prints lines, and has ended when it is given up', async (command, act) => {
    minutes = [9, 18, 27, 38];
    graceMs = 10_000;
    const lines: string[] = [];
    await expect(clock.run(() => act({ onLine: line => lines.push(line) }))).rejects.toMatchObject({
      code: 'COMPOSE_TIMEOUT',
      message: `“docker compose ${command}” printed nothing for 10 min and was ended.`,
    });
    expect(lines).toEqual(['line at 9', 'line at 18', 'line at 27']);
    expect([clock.now(), clock.sleepers]).toEqual([37 * minuteMs + graceMs, 0]);
  });

  test.each([
    ['what Docker gives a container', {}, 130],
    ['what its containers get', { graceMs: 60_000 }, 180],
    ['what its containers and their hooks get', { graceMs: 60_000, hooksMs: 300_000 }, 480],
  ])('an “up” that pulls nothing may be silent for two minutes, and %s to stop', async (_, grace, seconds) => {
    minutes = [9];
    const up = () => limited().up(project, ['web'], { pull: 'never', ...grace });
    await expect(clock.run(up)).rejects.toMatchObject({ code: 'COMPOSE_TIMEOUT' });
    expect(clock.now()).toBe(seconds * 1000);
  });

  test('passes on how a command ends: by itself, and by the signal', async () => {
    minutes = [1];
    expect(await clock.run(() => limited().up(project, ['web'], { noDeps: true }))).toEqual({ containers: [] });
    minutes = [60];
    const caller = new AbortController();
    const up = limited().up(project, ['web'], { signal: caller.signal });
    caller.abort();
    await expect(clock.run(() => up)).rejects.toMatchObject({ code: 'ABORTED' });
    expect(clock.sleepers).toBe(0);
  });
});

import { expect, it } from 'vitest';
import { FakeDocker } from '../../src/index.ts';
import { EventOrder, look, violations } from './invariants.ts';
import { opening, operations, prepare } from './operations.ts';
import { createChances } from './random-numbers.ts';
import { createRequest } from './request.ts';

const seeds = Number(process.env.SEEDS ?? 1000);
const steps = 20;
/** What a run over all seeds has to come by: else it would show nothing. */
const states = ['created', 'running', 'paused', 'restarting', 'exited', 'starting', 'healthy', 'unhealthy'];

interface Run {
  readonly transcript: readonly string[];
  /** Sentences, with the step that they were first seen after. */
  readonly violations: readonly string[];
  /** Which states containers were in after the steps, and how often. */
  readonly seen: ReadonlyMap<string, number>;
}

async function play(seed: number, { isRecorded = false } = {}): Promise<Run> {
  await using docker = await FakeDocker.start({ clock: 'manual', seed, socketPath: false });
  const request = createRequest(docker);
  const chances = createChances(seed);
  const order = new EventOrder();
  docker.state.events.subscribe(event => order.see(event));
  await prepare({ docker, request });
  const transcript: string[] = [];
  const pending: Promise<unknown>[] = [];
  const seen = new Map<string, number>();
  let views = await look(request);
  for (let step = 0; step < steps; step += 1) {
    const operation = opening[step] ?? chances.one(operations);
    const { what, violation, check } = await operation({ docker, request, chances, views, pending });
    views = await look(request);
    transcript.push(what);
    if (isRecorded) transcript.push(JSON.stringify(views));
    for (const { State } of views.inspected) {
      for (const state of [State.Status, State.Health?.Status ?? '']) seen.set(state, (seen.get(state) ?? 0) + 1);
    }
    const found = [
      violation ?? [],
      check?.(views) ?? [],
      violations(views),
      order.violations,
      order.compare(views),
    ].flat();
    if (found.length > 0) {
      return { transcript, seen, violations: found.map(sentence => `seed ${seed}, ${what}: ${sentence}`) };
    }
  }
  await docker.clock.run(() => Promise.all(pending));
  if (isRecorded) transcript.push(...docker.events.history.map(event => JSON.stringify(event)));
  return { transcript, seen, violations: order.violations };
}

it(`never reaches a state that the engine's state machines forbid, with ${seeds} seeds`, {
  timeout: 120_000,
}, async () => {
  const startedAt = performance.now();
  const seen = new Map<string, number>();
  for (let seed = 1; seed <= seeds; seed += 1) {
    const run = await play(seed);
    expect(run.violations, run.transcript.slice(-12).join('\n')).toEqual([]);
    for (const [state, count] of run.seen) seen.set(state, (seen.get(state) ?? 0) + count);
  }
  for (const state of states) expect([state, (seen.get(state) ?? 0) > seeds / 4]).toEqual([state, true]);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const counts = states.map(state => `${seen.get(state)} ${state}`).join(', ');
  process.stdout.write(`${seeds} seeds, ${seeds * steps} operations (${counts}), nothing forbidden, ${seconds} s\n`);
});

it('does the same with the same seed', async () => {
  const record = async (seed: number) => await play(seed, { isRecorded: true });
  const [one, same, other] = [await record(7), await record(7), await record(8)];
  expect(one.transcript.length).toBeGreaterThan(2 * steps);
  expect(one.transcript).toEqual(same.transcript);
  expect(one.transcript).not.toEqual(other.transcript);
});

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Comparison, compare } from '../src/conformance/compare.ts';
import { fakeConformanceEngine } from '../src/conformance/fake-conformance-engine.ts';
import { normalise } from '../src/conformance/normalise.ts';
import { playInVirtualTime } from '../src/conformance/play-in-virtual-time.ts';
import { playScenario } from '../src/conformance/play-scenario.ts';
import type { Scenario } from '../src/conformance/scenario.ts';
import { parseTranscript, type Transcript } from '../src/conformance/transcript.ts';
import { FakeDocker, type FakeDockerOptions, VirtualClock } from '../src/index.ts';

/** Real engines that scenarios were recorded on, and how the fake is told to be one of them. */
export const profiles = {
  'docker-26.1': { engine: '26.1', imageStore: 'classic' },
  'docker-28.5': { engine: '28.5', imageStore: 'classic' },
  'docker-28.5-containerd': { engine: '28.5', imageStore: 'containerd' },
} as const satisfies Readonly<Record<string, FakeDockerOptions>>;

export type ProfileName = keyof typeof profiles;

export const profileNames: readonly ProfileName[] = ['docker-26.1', 'docker-28.5', 'docker-28.5-containerd'];

export const isProfile = (name: string): name is ProfileName => name in profiles;

/** What was recorded of a real engine, in normal form. */
export function goldenFile(profile: string, scenario: string): string {
  return fileURLToPath(new URL(`golden/${profile}/${scenario}.json`, import.meta.url));
}

/** Plays a scenario on the fake, in no time, and compares what it does with what was recorded. */
export async function compareWithGolden(profile: ProfileName, scenario: Scenario): Promise<Comparison> {
  const golden = parseTranscript(readFileSync(goldenFile(profile, scenario.name), 'utf8'));
  return compare(golden, await playOnFake(profile, scenario));
}

async function playOnFake(profile: ProfileName, scenario: Scenario): Promise<Transcript> {
  const clock = new VirtualClock({ startMs: Date.parse('2026-02-01T00:00:00Z') });
  await using docker = await FakeDocker.start({ ...profiles[profile], clock });
  const engine = fakeConformanceEngine(docker, clock);
  return normalise(await playInVirtualTime(clock, () => playScenario(scenario, engine)));
}

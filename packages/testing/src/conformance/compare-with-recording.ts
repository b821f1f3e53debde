import { VirtualClock } from '../clock/virtual-clock.ts';
import { FakeDocker } from '../docker/fake-docker.ts';
import { type Comparison, compare } from './compare.ts';
import type { ConformanceEngine } from './conformance-engine.ts';
import { fakeConformanceEngine } from './fake-conformance-engine.ts';
import { normalise } from './normalise.ts';
import { playInVirtualTime } from './play-in-virtual-time.ts';
import { playScenario } from './play-scenario.ts';
import { type ConformanceProfile, conformanceProfiles, readRecording } from './recordings.ts';
import type { Scenario } from './scenario.ts';

/** Plays a scenario on an engine, and says how far that did what the engine of the profile was recorded to do. */
export async function compareWithRecording(
  scenario: Scenario,
  { engine, profile }: { readonly engine: ConformanceEngine; readonly profile: ConformanceProfile },
): Promise<Comparison> {
  const found = normalise(await playScenario(scenario, engine));
  return compare(await readRecording(profile, scenario.name), found);
}

/** The same of the fake, in no time. */
export async function compareFakeWithRecording(scenario: Scenario, profile: ConformanceProfile): Promise<Comparison> {
  const clock = new VirtualClock({ startMs: Date.parse('2026-02-01T00:00:00Z') });
  await using docker = await FakeDocker.start({ ...conformanceProfiles[profile], clock });
  const engine = fakeConformanceEngine(docker, clock);
  const found = normalise(await playInVirtualTime(clock, () => playScenario(scenario, engine)));
  return compare(await readRecording(profile, scenario.name), found);
}

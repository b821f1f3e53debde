import { afterAll, describe, it } from 'vitest';
import { provided } from '../../../test/engine.ts';
import { normalise } from '../src/conformance/normalise.ts';
import { playScenario } from '../src/conformance/play-scenario.ts';
import { recordingFile } from '../src/conformance/recordings.ts';
import type { Scenario } from '../src/conformance/scenario.ts';
import { formatTranscript } from '../src/conformance/transcript.ts';
import { scenarios } from '../src/scenario/scenarios.ts';
import { realEngine } from './real-engine.ts';

const profile = provided('GOPDATER_ENGINE_PROFILE');
const record = async (scenario: Scenario): Promise<string> =>
  formatTranscript(normalise(await playScenario(scenario, engine)));

const engine = await realEngine();
afterAll(() => engine[Symbol.asyncDispose]());

/** Of one scenario, with four others beside it. */
const timeout = 600_000;

// To record them anew: npm run test:engine -- conformance -- -u
describe('the engine does what was recorded of it', { timeout }, () => {
  it.concurrent.for(scenarios.filter(({ isExclusive }) => !isExclusive))('$name', async (scenario, { expect }) => {
    await expect(await record(scenario)).toMatchFileSnapshot(recordingFile(profile, scenario.name));
  });
});

describe('the engine alone does what was recorded of it', { timeout }, () => {
  it.for(scenarios.filter(({ isExclusive }) => isExclusive))('$name', async (scenario, { expect }) => {
    await expect(await record(scenario)).toMatchFileSnapshot(recordingFile(profile, scenario.name));
  });
});

import { afterAll, describe, it } from 'vitest';
import { provided } from '../../../test/engine.ts';
import { systemClock } from '../src/clock/engine-clock.ts';
import { compare, formatDifference, scoreOf } from '../src/conformance/compare.ts';
import { normalise } from '../src/conformance/normalise.ts';
import {
  conformanceProfiles,
  isConformanceProfile,
  readRecording,
  recordingFile,
} from '../src/conformance/recordings.ts';
import { formatTranscript } from '../src/conformance/transcript.ts';
import { FakeDocker } from '../src/index.ts';
import { type CommandScenario, commandScenarios } from './command-scenarios.ts';
import { notYetConformingCommands } from './not-yet-conforming-commands.ts';
import { groupEvents, playCommands } from './play-commands.ts';
import { realEngine } from './real-engine.ts';

const profile = provided('GOPDATER_ENGINE_PROFILE');
if (!isConformanceProfile(profile)) throw new Error(`There is no profile ${profile}`);
const enough = 99;

const engine = await realEngine();
afterAll(() => engine[Symbol.asyncDispose]());

/** Twenty commands of Compose, five scenarios at once and three engines on a machine of two cores. */
const timeout = 600_000;

// To record them anew: npm run test:engine -- commands -- -u
describe('commands on the engine do what was recorded of them', { timeout }, () => {
  const record = async (scenario: CommandScenario): Promise<string> =>
    formatTranscript(groupEvents(normalise(await playCommands(scenario, engine))));
  const fileOf = ({ name }: CommandScenario): string => recordingFile(profile, `commands/${name}`);

  it.concurrent.for(commandScenarios.filter(({ isSwarm }) => !isSwarm))('$name', async (scenario, { expect }) => {
    await expect(await record(scenario)).toMatchFileSnapshot(fileOf(scenario));
  });
  it.for(commandScenarios.filter(({ isSwarm }) => isSwarm))('$name, alone', async (scenario, { expect }) => {
    await expect(await record(scenario)).toMatchFileSnapshot(fileOf(scenario));
  });
});

describe('commands on the fake do the same', { timeout }, () => {
  it.for(commandScenarios)('$name', async (scenario, { expect }) => {
    await using docker = await FakeDocker.start(conformanceProfiles[profile]);
    const { socketPath, registry } = docker;
    const restartDaemon = () => docker.restart({ awayMs: 100 });
    const fake = { socketPath, registry, restartDaemon, clock: systemClock };
    const found = groupEvents(normalise(await playCommands(scenario, fake)));
    const comparison = compare(await readRecording(profile, `commands/${scenario.name}`), found);
    const report = comparison.differences.map(formatDifference).join('\n');
    const isListed = scenario.name in notYetConformingCommands;
    if (isListed) expect(scoreOf(comparison), 'It conforms: it is no longer to be listed.').toBeLessThan(enough);
    else expect(scoreOf(comparison), report).toBeGreaterThanOrEqual(enough);
  });
});

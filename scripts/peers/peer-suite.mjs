// Runs another project's own tests against the fake engine, and compares each verdict with the real engine's.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ask } from './ask.mjs';
import { baselineFile, readBaseline, writeBaseline } from './baseline.mjs';
import { compareVerdicts } from './compare-verdicts.mjs';
import { withFake } from './fake.mjs';
import { formatComparison } from './format-comparison.mjs';
import { provideImages, pullImages } from './images.mjs';
import { suiteIn } from './suites.mjs';

const usage = `Usage: scripts/peer-suite DIR [--engine] [--record] [--baseline FILE] [file filter]...

Runs the test suite of the checkout in DIR (dockerode, docker-py or podman's apiv2) against the fake engine, and compares
the verdict of each test with the one that a real engine got.

  --engine         against the engine of DOCKER_HOST (a unix socket) instead of the fake
  --record         keep its verdicts as the baseline; needs --engine, as the real engine is the measure
  --baseline FILE  default: packages/testing/test/peers/SUITE.json
  file filter      only the test files with this in their path

It ends with 0 if every verdict is the engine's, or differs for a reason that the baseline names, with 1 if one differs,
with 2 if nothing can be compared: without a baseline, for one.`;

const stop = new AbortController();
for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM']) process.on(name, () => stop.abort(new Error(`Stopped by ${name}`)));

try {
  process.exitCode = await main(process.argv.slice(2), stop.signal);
} catch (error) {
  console.error(`peer-suite: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 2;
}

async function main(args, signal) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      engine: { type: 'boolean', default: false },
      record: { type: 'boolean', default: false },
      baseline: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const [dir, ...filters] = positionals;
  if (dir === undefined) throw new Error(`DIR is missing\n${usage}`);
  if (values.record && !values.engine) {
    throw new Error('--record needs --engine: the verdicts of the fake are no measure for the fake');
  }
  if (values.record && filters.length > 0) throw new Error('--record takes the whole suite, not a part of it');

  const suite = await suiteIn(resolve(dir));
  const file = values.baseline ?? baselineFile(suite.name);
  const before = await readBaseline(file);
  if (before === undefined && !values.record) {
    throw new Error(
      `There are no verdicts of a real engine for ${suite.name}, so nothing to compare with (${file}). ` +
        `Record them from this checkout with --engine --record, see scripts/peers/README.md`,
    );
  }

  const work = await mkdtemp(join(tmpdir(), 'peer-suite-'));
  try {
    const run = { dir: resolve(dir), work, filters, signal };
    const { engine, verdicts } = await (values.engine ? onEngine(suite, run) : onFake(suite, run, before));
    if (verdicts.size === 0) throw new Error('No test ran');
    if (values.record) {
      await writeBaseline(file, { suite: suite.name, engine, verdicts, differences: before?.differences ?? [] });
      console.log(`${suite.name}: ${verdicts.size} verdicts of engine ${engine} are in ${file}`);
      return 0;
    }
    const differences = values.engine ? [] : before.differences;
    const comparison = compareVerdicts({ expected: before.verdicts, differences, actual: verdicts, filters });
    console.log(formatComparison(suite.name, comparison));
    return comparison.differing.length === 0 ? 0 : 1;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function onFake(suite, run, baseline) {
  const options = { ...run, images: suite.images, engine: baseline.engine };
  return await withFake(options, socketPath => runOn(suite, { ...run, socketPath }));
}

async function onEngine(suite, run) {
  const socketPath = /^unix:\/\/(.+)/.exec(process.env.DOCKER_HOST ?? '')?.[1];
  if (socketPath === undefined) throw new Error('--engine needs DOCKER_HOST=unix://PATH');
  await provideImages(suite.images, run);
  return await runOn(suite, { ...run, socketPath });
}

async function runOn(suite, run) {
  const { Version } = JSON.parse((await ask(run.socketPath, 'GET', '/version')).body);
  await pullImages(suite.images, run.socketPath);
  return { engine: Version, verdicts: await suite.run(run) };
}

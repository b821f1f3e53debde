// Runs the engine tests against real Docker engines, all profiles at once; see scripts/engine/README.md.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseImageArchive } from './engine/base-image.mjs';
import { sweepCache } from './engine/cache.mjs';
import { sweep } from './engine/cleanup.mjs';
import { withEngine } from './engine/engine.mjs';
import { debianCodename, installHostPackages, requireRoot } from './engine/host.mjs';
import { unpackedSuite } from './engine/packages.mjs';
import { profiles, selectProfiles } from './engine/profiles.mjs';
import { runTests } from './engine/vitest.mjs';

const usage = `Usage: node scripts/test-engine.mjs [--profile NAME]... [--exec COMMAND] [filter]...

  --profile NAME   one of ${profiles.map(profile => profile.name).join(', ')} (default: all)
  --jobs N         how many profiles at once (default: all; they wait more than they work)
  --exec COMMAND   run a shell command with the engine instead of the tests, one profile after another
  filter           as for vitest: part of a test file's path
  --               what follows goes to vitest as it is`;

const stop = new AbortController();
for (const [name, number] of Object.entries({ SIGHUP: 1, SIGINT: 2, SIGTERM: 15 })) {
  process.on(name, () => {
    process.exitCode = 128 + number;
    stop.abort(new Error(`Stopped by ${name}`));
  });
}
process.on('uncaughtException', error => stop.abort(error));

try {
  const options = parseArguments(process.argv.slice(2));
  if (options.help) console.log(usage);
  else await main(options);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode ||= 1;
}

async function main({ names, command, filters, jobs }) {
  const selected = selectProfiles(names);
  const codename = debianCodename();
  requireRoot();
  const { signal } = stop;
  await sweep();
  await sweepCache();
  await installHostPackages({ signal });

  // What they share is made before, by one.
  for (const { suite } of selected) await unpackedSuite(suite, { codename, signal }).catch(() => undefined);
  await baseImageArchive({ codename, signal });

  const shared = await mkdtemp(join(tmpdir(), 'gopdater-shared-'));
  const results = [];
  const waiting = [...selected];
  const isAlone = command !== undefined || selected.length === 1 || jobs === 1;
  const work = async () => {
    for (let profile = waiting.shift(); profile !== undefined; profile = waiting.shift()) {
      const { name } = profile;
      const onLine = isAlone ? undefined : line => console.log(`${name} | ${line}`);
      results.push(await runProfile(profile, { codename, command, filters, shared, onLine, signal }));
      signal.throwIfAborted();
    }
  };
  try {
    await Promise.all(Array.from({ length: isAlone ? 1 : jobs }, work));
  } finally {
    await rm(shared, { recursive: true });
  }
  if (command !== undefined) {
    process.exitCode = results.find(result => result.code !== 0)?.code ?? 0;
    return;
  }

  console.log('');
  for (const { line, slowest = [] } of results) {
    console.log(line);
    console.log(`  ${slowest.map(([file, seconds]) => `${file} ${seconds.toFixed(0)} s`).join(', ')}`);
  }
  const total = name => results.reduce((sum, result) => sum + result[name], 0);
  console.log(`${total('passed')} passed, ${total('failed')} failed, ${total('skipped')} skipped`);
  const complete = results.every(result => result.passed > 0 && result.failed === 0 && result.skipped === 0);
  if (!complete) process.exitCode = 1;
}

/** A profile that cannot be had has failed. */
async function runProfile(profile, { codename, command, filters, shared, onLine, signal }) {
  const started = Date.now();
  const seconds = () => `${((Date.now() - started) / 1000).toFixed(1)} s`;
  try {
    return await withEngine(profile, { codename, shared, signal }, async engine => {
      const what = `${profile.name}: Docker ${engine.version}, Compose ${engine.compose}`;
      if (command !== undefined) return { code: await engine.start('sh', ['-c', command]) };
      console.log(`\n${what}, ready after ${seconds()}`);
      const counts = await runTests(engine, filters, { onLine });
      if (counts.failed > 0) console.error(`The end of dockerd's log (${profile.name}):\n${await engine.logEnd()}`);
      const sums = `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
      return { ...counts, line: `${what}: ${sums} in ${seconds()}` };
    });
  } catch (error) {
    signal.throwIfAborted();
    console.error(`${profile.name} cannot be had. ${error.message}`);
    return {
      passed: 0,
      failed: 1,
      skipped: 0,
      code: 1,
      line: `${profile.name}: cannot be had, see above (${seconds()})`,
    };
  }
}

function parseArguments(args) {
  const options = { names: [], filters: [], command: undefined, jobs: profiles.length, help: false };
  const rest = [...args];
  const value = option => {
    const next = rest.shift();
    if (next === undefined) throw new Error(`${option} needs a value\n${usage}`);
    return next;
  };
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--profile') options.names.push(value(arg));
    else if (arg === '--jobs') options.jobs = Math.max(1, Number.parseInt(value(arg), 10) || 1);
    else if (arg === '--exec') options.command = value(arg);
    else if (arg === '--help' || arg === '-h') options.help = true;
    else if (arg === '--') options.filters.push(...rest.splice(0));
    else if (arg.startsWith('-')) throw new Error(`Unknown option ${arg}\n${usage}`);
    else options.filters.push(arg);
  }
  return options;
}

// The README's first command, as a person uses it: npm start, paste the line that it prints, read what happened.
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

const limit = setTimeout(() => fail('npm start did not get so far in two minutes'), 120_000);
const npm = spawn('npm', ['start'], {
  env: { ...process.env, PORT: '0' },
  detached: true,
  stdio: ['ignore', 'pipe', 'inherit'],
});
const lines = createInterface({ input: npm.stdout })[Symbol.asyncIterator]();

await untilLine(/nothing real is deployed/);
for (const version of [2, 3, 4]) {
  const curl = await untilLine(/^ *curl /);
  const { status, stdout } = spawnSync('bash', ['-c', curl], { encoding: 'utf8' });
  if (status !== 0 || !stdout.includes('202 Accepted')) fail(`“${curl.trim()}” answered: ${stdout}`);
  await untilLine(new RegExp(`shop/web: v${version - 1} → v${version} \\(sha256:\\w+ → sha256:\\w+\\) in [\\d.]+ s`));
}
process.kill(-npm.pid, 'SIGTERM');
clearTimeout(limit);

async function untilLine(pattern) {
  for (;;) {
    const { value, done } = await lines.next();
    if (done) fail(`npm start ended before it printed ${pattern}`);
    console.log(value);
    if (pattern.test(value)) return value;
  }
}

function fail(message) {
  console.error(message);
  process.kill(-npm.pid, 'SIGKILL');
  process.exit(1);
}

// The engine tests of one profile, counted.
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));

/**
 * @param {{ onLine?: (line: string) => void }} options  onLine: default, the output goes to our terminal
 * @returns {Promise<{ passed: number, failed: number, skipped: number, slowest: [string, number][] }>}
 *   skipped includes todo; slowest: files with their seconds, longest first
 */
export async function runTests(engine, filters, { onLine } = {}) {
  const report = join(engine.dir, 'vitest.json');
  const args = [
    ...[vitest, 'run', '--config', 'vitest.engine.config.ts', ...filters],
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
  ];
  const code = await engine.start(process.execPath, args, { onLine });
  const counts = countTests(await readFile(report, 'utf8').then(JSON.parse, () => undefined));
  // An error outside of any test is a failure too.
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function countTests(report) {
  const files = report?.testResults ?? [];
  const tests = files.flatMap(file => file.assertionResults);
  const count = (...statuses) => tests.filter(test => statuses.includes(test.status)).length;
  const passed = count('passed');
  const failed = count('failed');
  // A file that cannot be loaded has no tests to count.
  const broken = files.filter(file => file.status === 'failed' && !file.assertionResults.some(isFailed)).length;
  const slowest = files
    .map(file => [basename(file.name, '.engine.test.ts'), (file.endTime - file.startTime) / 1000])
    .sort(([, one], [, other]) => other - one);
  return { passed, failed: failed + broken, skipped: tests.length - passed - failed, slowest };
}

const isFailed = test => test.status === 'failed';

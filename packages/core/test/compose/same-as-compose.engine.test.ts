import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { formatModel } from '../../src/compose/compose-model.ts';
import { firstDifference } from '../../src/compose/difference.ts';
import { loadProject } from '../../src/compose/load.ts';
import { GopdaterError } from '../../src/errors.ts';
import { likelyProject, project } from './any-project.ts';

// A sample of projects, each read by the real Compose and by us.
const run = promisify(execFile);
const directory = mkdtempSync(join(tmpdir(), 'same-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** A model, or the reason why there is none. */
type Answer = { readonly model: unknown } | { readonly refusal: string };

async function askCompose(): Promise<Answer> {
  try {
    const { stdout } = await run('docker', ['compose', 'config', '--format', 'json'], { cwd: directory });
    return { model: JSON.parse(stdout) };
  } catch (error) {
    return { refusal: String(error instanceof Error ? error.message : error) };
  }
}

async function ask(compat: '2.26' | '2.40'): Promise<Answer> {
  try {
    const { model } = await loadProject({ cwd: directory, environment: process.env, compat });
    return { model: JSON.parse(formatModel(model)) };
  } catch (error) {
    if (!(error instanceof GopdaterError)) throw error;
    return { refusal: error.message };
  }
}

test('what is accepted is what the real Compose accepts, and reads the same', async () => {
  const { stdout: version } = await run('docker', ['compose', 'version', '--short']);
  const compat = /^2\.2\d\./.test(version) ? '2.26' : '2.40';
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(fc.oneof({ weight: 9, arbitrary: likelyProject }, project), async content => {
      writeFileSync(join(directory, 'compose.yaml'), JSON.stringify({ name: 'same', ...content }));
      const [ours, theirs] = [await ask(compat), await askCompose()];
      // Where it does not refuse but fall over, there is nothing to be like.
      if ('refusal' in theirs && theirs.refusal.includes('panic:')) return;
      if ('model' in ours) accepted += 1;
      expect('model' in ours, JSON.stringify({ ours, theirs })).toBe('model' in theirs);
      if ('model' in ours && 'model' in theirs) expect(firstDifference(ours.model, theirs.model)).toBeUndefined();
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 60), seed: Number(process.env.FUZZ_SEED ?? 1) },
  );
  expect(accepted).toBeGreaterThan(10);
}, 120_000);

import { existsSync, realpathSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { formatModel } from '../../src/compose/compose-model.ts';
import { firstDifference } from '../../src/compose/difference.ts';
import { loadProject } from '../../src/compose/load.ts';
import type { LoadOptions } from '../../src/compose/load-options.ts';
import { GopdaterError } from '../../src/errors.ts';
import { type Case, readCases } from './cases.ts';
import { deviations } from './deviations.ts';

const shared = fileURLToPath(new URL('../../../../../shared/corpus/compose/', import.meta.url));
const copied = fileURLToPath(new URL('./', import.meta.url));

describe.each([
  ['2.40.3', '2.40'],
  ['2.26.1', '2.26'],
] as const)('as Compose %s', (version, compat) => {
  test.each(['synthetic', 'compose-go', 'compose-e2e', 'real'])('the corpus group %s is read', async group => {
    const directory = await directoryOf(group);
    // Only the group that may be copied is in the project.
    if (directory === undefined) return expect(group).not.toBe('synthetic');
    const outcomes = await judgeAll(readCases(directory, group, version), { compat });
    const count = (verdict: Verdict): number => outcomes.filter(outcome => outcome.verdict === verdict).length;
    const [equal, refused] = [count('equal'), count('refused')];
    const accepted = equal + count('different') + count('wrongly refused');
    console.log(`${version} ${group}: equal ${equal}/${accepted}, refused ${refused}/${outcomes.length - accepted}`);
    const misses = outcomes.filter(({ verdict }) => verdict !== 'equal' && verdict !== 'refused');
    const unnamed = misses.filter(({ id }) => !deviations.some(deviation => deviation.case === id));
    expect(unnamed.map(({ id, verdict, detail }) => `${verdict} ${id}: ${detail}`)).toEqual([]);
    expect(outcomes.length).toBeGreaterThan(80);
  });
});

async function directoryOf(group: string): Promise<string | undefined> {
  // Compose follows links in some paths.
  if (existsSync(join(shared, group))) return realpathSync(shared);
  if (!existsSync(join(copied, group))) return undefined;
  // Compose looks for its files in the folders above, too, and this repository has one.
  const folder = await mkdtemp(join(tmpdir(), 'corpus-'));
  onTestFinished(async () => await rm(folder, { recursive: true }));
  await cp(join(copied, group), join(folder, group), { recursive: true });
  return folder;
}

test('at most ten cases are named as deviations, and each says why', () => {
  expect(deviations.length).toBeLessThanOrEqual(10);
  expect(deviations.filter(({ why }) => why.length < 40)).toEqual([]);
});

type Verdict = 'equal' | 'different' | 'wrongly refused' | 'refused' | 'wrongly accepted';

interface Outcome {
  readonly id: string;
  readonly verdict: Verdict;
  readonly detail: string;
}

async function judgeAll(cases: readonly Case[], options: Partial<LoadOptions>): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const each of cases) outcomes.push(await judge(each, options));
  return outcomes;
}

async function judge({ id, options, expected, expectedAll }: Case, more: Partial<LoadOptions>): Promise<Outcome> {
  try {
    const printed = await print({ ...options, ...more });
    if (expected === undefined) return { id, verdict: 'wrongly accepted', detail: '' };
    const all = expectedAll === undefined ? undefined : await print({ ...options, ...more, profiles: ['*'] });
    const detail = firstDifference(printed, expected) ?? firstDifference(all, expectedAll, '--profile *');
    return { id, verdict: detail === undefined ? 'equal' : 'different', detail: detail ?? '' };
  } catch (error) {
    // Anything else is a bug of ours, not a verdict.
    if (!(error instanceof GopdaterError)) throw error;
    return { id, verdict: expected === undefined ? 'refused' : 'wrongly refused', detail: error.message };
  }
}

async function print(options: LoadOptions): Promise<unknown> {
  const { model } = await loadProject(options);
  return JSON.parse(formatModel(model));
}

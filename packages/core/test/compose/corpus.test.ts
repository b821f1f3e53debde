import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type LoadedProject, loadProject } from '../../src/compose/load.ts';
import type { ComposeService } from '../../src/compose/project.ts';
import { GopdaterError } from '../../src/errors.ts';
import { type Case, type ExpectedProject, type ExpectedService, readCases } from './cases.ts';

interface Floor {
  readonly equal: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly invalid: number;
}

/** A ratchet: what was reached, out of what there is. Raise a floor when the score rises; never lower one. */
const floors: Readonly<Record<string, Floor>> = {
  synthetic: { equal: 145, accepted: 145, rejected: 48, invalid: 48 },
  'compose-go': { equal: 168, accepted: 168, rejected: 97, invalid: 101 },
  'compose-e2e': { equal: 78, accepted: 78, rejected: 5, invalid: 6 },
  real: { equal: 260, accepted: 260, rejected: 75, invalid: 75 },
};

const shared = fileURLToPath(new URL('../../../../../shared/corpus/compose/', import.meta.url));
const copied = fileURLToPath(new URL('./', import.meta.url));

describe.each(Object.entries(floors))('the corpus group %s', (group, floor) => {
  const directory = [shared, copied].map(root => `${root}${group}`).find(existsSync);

  test.skipIf(directory === undefined)('is read as Compose reads it', async () => {
    const outcomes = await judgeAll(readCases(directory ?? ''));
    const count = (verdict: Verdict): number => outcomes.filter(outcome => outcome.verdict === verdict).length;
    const [equal, rejected] = [count('equal'), count('rejected')];
    const misses = outcomes.filter(({ verdict }) => verdict !== 'equal' && verdict !== 'rejected');
    const lines = misses.map(({ id, verdict, detail }) => `\n  ${verdict} ${id} ${detail}`);
    const accepted = equal + count('different') + count('wrongly refused');
    console.log(
      `${group}: equal ${equal}/${accepted}, rejected ${rejected}/${outcomes.length - accepted}${lines.join('')}`,
    );

    expect({ equal, rejected }).toEqual({
      equal: expect.toSatisfy((score: number) => score >= floor.equal),
      rejected: expect.toSatisfy((score: number) => score >= floor.rejected),
    });
    expect(outcomes).toHaveLength(floor.accepted + floor.invalid);
  });
});

type Verdict = 'equal' | 'different' | 'wrongly refused' | 'rejected' | 'wrongly accepted';

interface Outcome {
  readonly id: string;
  readonly verdict: Verdict;
  readonly detail: string;
}

async function judgeAll(cases: readonly Case[]): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const each of cases) outcomes.push(await judge(each));
  return outcomes;
}

async function judge({ id, options, expected, expectedAll }: Case): Promise<Outcome> {
  let project: LoadedProject;
  try {
    project = await loadProject(options);
  } catch (error) {
    // Anything else is a bug of ours, not a verdict.
    if (!(error instanceof GopdaterError)) throw error;
    return { id, verdict: expected === undefined ? 'rejected' : 'wrongly refused', detail: error.message };
  }
  if (expected === undefined) return { id, verdict: 'wrongly accepted', detail: '' };
  const detail = firstDifference(project, expected, expectedAll);
  return { id, verdict: detail === undefined ? 'equal' : 'different', detail: detail ?? '' };
}

function firstDifference(project: LoadedProject, expected: ExpectedProject, all?: ExpectedProject): string | undefined {
  const enabled = [...project.services.values()].filter(service => service.enabled);
  const pairs: [what: string, ours: unknown, theirs: unknown][] = [
    ['name', project.name, expected.name],
    ['enabled services', names(enabled), Object.keys(expected.services ?? {}).sort()],
  ];
  if (all !== undefined)
    pairs.push(['all services', [...project.services.keys()].sort(), Object.keys(all.services ?? {}).sort()]);
  for (const service of project.services.values()) {
    const theirs = expected.services?.[service.name] ?? all?.services?.[service.name];
    if (theirs !== undefined) pairs.push(...comparedParts(service, theirs));
  }
  const different = pairs.find(([, ours, theirs]) => JSON.stringify(ours) !== JSON.stringify(theirs));
  return different?.map(part => (typeof part === 'string' ? part : JSON.stringify(part))).join(' ');
}

function comparedParts(service: ComposeService, theirs: ExpectedService): [string, unknown, unknown][] {
  const part = (what: string, ours: unknown, expected: unknown): [string, unknown, unknown] => {
    return [`${service.name}.${what}`, ours, expected];
  };
  const always = [
    part('image', service.image, theirs.image),
    part('scale', service.scale, theirs.scale ?? theirs.deploy?.replicas ?? 1),
    part('container_name', service.containerName, theirs.container_name),
    part('ports', list(service.attributes.ports), list(theirs.ports)),
    part('profiles', service.attributes.profiles ?? [], theirs.profiles ?? []),
  ];
  // What follows depends on which profiles are active, and a disabled service was printed with all of them.
  if (!service.enabled) return always;
  return [
    ...always,
    part('depends_on', [...service.dependsOn].sort(), Object.keys(theirs.depends_on ?? {}).sort()),
    part('labels', sorted(service.labels), sorted(theirs.labels)),
    part('environment', sorted(service.attributes.environment), sorted(theirs.environment)),
  ];
}

function names(services: readonly ComposeService[]): readonly string[] {
  return services.map(service => service.name).sort();
}

function list(items: unknown): unknown {
  return Array.isArray(items) ? items.map(sorted) : [];
}

function sorted(record: unknown): unknown {
  return Object.fromEntries(Object.entries(record ?? {}).sort(([one], [other]) => (one < other ? -1 : 1)));
}

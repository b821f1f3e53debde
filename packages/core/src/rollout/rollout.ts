import type { ComposeCli } from '../docker/compose-cli.ts';
import type { Engine, Image } from '../docker/engine.ts';
import { type GopdaterError, toGopdaterError } from '../errors.ts';
import type { Plan, RecreateStep, Step } from '../plan/plan.ts';
import type { MovedService, UnfinishedMoves } from '../plan/unfinished-moves.ts';
import type { CredentialStore } from '../registry/credentials.ts';
import type { Clock } from '../time.ts';
import { runAwaitHealthy } from './steps/await-healthy.ts';
import { runPull } from './steps/pull.ts';
import { runRecreate } from './steps/recreate.ts';
import { runTag } from './steps/tag.ts';

/** What a rollout acts through, and who is told. */
export interface RolloutDependencies {
  readonly engine: Engine;
  readonly compose: ComposeCli;
  readonly clock: Clock;
  /** Who to be when pulling. Default: nobody. */
  readonly credentials?: CredentialStore | undefined;
  /** Keeps where services that are on their way come from. Default: nobody does, and a crash forgets it. */
  readonly unfinished?: UnfinishedMoves | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called as each step begins, says something, and ends. Must not throw. */
  readonly onStep?: ((progress: StepProgress) => void) | undefined;
}

/** A step begins, says something, or ends. */
export interface StepProgress {
  readonly step: Step;
  readonly state: 'started' | 'running' | 'done' | 'failed';
  /** With `running`: what Compose or the pull printed. */
  readonly line?: string | undefined;
}

/** What became of one step. */
export type StepResult = { readonly step: Step; readonly seconds: number } & (
  | { readonly outcome: 'done'; readonly image: Image | undefined }
  | { readonly outcome: 'failed'; readonly error: GopdaterError }
  | { readonly outcome: 'not-run' }
);

/** What became of a plan. */
export interface RolloutResult {
  readonly steps: readonly StepResult[];
  /** Empty unless a service was put back. */
  readonly undone: readonly StepResult[];
}

/**
 * Carries out a plan, step by step; decides nothing. After a step that fails the rest is not run, and what was begun is
 * undone, service by service: one that cannot be put back does not keep the others. An undo is never undone.
 *
 * Of a service that was begun it is kept where it comes from, until it has arrived or is back.
 */
export async function rollout(plan: Plan, dependencies: RolloutDependencies): Promise<RolloutResult> {
  const { unfinished, signal } = dependencies;
  const steps = await runAll(plan.steps, dependencies, async step => {
    if (step.kind === 'recreate') await unfinished?.begin({ ...movedService(step), oldImageId: step.oldImageId });
  });
  const isBegun = ({ outcome }: StepResult) => outcome !== 'not-run';
  const begun = steps.filter(isBegun).flatMap(({ step }) => (step.kind === 'recreate' ? [step] : []));
  const end = async () => {
    for (const step of begun) await unfinished?.end(movedService(step));
  };
  if (steps.every(({ outcome }) => outcome === 'done')) {
    await end();
    return { steps, undone: [] };
  }
  if (begun.length === 0 || signal?.aborted) return { steps, undone: [] };
  const names = new Set(begun.map(serviceOf));
  const undo = plan.undo.filter(step => step.kind === 'tag' || names.has(serviceOf(step)));
  if (undo.every(({ kind }) => kind === 'tag')) {
    // Nothing to come back to, so nothing to remember.
    await end();
    return { steps, undone: [] };
  }
  const undone = await undoAll(undo, dependencies);
  const isBack = undone.every(({ outcome }) => outcome === 'done');
  if (isBack) await end();
  return { steps, undone };
}

async function undoAll(undo: readonly Step[], dependencies: RolloutDependencies): Promise<readonly StepResult[]> {
  const tagged = await runAll(
    undo.filter(({ kind }) => kind === 'tag'),
    dependencies,
  );
  const results = [...tagged];
  const isTagged = tagged.every(({ outcome }) => outcome === 'done');
  for (const service of new Set(undo.map(serviceOf))) {
    if (service === undefined) continue;
    const own = undo.filter(step => serviceOf(step) === service);
    if (isTagged) results.push(...(await runAll(own, dependencies)));
    else results.push(...own.map((step): StepResult => ({ step, seconds: 0, outcome: 'not-run' })));
  }
  return results;
}

function movedService({ project, service }: RecreateStep): MovedService {
  return { project: project.name, service };
}

function serviceOf(step: Step): string | undefined {
  return 'service' in step ? `${step.project.name}/${step.service}` : undefined;
}

async function runAll(
  steps: readonly Step[],
  dependencies: RolloutDependencies,
  before: (step: Step) => Promise<void> = async () => {},
): Promise<readonly StepResult[]> {
  const { onStep } = dependencies;
  const results: StepResult[] = [];
  let hasFailed = false;
  for (const step of steps) {
    if (hasFailed) {
      results.push({ step, seconds: 0, outcome: 'not-run' });
      continue;
    }
    onStep?.({ step, state: 'started' });
    const result = await timeStep(step, dependencies, before);
    results.push(result);
    hasFailed = result.outcome === 'failed';
    onStep?.({ step, state: hasFailed ? 'failed' : 'done' });
  }
  return results;
}

async function timeStep(
  step: Step,
  dependencies: RolloutDependencies,
  before: (step: Step) => Promise<void>,
): Promise<StepResult> {
  const { clock } = dependencies;
  const startedAt = clock.now();
  const seconds = () => (clock.now() - startedAt) / 1000;
  try {
    await before(step);
    const image = await runStep(step, dependencies);
    return { step, seconds: seconds(), outcome: 'done', image };
  } catch (error) {
    return { step, seconds: seconds(), outcome: 'failed', error: toGopdaterError(error) };
  }
}

/** @returns the image that a recreated service runs now */
async function runStep(step: Step, dependencies: RolloutDependencies): Promise<Image | undefined> {
  const onLine = (line: string) => dependencies.onStep?.({ step, state: 'running', line });
  switch (step.kind) {
    case 'pull':
      await runPull(step, { ...dependencies, onLine });
      return undefined;
    case 'tag':
      await runTag(step, dependencies);
      return undefined;
    case 'recreate':
      return await runRecreate(step, { ...dependencies, onLine });
    case 'await-healthy':
      await runAwaitHealthy(step, dependencies);
      return undefined;
  }
}

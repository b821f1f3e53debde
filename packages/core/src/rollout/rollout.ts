import type { Image } from '../docker/engine.ts';
import { outlast } from '../docker/outlast.ts';
import type { PulledBytes } from '../docker/pull-bytes.ts';
import { type GopdaterError, toGopdaterError } from '../errors.ts';
import type { Move, Plan } from '../plan/plan.ts';
import { formatStep, type Step } from '../plan/step.ts';
import type { RollbackScope } from '../plan/undo.ts';
import type { UnfinishedMoves } from '../plan/unfinished-moves.ts';
import { createGapMeter, type GapMeter } from './gap.ts';
import type { Journal } from './journal.ts';
import { type RunStepDependencies, runStep } from './run-step.ts';

/** What a rollout acts through, and who is told. */
export interface RolloutDependencies extends Omit<RunStepDependencies, 'onLine' | 'onBytes'> {
  /** Keeps where services that are on their way come from. Default: nobody does, and a crash forgets it. */
  readonly unfinished?: UnfinishedMoves | undefined;
  /** Default: nobody writes the steps down. */
  readonly journal?: Journal | undefined;
  /** As the plan was made with. Default `push`. */
  readonly rollbackScope?: RollbackScope | undefined;
  /** Called as each step begins, says something, and ends. Must not throw. */
  readonly onStep?: ((progress: StepProgress) => void) | undefined;
}

/** A step begins, says something, or ends. */
export interface StepProgress {
  readonly step: Step;
  readonly state: 'started' | 'running' | 'done' | 'failed';
  /** With `running`: what Compose or the pull printed. */
  readonly line?: string | undefined;
  /** With `running`, of a pull: the bytes of all its layers. */
  readonly progress?: PulledBytes | undefined;
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
  /** What could not be written down of it, in words. */
  readonly problems: readonly string[];
  /** For how long services did not serve, in milliseconds, by `project/service`; those where it is known. */
  readonly gapsMs: ReadonlyMap<string, number>;
}

/**
 * Carries out a plan, step by step; decides nothing. After a step that fails the service's failure action is taken:
 * `rollback` undoes what was begun, `pause` leaves all as it is, `continue` goes on. An undo is never undone: where it
 * fails, `continue` puts back what else it can, and `pause` leaves that, too.
 *
 * Of a service that was begun it is kept where it comes from, until it has arrived, is back, or is left to a person. An
 * engine that stays away ends it where it is: that is nobody's failure, and there is nobody to undo it.
 */
export async function rollout(plan: Plan, dependencies: RolloutDependencies): Promise<RolloutResult> {
  const { unfinished, journal, signal, rollbackScope = 'push' } = dependencies;
  const run = createRun(plan, dependencies);
  const steps = await run.all(plan.steps, { goesOn: step => actionAfter(step, plan) === 'continue', isUndo: false });
  if (signal?.aborted || (await isAway(steps, dependencies))) {
    return { steps, undone: [], problems: [], gapsMs: await run.gapsMs() };
  }
  const failed = steps.filter(({ step, outcome }) => outcome === 'failed' && actionAfter(step, plan) === 'rollback');
  const names = namesToUndo(steps, failed, { scope: rollbackScope, plan });
  const undo = failed.length > 0 ? plan.undo.filter(step => isToUndo(step, names)) : [];
  // A tag may have been moved although nobody said so.
  const hasWayBack = undo.some(step => 'service' in step) || failed.some(({ step }) => step.kind === 'tag');
  const goesBackOn = (step: Step) => moveOf(step, plan)?.undoFailureAction === 'continue';
  const undone = hasWayBack ? await run.all(undo, { goesOn: goesBackOn, isUndo: true }) : [];
  const isLeft = undone.some(result => isFault(result) && moveOf(result.step, plan)?.undoFailureAction === 'pause');
  const stuck = new Set(
    isLeft ? [] : undone.filter(({ outcome }) => outcome !== 'done').map(({ step }) => keyOf(step)),
  );
  const problems: string[] = [];
  const note = async (write: Promise<void> | undefined) =>
    await write?.catch((error: unknown) => problems.push(`The end could not be written down: ${messageOf(error)}.`));
  for (const move of run.begun()) if (!stuck.has(keyOf(move)) && !stuck.has('')) await note(unfinished?.end(move));
  await note(journal?.end());
  return { steps, undone, problems, gapsMs: await run.gapsMs() };
}

/** Carries out steps, one after the other. */
interface Run {
  /** @param options.goesOn  whether the steps after this one are done, too, when it fails by itself */
  all(
    steps: readonly Step[],
    options: { readonly goesOn: (step: Step) => boolean; readonly isUndo: boolean },
  ): Promise<readonly StepResult[]>;
  begun(): readonly Move[];
  gapsMs(): Promise<ReadonlyMap<string, number>>;
}

function createRun(plan: Plan, dependencies: RolloutDependencies): Run {
  const { unfinished, journal, clock, onStep } = dependencies;
  const begun = new Map<Move, GapMeter>();

  const beginMove = async (move: Move) => {
    if (begun.has(move)) return;
    const { project, service, to, oldImageId, replicas, variable } = move;
    const { image } = plan;
    const { digest = '' } = to;
    const old = variable && { file: variable.file, name: variable.name, value: variable.from };
    await unfinished?.begin({ project, service, image, digest, oldImageId, replicas, variable: old });
    begun.set(move, await createGapMeter({ project, service }, dependencies));
  };
  const beginMoves = async (step: Step) => {
    for (const move of movesOf(step, plan)) await beginMove(move);
  };
  const act = async (step: Step) =>
    await runStep(step, {
      ...dependencies,
      onLine: line => onStep?.({ step, state: 'running', line }),
      onBytes: progress => onStep?.({ step, state: 'running', progress }),
    });
  /** @param before  the service's steps before this one: what they have reached, a restart of the engine may have undone */
  const one = async (step: Step, before: readonly Step[], isUndo: boolean): Promise<StepResult> => {
    const startedAt = clock.now();
    const seconds = () => (clock.now() - startedAt) / 1000;
    onStep?.({ step, state: 'started' });
    try {
      const written = Promise.resolve(journal?.begin(formatStep(step))).then(async () => await beginMoves(step));
      // The way back is taken even where it cannot be written down.
      await (isUndo ? written.catch(() => undefined) : written);
      const image = await outlast(async wasAway => {
        if (wasAway) for (const one of before) await act(one);
        return await act(step);
      }, dependencies);
      onStep?.({ step, state: 'done' });
      return { step, seconds: seconds(), outcome: 'done', image };
    } catch (error) {
      onStep?.({ step, state: 'failed' });
      return { step, seconds: seconds(), outcome: 'failed', error: toGopdaterError(error) };
    }
  };
  /** The steps of one service, or of none. */
  const group = async (
    steps: readonly Step[],
    { isUndo, canGoOn }: { readonly isUndo: boolean; readonly canGoOn: (step: Step) => boolean },
  ): Promise<readonly StepResult[]> => {
    const results: StepResult[] = [];
    let isOver = false;
    for (const step of steps) {
      const before = results.flatMap(one => ('service' in one.step && one.outcome === 'done' ? [one.step] : []));
      const result: StepResult = isOver ? { step, seconds: 0, outcome: 'not-run' } : await one(step, before, isUndo);
      results.push(result);
      if (result.outcome === 'failed' && !(isFault(result) && canGoOn(step))) isOver = true;
    }
    return results;
  };
  return {
    all: async (steps, { goesOn, isUndo }) => {
      const results: StepResult[] = [];
      let isOver = false;
      for (const own of grouped(steps)) {
        const done: readonly StepResult[] = isOver
          ? own.map(step => ({ step, seconds: 0, outcome: 'not-run' }))
          : // What could not be done keeps the service’s other steps; what is not healthy does not.
            await group(own, {
              isUndo,
              canGoOn: step => step.kind === 'await-healthy' && goesOn(step),
            });
        results.push(...done);
        isOver ||= done.some(one => one.outcome === 'failed' && !(isFault(one) && goesOn(one.step)));
      }
      return results;
    },
    begun: () => [...begun.keys()],
    gapsMs: async () => {
      const gaps = await Promise.all(
        [...begun].map(async ([move, meter]) => [keyOf(move), await meter.stop()] as const),
      );
      return new Map(gaps.flatMap(([key, ms]) => (ms === undefined ? [] : [[key, ms]])));
    },
  };
}

/** Services to put back; what moves by one variable goes back together, as the files are the same for all. */
function namesToUndo(
  steps: readonly StepResult[],
  failed: readonly StepResult[],
  { scope, plan }: { readonly scope: RollbackScope; readonly plan: Plan },
): ReadonlySet<string> {
  const begun = steps.filter(({ outcome }) => outcome !== 'not-run').map(({ step }) => keyOf(step));
  if (scope === 'push') return new Set(begun);
  const names = failed.map(({ step }) => keyOf(step));
  const together = plan.undo.flatMap(step => {
    if (step.kind !== 'set-variable' || !step.services.some(name => names.includes(name))) return [];
    return step.services.filter(name => begun.includes(name));
  });
  return new Set([...names, ...together]);
}

function isToUndo(step: Step, names: ReadonlySet<string>): boolean {
  if (step.kind === 'set-variable') return step.services.some(name => names.has(name));
  return !('service' in step) || names.has(keyOf(step));
}

/** Steps that belong together: those of one service, or of none, that follow each other. */
function grouped(steps: readonly Step[]): readonly (readonly Step[])[] {
  const groups: Step[][] = [];
  for (const step of steps) {
    const last = groups.at(-1);
    const isOfLast = last?.[0] !== undefined && keyOf(last[0]) === keyOf(step);
    if (isOfLast) last.push(step);
    else groups.push([step]);
  }
  return groups;
}

/** The engine was away when a step failed, and is so still. */
async function isAway(steps: readonly StepResult[], { engine, signal }: RolloutDependencies): Promise<boolean> {
  const isLost = steps.some(one => one.outcome === 'failed' && one.error.code === 'ENGINE_UNREACHABLE');
  if (!isLost) return false;
  return (await engine.version({ signal }).catch(() => undefined)) === undefined;
}

/** It failed by itself: the engine was there, and nobody stopped it. */
function isFault(result: StepResult): boolean {
  return result.outcome === 'failed' && !['ENGINE_UNREACHABLE', 'ABORTED'].includes(result.error.code);
}

/** What is done when this step has failed. */
export function actionAfter(step: Step, plan: Plan): Move['failureAction'] {
  return moveOf(step, plan)?.failureAction ?? 'rollback';
}

/** A variable is set for all services that move by it: from then on it must be known where they come from. */
function movesOf(step: Step, { moves }: Plan): readonly Move[] {
  const names = step.kind === 'set-variable' ? step.services : [keyOf(step)];
  return moves.filter(move => names.includes(keyOf(move)));
}

function moveOf(step: Step, { moves }: Plan): Move | undefined {
  return moves.find(move => keyOf(move) === keyOf(step));
}

/** `project/service`; empty for a step of no service. */
function keyOf(one: Step | Move): string {
  if (!('service' in one)) return '';
  return `${typeof one.project === 'string' ? one.project : one.project.name}/${one.service}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import { formatReference, formatRepository, type ImageReference } from '../image/reference.ts';
import { type DecideOptions, type Decision, decide, type GoalImage } from './decide.ts';
import { inDependencyOrder } from './dependency-order.ts';
import { digestsIn } from './digests-in.ts';
import { describeChanges } from './image-changes.ts';
import { serviceKey } from './match-services.ts';
import { explainNotYet } from './not-yet.ts';
import { digestReference, type Observed } from './observe.ts';
import type { LeaveReason, LeftAlone, Plan } from './plan.ts';
import { readPolicy } from './policy.ts';
import type { Target } from './resolve-targets.ts';
import type { Step } from './step.ts';
import {
  byName,
  explainUndo,
  haveOneSource,
  lastName,
  planGoals,
  planTaggedSteps,
  planUndo,
  type RollbackScope,
} from './undo.ts';
import type { UnfinishedMove } from './unfinished-moves.ts';

export interface PlanOptions extends DecideOptions {
  /** How many old images are kept of each repository. Default 3; 0 keeps none. */
  readonly keepImages?: number | undefined;
  /** Which services go back when one fails: all of the push that were begun, or that one. Default `push`. */
  readonly rollbackScope?: RollbackScope | undefined;
  /** Images, in full, that services take instead. */
  readonly instead?: readonly string[] | undefined;
}

const defaultKeptImages = 3;

/** Decides everything; does nothing. */
export function planRollout(
  image: ImageReference,
  targets: readonly Target[],
  observed: Observed,
  options: PlanOptions = {},
): Plan {
  const decisions = togetherOrNot(
    inDependencyOrder(targets).map(target =>
      decide(target, goalImage(image, target, observed, options), observed, options),
    ),
  );
  const moves = decisions.filter(isMove);
  const handOver = decisions.find(decision => decision.kind === 'hand-over');
  const left = decisions.flatMap(decision => (decision.kind === 'leave' ? [decision.leftAlone] : []));
  const upToDate = left.filter(({ reason }) => reason === 'up-to-date');
  const isNamed = upToDate.length > 0 && left.every(({ reason }) => reason !== 'blocked');
  const first = moves[0] ?? handOver;
  const served = targets.find(({ digest }) => digest !== undefined);
  const goal = first?.to ?? (served && goalImage(image, served, observed, options));
  const { rollbackScope = 'push' } = options;
  const named = (name: string) => observed.images.get(name)?.id;
  const steps = serviceSteps(moves, named);
  return {
    image: formatReference(image),
    digest: goal?.digest,
    moves: moves.map(({ move }) => move),
    handOver: handOver?.move,
    steps: [
      ...(goal !== undefined && (isNamed || moves.length > 0) ? imageSteps(image, goal, moves, observed, options) : []),
      ...steps,
      ...(handOver === undefined ? [] : [selfUpdateStep(image, handOver, options)]),
    ],
    undo: planUndo(
      moves.flatMap(({ undo }) => undo ?? []),
      { rollbackScope, named },
    ),
    changes: changesFor(first, observed),
    leftAlone: left,
    warnings: [
      ...decisions.flatMap(({ warnings }) => warnings),
      ...explainOldNames(steps, upToDate),
      ...byName(moves, ({ undo, goal }) => undo?.goal.name ?? goal.name).flatMap(([name, group]) =>
        explainUndo(
          group.map(({ move }) => move),
          name === formatReference(image) ? upToDate.map(({ project, service }) => `${project}/${service}`) : [],
          { rollbackScope, named: named(name) },
        ),
      ),
    ],
    instead: options.instead ?? [],
  };
}

type MoveDecision = Extract<Decision, { kind: 'move' }>;
type HandOverDecision = Extract<Decision, { kind: 'hand-over' }>;

function isMove(decision: Decision): decision is MoveDecision {
  return decision.kind === 'move';
}

/**
 * What the registry serves. When that was rolled back, or may not be moved to yet, and a move is not finished, what that
 * one went to; and when that must not be, either, where the service came from.
 */
function goalImage(
  image: ImageReference,
  target: Target,
  observed: Observed,
  { isByHand = false, defaults }: PlanOptions,
): GoalImage | undefined {
  const { images, keptOnly, blocked, unfinished } = observed;
  const { digest: wanted } = target;
  if (wanted === undefined) return undefined;
  const at = (digest: string): GoalImage => {
    const name = digestReference(image, digest);
    const found = images.get(name);
    return { digest, source: found !== undefined && keptOnly.has(name) ? found.id : name, image: found, notYet };
  };
  const interrupted = unfinished.get(serviceKey(target));
  const notYet =
    isByHand || interrupted === undefined
      ? undefined
      : explainNotYet(target, readPolicy(target.service, defaults).policy, wanted, observed);
  const mustNot = (digest: string) => blocked.has(digest) || (notYet !== undefined && digest === wanted);
  if (isByHand || !mustNot(wanted)) return at(wanted);
  const begun = [...unfinished.values()].find(move => !mustNot(move.digest) && !isWayBack(move));
  if (begun !== undefined) return at(begun.digest);
  if (interrupted === undefined) return at(wanted);
  const old = images.get(interrupted.oldImageId);
  const digest = old && digestsIn(old, image)[0];
  return { digest, source: interrupted.oldImageId, image: old, isReturn: true, notYet };

  /** It was on its way back already when it was interrupted once more. */
  function isWayBack({ digest, oldImageId }: UnfinishedMove): boolean {
    return digest === '' || images.get(digestReference(image, digest))?.id === oldImageId;
  }
}

/** What comes before the first service: the image, the old one kept, and the name. */
function imageSteps(
  image: ImageReference,
  goal: GoalImage,
  moves: readonly MoveDecision[],
  { images }: Observed,
  { keepImages = defaultKeptImages }: PlanOptions,
): readonly Step[] {
  const { source, image: here } = goal;
  const [name = formatReference(image), ...otherNames] = new Set(moves.map(one => one.goal.name));
  const goals = new Set([goal, ...moves.map(({ to }) => to)].map(one => one.image?.id));
  const old = [...new Set(moves.map(({ move }) => move.oldImageId))].filter(id => !goals.has(id) && images.has(id));
  const steps: Step[] = [];
  if (here === undefined) {
    steps.push({ kind: 'pull', cause: 'the engine does not have that digest.', reference: source });
  }
  if (old.length > 0 && keepImages > 0) {
    const cause = 'a rollback may need it.';
    steps.push({ kind: 'keep', cause, repository: formatRepository(image), imageIds: old, count: keepImages });
  }
  const isNamed = here !== undefined && images.get(name)?.id === here.id;
  if (!isNamed && otherNames.length === 0 && haveOneSource(moves.map(one => one.goal))) {
    steps.push({ kind: 'tag', cause: 'that is the name in the compose file.', source, target: name });
  }
  return steps;
}

/** Services that are on their way back may have come from different images, and under different names. */
function serviceSteps(moves: readonly MoveDecision[], named: (name: string) => string | undefined): readonly Step[] {
  const groups = byName(moves, ({ goal }) => goal.name);
  return groups.flatMap(([target, group]) => {
    const goals = group.map(({ goal }) => goal);
    const source = lastName(
      group.map(({ move }) => move),
      named(target),
    );
    const [isOne, isOnly] = [haveOneSource(goals), groups.length === 1];
    if (isOne && isOnly) return planGoals(goals);
    if (source === undefined) return [];
    const name = (cause: string): Step => ({ kind: 'tag', cause, source, target });
    if (isOne) return [name('that is the name in the compose file.'), ...planGoals(goals)];
    return [...planTaggedSteps(target, goals), name('most of them run it.')];
  });
}

/** Services of one variable move together, or none of them does: the files are the same for all. */
function togetherOrNot(decisions: readonly Decision[]): readonly Decision[] {
  const stuck = decisions.flatMap(decision => {
    if (decision.kind !== 'leave' || !keepsOthers.has(decision.leftAlone.reason)) return [];
    return [{ name: `${decision.leftAlone.project}/${decision.leftAlone.service}`, leftAlone: decision.leftAlone }];
  });
  return decisions.map(decision => {
    if (decision.kind === 'leave' || decision.goal.variable === undefined) return decision;
    const { project, service } = decision.move;
    const { variable } = decision.goal;
    const other = stuck.find(({ name }) => variable.services.includes(name));
    if (other === undefined || variable.from === variable.to) return decision;
    const detail = `it moves by ${variable.name} together with ${other.name}, which cannot now: ${other.leftAlone.detail}`;
    const { hint, until } = other.leftAlone;
    const reason = other.leftAlone.reason === 'waiting' ? 'waiting' : 'refused';
    return { kind: 'leave', warnings: [], leftAlone: { project, service, reason, detail, hint, until } };
  });
}

/** What runs the new image under its old name stays, and is another than its files say from then on. */
function explainOldNames(steps: readonly Step[], upToDate: readonly LeftAlone[]): readonly string[] {
  const renamed = steps.flatMap(step => (step.kind === 'set-variable' ? step.services : []));
  return upToDate
    .map(({ project, service }) => `${project}/${service}`)
    .filter(name => renamed.includes(name))
    .map(name => `${name} runs that image under its old tag: the next “docker compose up” makes its container again.`);
}

/** What stays for one of these reasons runs, and would be another than its files say. */
const keepsOthers: ReadonlySet<LeaveReason> = new Set(['refused', 'waiting', 'own-container', 'blocked', 'pinned']);

/** Last of all: with gopdater’s container goes who carries out the plan. */
function selfUpdateStep(
  image: ImageReference,
  { goal: { project, service, source }, move }: HandOverDecision,
  { isByHand = false }: PlanOptions,
): Step {
  return {
    kind: 'self-update',
    cause: 'gopdater itself runs in it.',
    project,
    service: service.name,
    source,
    image: formatReference(image),
    to: isByHand ? move.to.digest : undefined,
  };
}

function changesFor(first: Pick<MoveDecision, 'move' | 'to'> | undefined, { images }: Observed): readonly string[] {
  const from = first && images.get(first.move.oldImageId);
  const to = first?.to.image;
  return from === undefined || to === undefined ? [] : describeChanges(from, to);
}

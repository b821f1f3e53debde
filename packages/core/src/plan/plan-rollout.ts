import { formatReference, formatRepository, type ImageReference } from '../image/reference.ts';
import { type DecideOptions, type Decision, decide, type GoalImage } from './decide.ts';
import { inDependencyOrder } from './dependency-order.ts';
import { digestsIn } from './digests-in.ts';
import { describeChanges } from './image-changes.ts';
import { digestReference, type Observed, serviceKey } from './observe.ts';
import type { Plan } from './plan.ts';
import type { Target } from './resolve-targets.ts';
import { planServiceSteps } from './service-steps.ts';
import type { Step } from './step.ts';
import {
  explainUndo,
  haveOneSource,
  lastName,
  planTaggedSteps,
  planUndo,
  type RollbackScope,
  type UndoOptions,
} from './undo.ts';

export interface PlanOptions extends DecideOptions {
  /** How many old images are kept of each repository. Default 3; 0 keeps none. */
  readonly keepImages?: number | undefined;
  /** Which services go back when one fails: all of the push that were begun, or that one. Default `push`. */
  readonly rollbackScope?: RollbackScope | undefined;
}

const defaultKeptImages = 3;

/** Decides everything; does nothing. */
export function planRollout(
  image: ImageReference,
  targets: readonly Target[],
  observed: Observed,
  options: PlanOptions = {},
): Plan {
  const decisions = inDependencyOrder(targets).map(target =>
    decide(target, goalImage(image, target, observed, options), observed, options),
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
  const undoOptions = { rollbackScope, named: observed.images.get(formatReference(image))?.id };
  return {
    image: formatReference(image),
    digest: goal?.digest,
    moves: moves.map(({ move }) => move),
    handOver: handOver?.move,
    steps: [
      ...(goal !== undefined && (isNamed || moves.length > 0) ? imageSteps(image, goal, moves, observed, options) : []),
      ...serviceSteps(image, moves, undoOptions),
      ...(handOver === undefined ? [] : [selfUpdateStep(image, handOver, options)]),
    ],
    undo: planUndo(
      image,
      moves.flatMap(({ undo }) => undo ?? []),
      undoOptions,
    ),
    changes: changesFor(first, observed),
    leftAlone: left,
    warnings: [
      ...decisions.flatMap(({ warnings }) => warnings),
      ...explainUndo(
        moves.map(({ move }) => move),
        upToDate.map(({ project, service }) => `${project}/${service}`),
        undoOptions,
      ),
    ],
  };
}

type MoveDecision = Extract<Decision, { kind: 'move' }>;
type HandOverDecision = Extract<Decision, { kind: 'hand-over' }>;

function isMove(decision: Decision): decision is MoveDecision {
  return decision.kind === 'move';
}

/**
 * What the registry serves. When that was rolled back and a move is not finished, what that one went to, as a person
 * asked for it; and when that was rolled back, too, where the service came from.
 */
function goalImage(
  image: ImageReference,
  target: Target,
  { images, keptOnly, blocked, unfinished }: Observed,
  { isByHand = false }: PlanOptions,
): GoalImage | undefined {
  const { digest: wanted } = target;
  if (wanted === undefined) return undefined;
  const at = (digest: string): GoalImage => {
    const name = digestReference(image, digest);
    const found = images.get(name);
    return { digest, source: found !== undefined && keptOnly.has(name) ? found.id : name, image: found };
  };
  if (isByHand || !blocked.has(wanted)) return at(wanted);
  const byHand = [...unfinished.values()].find(({ digest }) => !blocked.has(digest));
  if (byHand !== undefined) return at(byHand.digest);
  const interrupted = unfinished.get(serviceKey(target));
  if (interrupted === undefined) return at(wanted);
  const old = images.get(interrupted.oldImageId);
  return { digest: old && digestsIn(old, image)[0], source: interrupted.oldImageId, image: old, isReturn: true };
}

/** What comes before the first service: the image, the old one kept, and the name. */
function imageSteps(
  image: ImageReference,
  goal: GoalImage,
  moves: readonly MoveDecision[],
  { images }: Observed,
  { keepImages = defaultKeptImages }: PlanOptions,
): readonly Step[] {
  const name = formatReference(image);
  const { source, image: here } = goal;
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
  if (!isNamed && haveOneSource(moves.map(one => one.goal))) {
    steps.push({ kind: 'tag', cause: 'that is the name in the compose file.', source, target: name });
  }
  return steps;
}

/** Services that are on their way back may have come from different images. */
function serviceSteps(image: ImageReference, moves: readonly MoveDecision[], { named }: UndoOptions): readonly Step[] {
  const goals = moves.map(({ goal }) => goal);
  if (haveOneSource(goals)) return goals.flatMap(planServiceSteps);
  const target = formatReference(image);
  const source = lastName(
    moves.map(({ move }) => move),
    named,
  );
  const cause = 'most of them run it.';
  return [...planTaggedSteps(target, goals), ...(source ? [{ kind: 'tag', cause, source, target } as const] : [])];
}

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

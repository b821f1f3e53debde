import { formatReference, formatRepository, type ImageReference } from '../image/reference.ts';
import { type DecideOptions, type Decision, decide, type GoalImage } from './decide.ts';
import { inDependencyOrder } from './dependency-order.ts';
import { describeChanges } from './image-changes.ts';
import { digestReference, type Observed } from './observe.ts';
import type { Plan } from './plan.ts';
import type { Target } from './resolve-targets.ts';
import { planServiceSteps } from './service-steps.ts';
import type { Step } from './step.ts';
import { explainUndo, planUndo } from './undo.ts';

export interface PlanOptions extends DecideOptions {
  /** How many old images are kept of each repository. Default 3; 0 keeps none. */
  readonly keepImages?: number | undefined;
}

const defaultKeptImages = 3;

/** Decides everything; does nothing. */
export function planRollout(
  image: ImageReference,
  targets: readonly Target[],
  observed: Observed,
  options: PlanOptions = {},
): Plan {
  const goal = goalImage(image, targets, observed);
  const decisions = inDependencyOrder(targets).map(target => decide(target, goal, observed, options));
  const moves = decisions.filter(isMove);
  const handOver = decisions.find(decision => decision.kind === 'hand-over');
  const left = decisions.flatMap(decision => (decision.kind === 'leave' ? [decision.leftAlone] : []));
  const upToDate = left.filter(({ reason }) => reason === 'up-to-date');
  const isNamed = upToDate.length > 0 && left.every(({ reason }) => reason !== 'blocked');
  return {
    image: formatReference(image),
    digest: goal?.digest,
    moves: moves.map(({ move }) => move),
    handOver: handOver?.move,
    steps: [
      ...(goal !== undefined && (isNamed || moves.length > 0) ? imageSteps(image, goal, moves, observed, options) : []),
      ...moves.flatMap(one => planServiceSteps(one.goal)),
      ...(handOver === undefined ? [] : [selfUpdateStep(image, handOver, options)]),
    ],
    undo: planUndo(
      image,
      moves.map(({ undo }) => undo),
      goal?.image?.id,
    ),
    changes: changesFor(goal, moves[0] ?? handOver, observed),
    leftAlone: left,
    warnings: [
      ...decisions.flatMap(({ warnings }) => warnings),
      ...explainUndo(
        moves.map(({ move }) => move),
        upToDate.map(({ project, service }) => `${project}/${service}`),
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
 * What the registry serves. When that was rolled back and a move is not finished, what that one went to; and when it is
 * the same, where it came from.
 */
function goalImage(
  image: ImageReference,
  targets: readonly Target[],
  { images, keptOnly, blocked, unfinished }: Observed,
): GoalImage | undefined {
  const wanted = targets.find(target => target.digest !== undefined)?.digest;
  if (wanted === undefined) return undefined;
  const [interrupted] = unfinished.values();
  const at = (digest: string): GoalImage => {
    const name = digestReference(image, digest);
    const found = images.get(name);
    return { digest, source: found !== undefined && keptOnly.has(name) ? found.id : name, image: found };
  };
  if (interrupted === undefined || !blocked.has(wanted)) return at(wanted);
  if (interrupted.digest !== wanted) return at(interrupted.digest);
  const old = images.get(interrupted.oldImageId);
  return { digest: old?.digests[0], source: interrupted.oldImageId, image: old };
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
  const old = [...new Set(moves.map(({ move }) => move.oldImageId))].filter(id => id !== here?.id && images.has(id));
  const steps: Step[] = [];
  if (here === undefined) {
    steps.push({ kind: 'pull', cause: 'the engine does not have that digest.', reference: source });
  }
  if (old.length > 0 && keepImages > 0) {
    const cause = 'a rollback may need it.';
    steps.push({ kind: 'keep', cause, repository: formatRepository(image), imageIds: old, count: keepImages });
  }
  if (here === undefined || images.get(name)?.id !== here.id) {
    steps.push({ kind: 'tag', cause: 'that is the name in the compose file.', source, target: name });
  }
  return steps;
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

function changesFor(
  { image }: Partial<GoalImage> = {},
  first: Pick<MoveDecision, 'move'> | undefined,
  { images }: Observed,
): readonly string[] {
  const from = first && images.get(first.move.oldImageId);
  return from === undefined || image === undefined ? [] : describeChanges(from, image);
}

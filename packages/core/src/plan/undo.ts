import { formatReference, type ImageReference } from '../image/reference.ts';
import type { Move } from './plan.ts';
import { type Goal, planServiceSteps } from './service-steps.ts';
import type { Step } from './step.ts';

/** A service that moves, and how it comes back: the same steps to the image that it comes from. */
export interface Return {
  readonly move: Move;
  readonly goal: Goal;
}

/**
 * The old image gets its name back, then the same kind of steps lead to it: so the user's next `docker compose up` finds
 * the old one, too. Services are taken in the opposite order. A tag names one image only, so services that ran different
 * ones all get the first one's.
 *
 * @param targetId  the id of the new image, where the engine has it: what came from it has nothing to come back to
 */
export function planUndo(
  image: ImageReference,
  returns: readonly Return[],
  targetId: string | undefined,
): readonly Step[] {
  const undoable = returns.filter(({ move }) => move.oldImageId !== targetId);
  const source = undoable[0]?.move.oldImageId;
  if (source === undefined) return [];
  const cause = 'the update failed.';
  return [
    { kind: 'tag', cause, source, target: formatReference(image) },
    ...undoable.toReversed().flatMap(({ goal }) => planServiceSteps({ ...goal, cause, source })),
  ];
}

/** What a rollback cannot put back as it was. */
export function explainUndo(moves: readonly Move[], upToDate: readonly string[]): readonly string[] {
  const names = moves.map(({ project, service }) => `${project}/${service}`);
  const ids = new Set(moves.map(({ oldImageId }) => oldImageId));
  return [
    ...(ids.size > 1
      ? [`${names.join(' and ')} run different images: a rollback gives them the one of ${names[0]}.`]
      : []),
    ...(moves.length > 0 && upToDate.length > 0
      ? [
          `${upToDate.join(' and ')} runs the new image already: after a rollback, “docker compose up” moves it back, too.`,
        ]
      : []),
  ];
}

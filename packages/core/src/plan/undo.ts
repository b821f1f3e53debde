import { formatReference, type ImageReference } from '../image/reference.ts';
import type { AwaitHealthyStep, RecreateStep, Step } from './plan.ts';

/** How one service gets to the new image. */
export type Move = readonly [RecreateStep, AwaitHealthyStep];

/**
 * The old image gets its name back, then Compose replaces the containers again: so the user's next `docker compose up`
 * finds the old one, too. Services are taken in the opposite order. A tag names one image only, so services that ran
 * different ones all get the first one's.
 *
 * @param targetId  the id of the new image, where the engine has it: what came from it has nothing to come back to
 */
export function planUndo(image: ImageReference, moves: readonly Move[], targetId: string | undefined): readonly Step[] {
  const undoable = moves.filter(([{ oldImageId }]) => oldImageId !== targetId);
  const first = undoable[0]?.[0];
  if (first === undefined) return [];
  const cause = 'the update failed.';
  const { oldImageId: source, from: to } = first;
  return [
    { kind: 'tag', cause, source, target: formatReference(image) },
    ...undoable.toReversed().flatMap(([recreate, healthy]): Step[] => [
      { ...recreate, cause, source, from: recreate.to, to },
      { ...healthy, cause },
    ]),
  ];
}

/** What a rollback cannot put back as it was. */
export function explainUndo(moves: readonly Move[], upToDate: readonly string[]): readonly string[] {
  const names = moves.map(([{ project, service }]) => `${project.name}/${service}`);
  const ids = new Set(moves.map(([{ oldImageId }]) => oldImageId));
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

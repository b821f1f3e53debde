import { formatReference, type ImageReference } from '../image/reference.ts';
import type { AwaitHealthyStep, RecreateStep, Step } from './plan.ts';

/** How one service gets to the new image. */
export type Move = readonly [RecreateStep, AwaitHealthyStep];

/**
 * The old image gets its name back, then Compose replaces the containers again: so the user's next `docker compose up`
 * finds the old one, too. Services are taken in the opposite order.
 */
export function planUndo(image: ImageReference, moves: readonly Move[]): readonly Step[] {
  const [first] = moves;
  if (first === undefined) return [];
  const cause = 'the update failed.';
  const source = first[0].oldImageId;
  return [
    { kind: 'tag', cause, source, target: formatReference(image) },
    ...moves.toReversed().flatMap(([recreate, healthy]): Step[] => [
      { ...recreate, cause, source, from: recreate.to, to: recreate.from },
      { ...healthy, cause },
    ]),
  ];
}

import { formatReference, type ImageReference } from '../image/reference.ts';
import type { AwaitHealthyStep, RecreateStep, Step } from './plan.ts';

/** How one service gets to the new image, and from what. */
export interface Move {
  readonly steps: readonly [RecreateStep, AwaitHealthyStep];
  /** The image that it runs, which must be named again to come back. */
  readonly oldImageId: string;
}

/**
 * The old image gets its name back, then Compose replaces the containers again: so the user's next `docker compose up`
 * finds the old one, too. Services are taken in the opposite order.
 */
export function planUndo(image: ImageReference, moves: readonly Move[]): readonly Step[] {
  const [first] = moves;
  if (first === undefined) return [];
  const cause = 'the update failed.';
  const source = first.oldImageId;
  return [
    { kind: 'tag', cause, source, target: formatReference(image) },
    ...moves.toReversed().flatMap(({ steps: [recreate, healthy] }): Step[] => [
      { ...recreate, cause, source, from: recreate.to, to: recreate.from },
      { ...healthy, cause },
    ]),
  ];
}

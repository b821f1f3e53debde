import type { ImageReference } from '../image/reference.ts';
import type { ImagePushed } from './event.ts';

/** What a sender announced, once it is known who it is. */
export interface Delivery {
  /** Ours: what the sender is told, and the log and the history call it. */
  readonly deliveryId: string;
  /**
   * The sender's own id, after the receiver's name. `undefined` where it gives none: such a delivery is never taken for
   * the repetition of another.
   */
  readonly senderId: string | undefined;
  /** Each with a tag. */
  readonly images: readonly ImageReference[];
  /** Milliseconds since the Unix epoch. */
  readonly receivedAt: number;
}

/** `duplicate`: one with this id was there within {@link rememberedMs}; `full`: nothing was kept, and it may come again. */
export type Acceptance = 'accepted' | 'duplicate' | 'full';

/**
 * The pushes that were accepted and have no report yet: one for each image, the newest, as a push says no more than that
 * its tag is to be looked at.
 */
export interface Deliveries {
  /** Decided and written in one act; durable when it resolves. */
  accept(delivery: Delivery): Promise<Acceptance>;
  /** It has its report. A newer push of the same image stays. */
  settle(event: ImagePushed): Promise<void>;
  /** In the order they were accepted. */
  pending(): Promise<readonly ImagePushed[]>;
}

/** How long a sender's ids are remembered. GitHub lets a delivery be sent again for three days. */
export const rememberedMs: number = 72 * 3_600_000;

/** How many images may wait at once, by default. */
export const defaultMaxPending = 1_000;

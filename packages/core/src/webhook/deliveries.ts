import type { ImagePushed } from './event.ts';

/** Deliveries that were accepted and have no report yet: written before the sender is answered. */
export interface Deliveries {
  accept(event: ImagePushed): Promise<void>;
  /** It has its report. */
  settle(deliveryId: string): Promise<void>;
  /** In the order they were accepted. */
  pending(): Promise<readonly ImagePushed[]>;
}

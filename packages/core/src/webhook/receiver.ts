import type { ImageReference } from '../image/reference.ts';

/** Understands one sender's deliveries. Pure: no network, no clock. */
export interface Receiver {
  readonly name: string;
  /**
   * @param body  the parsed JSON, of any shape
   * @throws GopdaterError `DELIVERY_INVALID`; its message names the field
   */
  parse(body: unknown): ParsedDelivery;
}

/** What a delivery says: an image was pushed, or something that gopdater has nothing to do with. */
export type ParsedDelivery =
  | { readonly kind: 'pushed'; readonly owner: string; readonly image: ImageReference }
  | { readonly kind: 'ignored'; readonly reason: string };

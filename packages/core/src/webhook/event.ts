import type { ImageReference } from '../image/reference.ts';

/** A registry says that a tag was pushed. A hint: the registry itself is asked before anything is done. */
export interface ImagePushed {
  readonly deliveryId: string;
  /** Always with a tag. */
  readonly image: ImageReference;
}

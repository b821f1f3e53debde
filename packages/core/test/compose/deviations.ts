/** A case of the corpus that is not read as Compose reads it, on purpose. */
export interface Deviation {
  /** `GROUP/NAME`. */
  readonly case: string;
  readonly why: string;
}

export const deviations: readonly Deviation[] = [];

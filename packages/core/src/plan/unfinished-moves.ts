/**
 * Services that are on their way from one image to another. Written before anything of it is done, so that after a crash
 * it is still known what to come back to.
 */
export interface UnfinishedMoves {
  /** What was begun first counts: a move that is begun again still comes from the same image. */
  begin(move: UnfinishedMove): Promise<void>;
  /** It has arrived, or is back. */
  end(service: MovedService): Promise<void>;
  /** The id of the image that it comes from; `undefined` if it is not on its way. */
  oldImageId(service: MovedService): Promise<string | undefined>;
}

/** A service by the names of its project and its own. */
export interface MovedService {
  readonly project: string;
  readonly service: string;
}

/** One of them. */
export interface UnfinishedMove extends MovedService {
  readonly oldImageId: string;
}

/**
 * Services that are on their way from one image to another. Written before anything of it is done, so that after a crash
 * it is still known what to finish, or to come back to.
 */
export interface UnfinishedMoves {
  /** Takes the place of what was known of the service: who begins a move again says where it came from. */
  begin(move: UnfinishedMove): Promise<void>;
  /** It has arrived, or is back. */
  end(service: MovedService): Promise<void>;
  /** Those on their way, in the order they were begun. */
  list(): Promise<readonly UnfinishedMove[]>;
}

/** A service by the names of its project and its own. */
export interface MovedService {
  readonly project: string;
  readonly service: string;
}

/** One of them. */
export interface UnfinishedMove extends MovedService {
  /** In full, e.g. `docker.io/acme/web:latest`. */
  readonly image: string;
  /** Where it goes to, e.g. `sha256:9f86…`. */
  readonly digest: string;
  /** The id of the image that it comes from. */
  readonly oldImageId: string;
  /** How many containers it had. */
  readonly replicas: number;
  /** Where its tag moves by a variable: the value that it comes from; whoever loads the project with it has the old tag. */
  readonly variable?: OldValue | undefined;
}

/** What an env file said before a move began. */
export interface OldValue {
  /** Absolute. */
  readonly file: string;
  readonly name: string;
  readonly value: string;
}

/** The steps of the rollout that runs: each is written down before it is done. */
export interface Journal {
  /** Begins a new record if the last has ended. */
  begin(step: string): Promise<void>;
  /** The rollout has ended, one way or the other. */
  end(): Promise<void>;
  /** The steps of a rollout that has not ended, in order: after a crash, where it was. */
  read(): Promise<readonly string[]>;
}

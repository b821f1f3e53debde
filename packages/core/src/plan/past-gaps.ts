import type { MovedService } from './unfinished-moves.ts';

/** What is known of a service's former updates. */
export interface PastGaps {
  /** How long it did not serve in its last update, in milliseconds; `undefined` if that is not known. */
  lastGapMs(service: MovedService): Promise<number | undefined>;
}

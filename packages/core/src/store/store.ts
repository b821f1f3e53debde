import type { ProcessRecords } from '../docker/process-records.ts';
import type { BlockedDigests } from '../plan/blocked-digests.ts';
import type { PastGaps } from '../plan/past-gaps.ts';
import type { Sightings } from '../plan/sightings.ts';
import type { UnfinishedMoves } from '../plan/unfinished-moves.ts';
import type { History } from '../report/history.ts';
import type { Journal } from '../rollout/journal.ts';
import type { RolloutLock } from '../rollout/rollout-lock.ts';
import type { Deliveries } from '../webhook/deliveries.ts';

/** What outlives a deployment. */
export interface Store {
  readonly blocked: BlockedDigests;
  readonly sightings: Sightings;
  readonly unfinished: UnfinishedMoves;
  readonly deliveries: Deliveries;
  readonly history: History;
  readonly journal: Journal;
  readonly gaps: PastGaps;
  readonly processes: ProcessRecords;
  readonly lock: RolloutLock;
  /** Writes what still waits. */
  close(): Promise<void>;
}

export interface StoreOptions {
  /** How many images may wait for their rollout. Default 1_000. */
  readonly maxPending?: number | undefined;
}

import type { BlockedDigests } from '../plan/blocked-digests.ts';
import type { UnfinishedMoves } from '../plan/unfinished-moves.ts';
import type { History } from '../report/history.ts';
import type { Deliveries } from '../webhook/deliveries.ts';

/** What outlives a deployment. */
export interface Store {
  readonly blocked: BlockedDigests;
  readonly unfinished: UnfinishedMoves;
  readonly deliveries: Deliveries;
  readonly history: History;
  close(): void;
}

import type { BlockedDigests } from '../plan/blocked-digests.ts';
import type { History } from '../report/history.ts';

/** What outlives a deployment. */
export interface Store {
  readonly blocked: BlockedDigests;
  readonly history: History;
  close(): void;
}

import type { BlockedDigest } from '../plan/blocked-digests.ts';
import type { HistoryEntry } from '../report/history.ts';
import type { Store } from './store.ts';

/** Forgets everything when the process ends: for tests and examples. */
export function createMemoryStore(): Store {
  const blocked = new Map<string, BlockedDigest>();
  const entries: HistoryEntry[] = [];
  return {
    blocked: {
      reasonFor: async (image, digest) => {
        const found = blocked.get(image);
        return found?.digest === digest ? found.reason : undefined;
      },
      block: async entry => {
        blocked.set(entry.image, entry);
      },
      unblock: async image => blocked.delete(image),
    },
    history: {
      add: async entry => {
        entries.unshift(entry);
      },
      list: async ({ limit }) => entries.slice(0, limit),
    },
    close() {},
  };
}

import type { BlockedDigest } from '../plan/blocked-digests.ts';
import type { MovedService } from '../plan/unfinished-moves.ts';
import type { HistoryEntry } from '../report/history.ts';
import type { ImagePushed } from '../webhook/event.ts';
import type { Store } from './store.ts';

/** Forgets everything when the process ends: for tests and examples. */
export function createMemoryStore(): Store {
  const blocked = new Map<string, BlockedDigest>();
  const entries: HistoryEntry[] = [];
  const moves = new Map<string, string>();
  const pending = new Map<string, ImagePushed>();
  const keyOf = ({ project, service }: MovedService) => `${project}/${service}`;
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
    unfinished: {
      begin: async ({ oldImageId, ...service }) => {
        if (!moves.has(keyOf(service))) moves.set(keyOf(service), oldImageId);
      },
      end: async service => {
        moves.delete(keyOf(service));
      },
      oldImageId: async service => moves.get(keyOf(service)),
    },
    deliveries: {
      accept: async event => {
        pending.set(event.deliveryId, event);
      },
      settle: async deliveryId => {
        pending.delete(deliveryId);
      },
      pending: async () => [...pending.values()],
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

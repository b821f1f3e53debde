import type { BlockedDigest } from '../plan/blocked-digests.ts';
import type { MovedService, UnfinishedMove } from '../plan/unfinished-moves.ts';
import type { HistoryEntry } from '../report/history.ts';
import type { ImagePushed } from '../webhook/event.ts';
import { lastGapMs } from './past-gaps.ts';
import type { Store } from './store.ts';

/** Forgets everything when the process ends: for tests and examples. */
export function createMemoryStore(): Store {
  const blocked = new Map<string, BlockedDigest>();
  const entries: HistoryEntry[] = [];
  const moves = new Map<string, UnfinishedMove>();
  let steps: string[] = [];
  let isLocked = false;
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
      begin: async move => {
        const { oldImageId, replicas } = moves.get(keyOf(move)) ?? move;
        moves.set(keyOf(move), { ...move, oldImageId, replicas });
      },
      end: async service => {
        moves.delete(keyOf(service));
      },
      list: async () => [...moves.values()],
    },
    journal: {
      begin: async step => {
        steps.push(step);
      },
      end: async () => {
        steps = [];
      },
      read: async () => steps,
    },
    processes: { begin: async () => {}, end: async () => {}, list: async () => [] },
    lock: {
      tryAcquire: () => {
        if (isLocked) return undefined;
        isLocked = true;
        return () => {
          isLocked = false;
        };
      },
    },
    gaps: { lastGapMs: async service => lastGapMs(entries, service) },
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

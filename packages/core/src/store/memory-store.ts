import type { BlockedDigest } from '../plan/blocked-digests.ts';
import type { MovedService, UnfinishedMove } from '../plan/unfinished-moves.ts';
import type { HistoryEntry } from '../report/history.ts';
import { defaultMaxPending } from '../webhook/deliveries.ts';
import { createMemoryDeliveries } from './memory-deliveries.ts';
import { lastGapMs } from './past-gaps.ts';
import type { Store, StoreOptions } from './store.ts';

/** Forgets everything when the process ends: for tests and examples. */
export function createMemoryStore({ maxPending = defaultMaxPending }: StoreOptions = {}): Store {
  const blocked = new Map<string, BlockedDigest>();
  const blockKey = (image: string, digest: string) => `${image}@${digest}`;
  const seen = new Map<string, number>();
  const entries: HistoryEntry[] = [];
  const moves = new Map<string, UnfinishedMove>();
  let steps: string[] = [];
  let isLocked = false;
  const keyOf = ({ project, service }: MovedService) => `${project}/${service}`;
  return {
    blocked: {
      reasonFor: async (image, digest) => blocked.get(blockKey(image, digest))?.reason,
      block: async entry => {
        blocked.set(blockKey(entry.image, entry.digest), entry);
      },
      unblock: async (image, digest) => {
        const those = [...blocked].filter(([, one]) => one.image === image && (digest ?? one.digest) === one.digest);
        for (const [key] of those) blocked.delete(key);
        return those.length > 0;
      },
    },
    sightings: {
      see: async (repository, digest, at) => {
        const key = `${repository}@${digest}`;
        const firstSeenAt = seen.get(key) ?? at;
        seen.set(key, firstSeenAt);
        return firstSeenAt;
      },
    },
    unfinished: {
      begin: async move => {
        moves.set(keyOf(move), move);
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
    deliveries: createMemoryDeliveries({ maxPending }),
    history: {
      add: async entry => {
        entries.unshift(entry);
      },
      list: async ({ limit }) => entries.slice(0, limit),
    },
    close: async () => {},
  };
}

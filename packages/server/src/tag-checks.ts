import { randomUUID } from 'node:crypto';
import {
  type Clock,
  type DeploymentReport,
  formatReference,
  type ImagePushed,
  type ImageReference,
  pollTags,
  type Registry,
  type Store,
  tagsOf,
  type WatchedProject,
  type WatchedTagsDependencies,
  watchedTags,
} from '@gopdater/core';
import type { Logger } from './log.ts';

/** Looks at tags without a hook: hooks get lost, and some registries send none. Each look ends in the flow of a hook. */
export interface TagChecks {
  /** Looks at every watched tag, once; of these projects, if they were just read. Resolves when all are in the queue. */
  checkAll(watched?: readonly WatchedProject[]): Promise<void>;
  /** Looks at those that are to be polled, first of these projects, until {@link TagChecks.stop}. */
  poll(watched: readonly WatchedProject[]): Promise<void>;
  /**
   * Whom a report is for. A look of ours that finds nothing to do is for nobody; one that only says why, as it would at each
   * start, is for the log; all others are for the history, too.
   */
  audienceOf(report: DeploymentReport): 'nobody' | 'log' | 'history';
  stop(): void;
}

export interface TagChecksDependencies extends Omit<WatchedTagsDependencies, 'signal'> {
  readonly registry: Registry;
  readonly store: Pick<Store, 'deliveries'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly submit: (event: ImagePushed) => Promise<DeploymentReport>;
}

const prefix = 'check-';

export function createTagChecks(dependencies: TagChecksDependencies): TagChecks {
  const { store, log, submit } = dependencies;
  const life = new AbortController();
  const { signal } = life;
  const check = async (image: ImageReference) => {
    const name = formatReference(image);
    const isInLine = (await store.deliveries.pending()).some(pending => formatReference(pending.image) === name);
    // Taking its place would leave its delivery without a report.
    return isInLine ? undefined : await submit({ deliveryId: prefix + randomUUID(), image });
  };
  return {
    checkAll: async watched => {
      try {
        const tags = watched ? tagsOf(watched) : await watchedTags({ ...dependencies, signal });
        for (const { image } of tags.values()) void check(image);
      } catch (err) {
        log.warn({ err }, 'The watched tags could not be looked at.');
      }
    },
    poll: async watched =>
      await pollTags({
        ...dependencies,
        tags: tagsOf(watched, dependencies.defaults),
        submit: check,
        onTrouble: err => log.warn({ err }, 'A tag could not be looked at; it is tried again.'),
        signal,
      }),
    audienceOf: ({ deliveryId, outcome }) => {
      if (!deliveryId.startsWith(prefix)) return 'history';
      if (outcome === 'refused' || outcome === 'waiting') return 'log';
      return outcome === 'up-to-date' || outcome === 'left-alone' ? 'nobody' : 'history';
    },
    stop: () => life.abort(),
  };
}

import { type Clock, type Engine, formatReference, type ImagePushed, parseReference, type Store } from '@gopdater/core';
import type { Logger } from './log.ts';

/** Submits again what was accepted or begun and is not done. */
export interface TakeUp {
  /**
   * What an earlier process has left.
   *
   * @param options.isAlone  false while another process rolls out: what that one has begun is its own to finish
   */
  atStart(options: { readonly isAlone: boolean }): Promise<void>;
  /** This delivery failed as the engine was away: it is submitted again once that answers, and what was begun with it. */
  whenBack(deliveryId: string): void;
  /** Waits no more. */
  stop(): void;
}

export interface TakeUpDependencies {
  readonly engine: Pick<Engine, 'version'>;
  readonly store: Pick<Store, 'deliveries' | 'unfinished'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly submit: (event: ImagePushed) => void;
}

/** How long the first wait for the engine is; each is twice the last, up to the longest. */
const firstWaitMs = 1_000;
const longestWaitMs = 60_000;

export function createTakeUp({ engine, store, clock, log, submit }: TakeUpDependencies): TakeUp {
  const life = new AbortController();
  const { signal } = life;
  const failed = new Set<string>();
  const submitAll = async (pending: readonly ImagePushed[], options: { readonly withMoves: boolean }) => {
    const moves = options.withMoves ? await unfinishedPushes(store, pending) : [];
    for (const event of [...pending, ...moves]) submit(event);
  };
  const waitForEngine = async () => {
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(2 * waitMs, longestWaitMs)) {
      await clock.sleep(waitMs, { signal });
      if (signal.aborted) return;
      if ((await engine.version({ signal }).catch(() => undefined)) !== undefined) break;
    }
    const pending = (await store.deliveries.pending()).filter(({ deliveryId }) => failed.has(deliveryId));
    failed.clear();
    if (signal.aborted) return;
    log.info({}, 'The engine answers again: taking up what it was away for.');
    await submitAll(pending, { withMoves: true });
  };
  return {
    atStart: async ({ isAlone }) => {
      const pending = await store.deliveries.pending();
      if (pending.length > 0) log.info({}, `Taking up what was accepted before the last end: ${pending.length}.`);
      await submitAll(pending, { withMoves: isAlone });
    },
    whenBack: deliveryId => {
      const isWaiting = failed.size > 0;
      failed.add(deliveryId);
      if (isWaiting || signal.aborted) return;
      log.warn({}, 'The engine is away: what it was needed for is taken up when it answers again.');
      void waitForEngine().catch((err: unknown) =>
        log.error({ err }, 'What the engine was away for waits for a start.'),
      );
    },
    stop: () => life.abort(),
  };
}

/** Moves that no delivery stands for, as a person began them, are finished, too. */
async function unfinishedPushes(
  { unfinished }: Pick<Store, 'unfinished'>,
  pending: readonly ImagePushed[],
): Promise<readonly ImagePushed[]> {
  const names = new Set(pending.map(({ image }) => formatReference(image)));
  const images = new Set((await unfinished.list()).map(({ image }) => image).filter(image => !names.has(image)));
  return [...images].map(image => ({ deliveryId: `unfinished ${image}`, image: parseReference(image) }));
}

import { type Clock, formatStep, type PulledBytes } from '@gopdater/core';
import type { Logger } from '../log.ts';
import { formatBytes, formatPulled, shareOf } from './format-amount.ts';
import type { StepsView } from './steps-view.ts';

/** A pull that goes on is mentioned this often, */
const everyMs = 10_000;
/** and at each quarter, if it is not that fast. */
const quarterEveryMs = 2_000;

/** A pull, and what was said of it last. */
interface Mentioned {
  readonly startedAt: number;
  readonly at: number;
  readonly quarter: number;
}

/** Steps as sentences in the log; what Compose prints is for debugging. */
export function createStepLog({ log, clock }: { readonly log: Logger; readonly clock: Clock }): StepsView {
  let mentioned: Mentioned = { startedAt: 0, at: 0, quarter: 0 };

  const mentionPull = (bytes: PulledBytes) => {
    if (bytes.total === 0) return;
    const now = clock.now();
    const { startedAt, at, quarter } = mentioned;
    const next = quarterOf(bytes);
    const isDue = now - at >= everyMs || (next > quarter && now - at >= quarterEveryMs);
    if (!isDue) return;
    mentioned = { startedAt, at: now, quarter: Math.max(quarter, next) };
    log.info({}, formatMention(bytes, (now - startedAt) / 1000));
  };

  return {
    onPlan() {},
    onStep: ({ step, state, line, progress }) => {
      if (state === 'started') {
        const now = clock.now();
        mentioned = { startedAt: now, at: now, quarter: 0 };
        log.info({}, `Begins: ${formatStep(step)}.`);
      }
      if (line !== undefined) log.debug({}, line);
      if (progress !== undefined) mentionPull(progress);
    },
    end() {},
  };
}

function quarterOf({ current, total }: PulledBytes): number {
  return total === undefined ? 0 : Math.floor(shareOf({ current, total }) * 4);
}

/** e.g. `Pulled 12.3 MB of 45.6 MB (27 %) after 10 s, 1.2 MB/s.` */
function formatMention(bytes: PulledBytes, seconds: number): string {
  const { current, total } = bytes;
  const after = `after ${Math.round(seconds)} s`;
  if (current === total) return `Pulled all ${formatBytes(current)} ${after}; the engine unpacks them.`;
  return `Pulled ${formatPulled(bytes)} ${after}, ${formatBytes(current / seconds)}/s.`;
}

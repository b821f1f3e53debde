import type { Clock } from '@gopdater/core';
import type { Logger } from '../log.ts';
import { formatFrame, formatRow } from './format-rows.ts';
import { rowsOf, type StepRow, withProgress } from './step-row.ts';
import type { StepsView } from './steps-view.ts';
import type { Terminal } from './terminal.ts';

/** How often the seconds go on. */
const tickMs = 100;

/** Steps as lines of a terminal that change; they stay when the rollout is over. */
export function createLiveSteps({
  terminal,
  log,
  clock,
}: {
  readonly terminal: Terminal;
  readonly log: Logger;
  readonly clock: Clock;
}): StepsView {
  const { hasColor } = terminal;
  let rows: readonly StepRow[] = [];
  let ticking: AbortController | undefined;

  const draw = () => terminal.show(size => formatFrame(rows, size, { now: clock.now(), hasColor }));
  const tick = async (signal: AbortSignal) => {
    while (!signal.aborted) {
      draw();
      await clock.sleep(tickMs, { signal });
    }
  };
  const begin = () => {
    if (ticking !== undefined) return;
    ticking = new AbortController();
    void tick(ticking.signal);
  };

  return {
    onPlan: plan => {
      rows = rowsOf(plan);
      if (rows.length > 0) begin();
    },
    onStep: progress => {
      rows = withProgress(rows, progress, clock.now());
      begin();
      if (progress.state !== 'running') draw();
      else if (progress.line !== undefined) log.debug({}, progress.line);
    },
    end: () => {
      ticking?.abort();
      ticking = undefined;
      terminal.show(undefined);
      const now = clock.now();
      if (rows.length > 0) terminal.print(rows.map(row => formatRow(row, { now, hasColor })).join('\n'));
      rows = [];
    },
  };
}

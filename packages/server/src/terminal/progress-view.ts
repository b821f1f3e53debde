import { type Clock, type DeploymentReport, formatReport, type Plan, type StepProgress } from '@gopdater/core';
import type { Logger } from '../log.ts';
import { createLiveSteps } from './live-steps.ts';
import { createStepLog } from './step-log.ts';
import type { Terminal } from './terminal.ts';

/** Where the rollout that runs is seen. Its functions are callbacks of `createUpdater` and `deploy`. */
export interface ProgressView {
  readonly onPlan: (plan: Pick<Plan, 'steps'>) => void;
  readonly onStep: (progress: StepProgress) => void;
  /** Ends what is shown of the steps and says the report. */
  readonly done: (report: DeploymentReport) => void;
  /** Ends it without a report, if nothing else did. */
  readonly end: () => void;
}

/** What a view writes to. */
export interface ProgressViewOptions {
  /** Default: none, and all goes to the log. */
  readonly terminal?: Terminal | undefined;
  /** Should write to the same terminal, above what changes there. */
  readonly log: Logger;
  readonly clock: Clock;
}

/**
 * Shows a rollout as it goes: on a terminal whose lines can change a line for each step, which stay when it has ended; else
 * lines in the log, for a long pull one about each 10 seconds. Then the report, in the log.
 */
export function createProgressView({ terminal, log, clock }: ProgressViewOptions): ProgressView {
  const steps = terminal?.isLive ? createLiveSteps({ terminal, log, clock }) : createStepLog({ log, clock });
  return {
    ...steps,
    done: report => {
      // One that never had its turn says nothing of the one that runs.
      if (report.outcome !== 'superseded') steps.end();
      logReport(report, log);
    },
  };
}

/** A push that was merged with a newer one is no news: there may be many. */
const levels: Readonly<Partial<Record<DeploymentReport['outcome'], keyof Logger>>> = {
  ...{ failed: 'error', 'rolled-back': 'error', refused: 'error' },
  superseded: 'debug',
};

function logReport(report: DeploymentReport, log: Logger): void {
  const { deliveryId, image, outcome } = report;
  const level = levels[outcome] ?? 'info';
  log[level]({ deliveryId, image, outcome }, formatReport(report));
}

import { type DeploymentReport, formatReport, formatStep, type StepProgress } from '@gopdater/core';
import type { Logger } from './log.ts';

export function logStep({ step, state, line }: StepProgress, log: Logger): void {
  if (state === 'started') log.info({}, `Begins: ${formatStep(step)}.`);
  if (state === 'running') log.debug({}, line ?? '');
}

export function logReport(report: DeploymentReport, log: Logger): void {
  const { deliveryId, image, outcome } = report;
  const level = ['failed', 'rolled-back', 'refused'].includes(outcome) ? 'error' : 'info';
  log[level]({ deliveryId, image, outcome }, formatReport(report));
}

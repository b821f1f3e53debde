import type { Plan, StepProgress } from '@gopdater/core';

/** Where the steps of one rollout after the other are seen. */
export interface StepsView {
  readonly onPlan: (plan: Pick<Plan, 'steps'>) => void;
  readonly onStep: (progress: StepProgress) => void;
  /** The rollout is over. */
  readonly end: () => void;
}

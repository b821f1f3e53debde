import type { CallOptions } from '../../docker/engine.ts';
import { GopdaterError } from '../../errors.ts';
import type { SelfUpdateStep } from '../../plan/step.ts';

/** Starts a helper container that updates gopdater's own service and ends by itself. */
export type StartSelfUpdate = (step: SelfUpdateStep, options: SelfUpdateContext) => Promise<void>;

export interface SelfUpdateContext extends CallOptions {
  /** Of the push; the helper's report has it, too. */
  readonly deliveryId?: string | undefined;
}

/** @throws GopdaterError `ROLLOUT_FAILED` when nobody can, and the engine's */
export async function runSelfUpdate(
  step: SelfUpdateStep,
  { selfUpdate, deliveryId, signal }: SelfUpdateContext & { readonly selfUpdate?: StartSelfUpdate | undefined },
): Promise<void> {
  if (selfUpdate === undefined) {
    throw new GopdaterError('ROLLOUT_FAILED', 'There is nobody to update gopdater itself.', {
      hint: 'Run “docker compose up -d” yourself.',
    });
  }
  await selfUpdate(step, { deliveryId, signal });
}

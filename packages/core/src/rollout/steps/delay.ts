import type { CallOptions } from '../../docker/engine.ts';
import { GopdaterError } from '../../errors.ts';
import type { DelayStep } from '../../plan/step.ts';
import type { Clock } from '../../time.ts';

/** @throws GopdaterError `ABORTED` */
export async function runDelay(
  { ms }: DelayStep,
  { clock, signal }: CallOptions & { readonly clock: Clock },
): Promise<void> {
  await clock.sleep(ms, { signal });
  if (signal?.aborted) throw new GopdaterError('ABORTED', 'The delay between replicas was stopped.');
}

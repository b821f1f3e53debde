import type { EngineClock } from '../clock/engine-clock.ts';
import { EngineError, NoAnswerError } from '../errors.ts';
import type { Fault, RestartOptions } from './faults.ts';

export interface RequestContext {
  readonly clock: EngineClock;
  /** Comes when the client has left, or the connection was cut. */
  readonly signal: AbortSignal;
  readonly restart: (options: RestartOptions) => void;
}

/**
 * What becomes of a request: its fault, if it meets one, else what the daemon does. What breaks off an answer that has
 * begun is up to who gives it: see `LineFault`.
 *
 * Never settles for an answer that never comes.
 *
 * @throws EngineError if the daemon refuses
 * @throws NoAnswerError if the connection is cut
 */
export async function meetFault<T>(
  fault: Fault | undefined,
  act: () => T | Promise<T>,
  { clock, signal, restart }: RequestContext,
): Promise<T> {
  if (fault === undefined || 'afterLines' in fault) return await act();
  if ('status' in fault) throw new EngineError(fault.status, fault.message ?? 'fault injected');
  if ('hold' in fault) await Promise.allSettled([fault.hold]);
  if ('slowMs' in fault) await clock.sleep(fault.slowMs, { signal });
  if ('hold' in fault || 'slowMs' in fault) {
    signal.throwIfAborted();
    return await act();
  }
  if (fault.when === 'after') await actUnheard(act);
  if ('hang' in fault) return await new Promise<never>(() => {});
  if ('restart' in fault) restart(fault.restart);
  throw new NoAnswerError('error during connect: the connection was closed: EOF');
}

/** Whatever the answer is, it is lost. */
async function actUnheard(act: () => unknown): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
  }
}

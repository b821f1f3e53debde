import type { Clock } from '../time.ts';
import type { CallOptions, Engine } from './engine.ts';

/** How long the engine may be away, as when it is restarted, before that is an error. */
const graceMs = 60_000;
const pollMs = 500;
/** An engine that goes away again each time is brought down by the work itself, perhaps. */
const mostReturns = 5;

/** What may go well the next time, as the engine was busy, or was stopped under Compose. */
const worthASecondTry: ReadonlySet<unknown> = new Set([
  'COMPOSE_FAILED',
  'COMPOSE_TIMEOUT',
  'ENGINE_FAILED',
  'ENGINE_TIMEOUT',
  'PULL_FAILED',
]);

/**
 * Does work that can be done again from halfway: each time that the engine is back after it was away for a moment, and a
 * second time when it refused, or did not answer.
 *
 * @param work  is told whether the engine was away: it may have stopped containers
 */
export async function outlast<T>(
  work: (wasAway: boolean) => Promise<T>,
  dependencies: CallOptions & { readonly engine: Engine; readonly clock: Clock },
): Promise<T> {
  let returns = 0;
  for (let isSecond = false; ; ) {
    try {
      return await work(returns > 0);
    } catch (error) {
      const isAway = codeOf(error) === 'ENGINE_UNREACHABLE';
      const hasATry = isAway ? returns < mostReturns : worthASecondTry.has(codeOf(error)) && !isSecond;
      if (dependencies.signal?.aborted || !hasATry) throw error;
      if (isAway) returns += 1;
      else isSecond = true;
      if (!(await isBack(dependencies))) throw error;
    }
  }
}

/** @returns false when the engine is away for too long */
async function isBack({
  engine,
  clock,
  signal,
}: CallOptions & { readonly engine: Engine; readonly clock: Clock }): Promise<boolean> {
  const startedAt = clock.now();
  while (!signal?.aborted && clock.now() - startedAt < graceMs) {
    await clock.sleep(pollMs, { signal });
    const answer = await engine.version({ signal }).catch(() => undefined);
    if (answer !== undefined) return true;
  }
  return false;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

import type { Clock } from '../time.ts';
import type { CallOptions, Engine } from './engine.ts';

/** How long the engine may be away, as when it is restarted, before that is an error. */
const graceMs = 60_000;
const pollMs = 500;

/** What may go well the next time, as the engine was busy, or was stopped under Compose. */
const worthASecondTry: ReadonlySet<unknown> = new Set(['COMPOSE_FAILED', 'ENGINE_FAILED', 'PULL_FAILED']);

/**
 * Does work that can be done again from halfway: for as long as the engine is away for a moment, and a second time when
 * it refused.
 */
export async function outlast<T>(
  work: () => Promise<T>,
  { engine, clock, signal }: CallOptions & { readonly engine: Engine; readonly clock: Clock },
): Promise<T> {
  let seenAt = clock.now();
  for (let isSecond = false; ; ) {
    try {
      return await work();
    } catch (error) {
      const isAway = codeOf(error) === 'ENGINE_UNREACHABLE';
      const isRefusal = worthASecondTry.has(codeOf(error));
      if (signal?.aborted || (!isAway && !isRefusal) || (isRefusal && isSecond)) throw error;
      isSecond ||= isRefusal;
      if (!isAway) seenAt = clock.now();
      if (!(await isBack(seenAt, { engine, clock, signal }))) throw error;
    }
  }
}

/** @returns false when the engine has been away for too long */
async function isBack(
  seenAt: number,
  { engine, clock, signal }: CallOptions & { readonly engine: Engine; readonly clock: Clock },
): Promise<boolean> {
  while (!signal?.aborted && clock.now() - seenAt < graceMs) {
    await clock.sleep(pollMs, { signal });
    const answer = await engine.version({ signal }).catch(() => undefined);
    if (answer !== undefined) return true;
  }
  return false;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

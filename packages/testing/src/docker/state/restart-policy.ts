import type { RestartPolicy } from './container-spec.ts';

/** How a container has ended. */
export interface ContainerEnd {
  readonly exitCode: number;
  readonly ranMs: number;
  /** How often it was started again before. */
  readonly restartCount: number;
  /** How long the engine waited before the last time. */
  readonly lastDelayMs: number;
}

const firstDelayMs = 100;
const longestDelayMs = 60_000;
/** What has run this long begins with the shortest delay again. */
const stableMs = 10_000;

/**
 * How long the engine waits before it starts the container again; `undefined` if it does not.
 *
 * @see moby, `restartmanager`
 */
export function restartDelayMs(
  policy: RestartPolicy,
  { exitCode, ranMs, restartCount, lastDelayMs }: ContainerEnd,
): number | undefined {
  if (!wantsRestart(policy, { exitCode, restartCount })) return undefined;
  if (ranMs >= stableMs || lastDelayMs === 0) return firstDelayMs;
  return Math.min(2 * lastDelayMs, longestDelayMs);
}

/** True for what the daemon starts when it starts itself. @param isStopped  by a client */
export function startsWithDaemon(
  policy: RestartPolicy,
  { exitCode, restartCount, isStopped }: { exitCode: number; restartCount: number; isStopped: boolean },
): boolean {
  return wantsRestart(policy, { exitCode, restartCount }) && !(policy.name === 'unless-stopped' && isStopped);
}

function wantsRestart(
  { name, maxRetries }: RestartPolicy,
  { exitCode, restartCount }: { exitCode: number; restartCount: number },
): boolean {
  if (name === 'always' || name === 'unless-stopped') return true;
  return name === 'on-failure' && exitCode !== 0 && (maxRetries === 0 || restartCount < maxRetries);
}

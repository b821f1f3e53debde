import type { ContainerDetails } from '../docker/engine.ts';

/** What is known of a service's containers by looking at them once. */
export type Verdict =
  /** All run, and all that have a health check are healthy. */
  | { readonly kind: 'good' }
  /** At least one health check has not decided yet. */
  | { readonly kind: 'starting' }
  /** This one has failed; waiting cannot mend it. */
  | { readonly kind: 'bad'; readonly container: ContainerDetails; readonly reason: string };

/**
 * Judges the containers of one service after they were replaced.
 *
 * A container that has ended, or that the engine had to start again, is bad whatever its health check says.
 */
export function judge(containers: readonly ContainerDetails[]): Verdict {
  for (const container of containers) {
    const reason = failureOf(container);
    if (reason !== undefined) return { kind: 'bad', container, reason };
  }
  return { kind: containers.some(({ health }) => health?.status === 'starting') ? 'starting' : 'good' };
}

function failureOf({ state, exitCode, restartCount, health }: ContainerDetails): string | undefined {
  if (state === 'restarting' || restartCount > 0) return `crashed with exit code ${exitCode} and was started again`;
  if (state === 'exited' || state === 'dead') return `ended with exit code ${exitCode}`;
  if (state !== 'running') return `is ${state}`;
  if (health?.status !== 'unhealthy') return undefined;
  return health.output === '' ? 'is unhealthy' : `is unhealthy: ${health.output}`;
}

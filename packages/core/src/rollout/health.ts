import type { ContainerDetails } from '../docker/engine.ts';

/** What is known of a service's containers by looking at them. */
export interface Verdict {
  /** These have failed; waiting cannot mend them. */
  readonly bad: readonly BadContainer[];
  /** True while the health check of one has not decided yet. */
  readonly isStarting: boolean;
}

/** One that has failed, and how, in words. */
export interface BadContainer {
  readonly container: ContainerDetails;
  readonly reason: string;
}

export interface JudgeOptions {
  /** How often each container had been started again when it was first looked at, by its id. */
  readonly restartsBefore: ReadonlyMap<string, number>;
  /** True for what runs to its end: then an end with exit code 0 is good. */
  readonly mayEnd: boolean;
}

/**
 * Judges the containers of one service after they were replaced.
 *
 * A container that has ended, or that the engine had to start again, is bad whatever its health check says.
 */
export function judge(containers: readonly ContainerDetails[], options: JudgeOptions): Verdict {
  const bad: BadContainer[] = [];
  let isStarting = false;
  for (const container of containers) {
    const reason = failureOf(container, options);
    if (reason !== undefined) bad.push({ container, reason });
    else if (container.health?.status === 'starting') isStarting = true;
  }
  return { bad, isStarting };
}

function failureOf(container: ContainerDetails, { restartsBefore, mayEnd }: JudgeOptions): string | undefined {
  const { id, state, exitCode, restartCount, health } = container;
  if (state === 'restarting') return `crashed with exit code ${exitCode} and is started again`;
  if (restartCount > (restartsBefore.get(id) ?? 0)) return 'crashed and was started again';
  if (state === 'exited' && exitCode === 0 && mayEnd) return undefined;
  if (state === 'exited' || state === 'dead') return `ended with exit code ${exitCode}`;
  if (state !== 'running') return `is ${state}`;
  if (health?.status !== 'unhealthy') return undefined;
  return health.output === '' ? 'is unhealthy' : `is unhealthy: ${health.output}`;
}

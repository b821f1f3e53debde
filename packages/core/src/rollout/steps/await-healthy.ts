import { composeLabels } from '../../docker/compose-labels.ts';
import type { CallOptions, ContainerDetails, Engine } from '../../docker/engine.ts';
import { GopdaterError } from '../../errors.ts';
import type { AwaitHealthyStep } from '../../plan/plan.ts';
import { containersOf } from '../../plan/service-containers.ts';
import type { Clock } from '../../time.ts';
import { judge } from '../health.ts';

type Dependencies = CallOptions & { readonly engine: Engine; readonly clock: Clock };

/** An event wakes us at once; this is for those that get lost. */
const pollMs = 1_000;
/** How long the engine may be away. */
const engineGraceMs = 60_000;
const shownLogLines = 10;

/**
 * Waits until a service's containers are healthy, or have stayed up where they have no health check.
 *
 * @throws GopdaterError `UNHEALTHY`, with the last lines that the container printed; and the engine's
 */
export async function runAwaitHealthy(step: AwaitHealthyStep, { engine, clock, signal }: Dependencies): Promise<void> {
  const stop = new AbortController();
  signal?.addEventListener('abort', () => stop.abort(), { signal: stop.signal });
  const nextEvent = watch(step, engine, stop.signal);
  const startedAt = clock.now();
  try {
    let heard = nextEvent();
    let slept: Promise<boolean> | undefined;
    let seenAt = startedAt;
    const restartsBefore = new Map<string, number>();
    for (;;) {
      const containers = await inspectAll(step, { engine, signal }).catch((error: unknown) => {
        // The engine may be back in a moment; what it runs goes on.
        if (codeOf(error) === 'ENGINE_UNREACHABLE' && clock.now() - seenAt < engineGraceMs) return undefined;
        throw error;
      });
      const waitedMs = clock.now() - startedAt;
      let restMs = pollMs;
      if (containers !== undefined) {
        seenAt = clock.now();
        for (const { id, restartCount } of containers) {
          if (!restartsBefore.has(id)) restartsBefore.set(id, restartCount);
        }
        const verdict = judge(containers, { restartsBefore, mayEnd: step.mayEnd });
        if (verdict.kind === 'bad') throw await unhealthy(verdict, { engine, signal });
        if (verdict.kind === 'starting' && waitedMs >= step.timeoutMs) throw tooSlow(step);
        const neededMs = containers.every(({ health }) => health !== undefined) ? step.monitorMs : step.stayUpMs;
        const hasEnded = containers.every(({ state }) => state === 'exited');
        if (verdict.kind === 'good' && (waitedMs >= neededMs || hasEnded)) return;
        restMs = verdict.kind === 'good' ? neededMs - waitedMs : step.timeoutMs - waitedMs;
      }
      slept ??= clock.sleep(Math.min(pollMs, restMs), { signal: stop.signal }).then(() => false);
      if (await Promise.race([heard, slept])) heard = nextEvent();
      else slept = undefined;
      if (signal?.aborted) throw new GopdaterError('ABORTED', 'Waiting for health was stopped.');
    }
  } finally {
    stop.abort();
  }
}

/**
 * Gives a function whose promise is true with the next event that may change the verdict, and stays open once the stream
 * has broken. Each probe of a health check makes three events of its own: those change nothing.
 */
function watch(step: AwaitHealthyStep, engine: Engine, signal: AbortSignal): () => Promise<boolean> {
  const labels = [`${composeLabels.project}=${step.project.name}`, `${composeLabels.service}=${step.service}`];
  const events = engine.watchContainers({ labels }, { signal })[Symbol.asyncIterator]();
  const never = new Promise<boolean>(() => {});
  return async () => {
    try {
      for (let next = await events.next(); next.done !== true; next = await events.next()) {
        if (!next.value.action.startsWith('exec_')) return true;
      }
      return await never;
    } catch {
      return await never;
    }
  };
}

async function inspectAll(
  { project, service }: AwaitHealthyStep,
  { engine, signal }: CallOptions & { readonly engine: Engine },
): Promise<readonly ContainerDetails[]> {
  const list = await engine.listContainers({ labels: [`${composeLabels.project}=${project.name}`] }, { signal });
  const details = await Promise.all(
    containersOf(list, project.name, service).map(({ id }) => engine.inspectContainer(id, { signal })),
  );
  const found = details.filter(container => container !== undefined);
  if (found.length > 0) return found;
  throw new GopdaterError('UNHEALTHY', `${project.name}/${service} has no container after its update.`);
}

async function unhealthy(
  { container, reason }: { readonly container: ContainerDetails; readonly reason: string },
  { engine, signal }: CallOptions & { readonly engine: Engine },
): Promise<GopdaterError> {
  const lines = await engine.readLogs(container.id, { lines: shownLogLines, signal }).catch(() => []);
  const log = lines.length === 0 ? '' : `\n    ${lines.join('\n    ')}`;
  return new GopdaterError('UNHEALTHY', `${container.name} ${reason}.${log}`);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function tooSlow({ project, service, timeoutMs }: AwaitHealthyStep): GopdaterError {
  const seconds = timeoutMs / 1000;
  return new GopdaterError('UNHEALTHY', `${project.name}/${service} was not healthy after ${seconds} s.`);
}

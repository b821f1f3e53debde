import { composeLabels } from '../../docker/compose-labels.ts';
import type { CallOptions, ContainerDetails, Engine } from '../../docker/engine.ts';
import { GopdaterError } from '../../errors.ts';
import type { AwaitHealthyStep } from '../../plan/step.ts';
import type { Clock } from '../../time.ts';
import { type BadContainer, judge } from '../health.ts';
import type { RunProbe } from '../probe.ts';
import { readService, surprise } from '../service-containers.ts';
import { wasStopped } from '../was-stopped.ts';

type Dependencies = CallOptions & {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly probe: RunProbe;
  readonly onLine: (line: string) => void;
};

/** An event wakes us at once; this is for those that get lost. */
const pollMs = 1_000;
/** Nobody tells us when a container would answer. */
const probeMs = 250;
const shownLogLines = 10;

/**
 * Waits until those of a service's containers that run the image are healthy, or have stayed up where they have no
 * health check.
 *
 * @throws GopdaterError `UNHEALTHY`, with the last lines that the container printed; and the engine's
 */
export async function runAwaitHealthy(step: AwaitHealthyStep, dependencies: Dependencies): Promise<void> {
  const { engine, clock, signal, onLine } = dependencies;
  const stop = new AbortController();
  signal?.addEventListener('abort', () => stop.abort(), { signal: stop.signal });
  const nextEvent = watch(step, engine, stop.signal);
  const startedAt = clock.now();
  try {
    let heard = nextEvent();
    let slept: Promise<boolean> | undefined;
    /** Since when all is good. */
    let goodAt: number | undefined;
    const restartsBefore = new Map<string, number>();
    for (;;) {
      const containers = await inspectAll(step, dependencies);
      const now = clock.now();
      for (const { id, restartCount } of containers) {
        if (!restartsBefore.has(id)) restartsBefore.set(id, restartCount);
      }
      const { bad, isStarting } = judge(containers, { restartsBefore, mayEnd: step.mayEnd });
      const [first] = bad;
      if (bad.length > step.tolerated) throw await failureOf(bad, step, dependencies);
      if (isStarting && now - startedAt >= step.timeoutMs) throw tooSlow(step, containers);
      goodAt = isStarting ? undefined : (goodAt ?? now);
      const neededMs = containers.every(({ health }) => health !== undefined) ? step.monitorMs : step.stayUpMs;
      const watchedMs = now - (goodAt ?? now);
      const hasEnded = containers.every(({ state }) => state === 'exited');
      if (!isStarting && (watchedMs >= neededMs || hasEnded)) {
        if (first !== undefined) onLine(`${first.container.name} ${first.reason}, which is tolerated.`);
        return;
      }
      const restMs = isStarting ? step.timeoutMs - (now - startedAt) : neededMs - watchedMs;
      const longest = step.probe === undefined ? pollMs : probeMs;
      slept ??= clock.sleep(Math.min(longest, Math.max(1, restMs)), { signal: stop.signal }).then(() => false);
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

/** The containers that must prove themselves. */
async function inspectAll(step: AwaitHealthyStep, dependencies: Dependencies): Promise<readonly ContainerDetails[]> {
  const { project, service, count, exempt } = step;
  const { engine, signal } = dependencies;
  const { onImage } = await readService(step, { engine, signal });
  const gone = (left: number) =>
    surprise(
      `${project.name}/${service} has ${left} of ${count === 1 ? '1 container' : `${count} containers`} after its update.`,
    );
  if (onImage.length < count) throw gone(onImage.length);
  const details = await Promise.all(
    onImage.filter(({ id }) => !exempt.includes(id)).map(({ id }) => engine.inspectContainer(id, { signal })),
  );
  const found = details.filter(container => container !== undefined);
  if (found.length < details.length) throw gone(found.length);
  return await Promise.all(found.map(container => withProbe(container, step, dependencies)));
}

/** A container that has not said yet how it is can be asked. */
async function withProbe(
  container: ContainerDetails,
  { probe }: AwaitHealthyStep,
  { probe: run }: Dependencies,
): Promise<ContainerDetails> {
  const isOpen = container.health === undefined || container.health.status === 'starting';
  if (probe === undefined || !isOpen || container.state !== 'running') return container;
  // It has an address in each of its networks, and we may be in one of them only.
  const answers = await Promise.all(container.addresses.map(async address => await run(probe, address)));
  const { isOk, output } = answers.find(answer => answer.isOk) ??
    answers[0] ?? { isOk: false, output: 'it has no address of its own' };
  return { ...container, health: { status: isOk ? 'healthy' : 'starting', output } };
}

/** What somebody else has stopped says nothing against the version. */
async function failureOf(
  bad: readonly BadContainer[],
  { tolerated }: AwaitHealthyStep,
  dependencies: Dependencies,
): Promise<GopdaterError> {
  const stopped = await Promise.all(bad.map(async ({ container }) => await wasStopped(container, dependencies)));
  const guilty = bad.filter((_, index) => !stopped[index]);
  const [first] = guilty;
  if (first !== undefined && guilty.length > tolerated) return await unhealthy(first, dependencies);
  const names = bad.flatMap(({ container }, index) => (stopped[index] ? [container.name] : []));
  return surprise(`${names.join(' and ')} was stopped by somebody else while it was looked at.`);
}

async function unhealthy(
  { container, reason }: BadContainer,
  { engine, signal }: Dependencies,
): Promise<GopdaterError> {
  const lines = await engine.readLogs(container.id, { lines: shownLogLines, signal }).catch(() => []);
  const log = lines.length === 0 ? '' : `\n    ${lines.join('\n    ')}`;
  return new GopdaterError('UNHEALTHY', `${container.name} ${reason}.${log}`);
}

function tooSlow(
  { project, service, timeoutMs }: AwaitHealthyStep,
  containers: readonly ContainerDetails[],
): GopdaterError {
  const output = containers.map(({ health }) => health?.output).find(Boolean);
  const last = output === undefined ? '' : ` The last probe said: ${output}.`;
  const seconds = timeoutMs / 1000;
  return new GopdaterError('UNHEALTHY', `${project.name}/${service} was not healthy after ${seconds} s.${last}`);
}

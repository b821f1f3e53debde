import { numberOf } from '../wire/json.ts';
import { later } from './container-future.ts';
import type { ContainerRecord, Probe } from './container-record.ts';
import { emitContainer } from './containers.ts';
import type { EngineState } from './engine-state.ts';
import { hasHealthcheck, isProbed, setHealth } from './health.ts';
import { probe } from './probe.ts';

const msPerNs = 1e-6;
const keptProbes = 5;
const defaults = { intervalMs: 30_000, timeoutMs: 30_000, startIntervalMs: 5000, retries: 3 };

/** The container's health from its start on: what its image says, or what its health check finds. */
export function startHealthcheck(state: EngineState, container: ContainerRecord): void {
  container.monitor.abort('over');
  container.monitor = new AbortController();
  container.health = hasHealthcheck(container) ? 'starting' : undefined;
  container.probes = [];
  container.failingStreak = 0;
  if (container.health === undefined) return;
  if (isProbed(state, container)) {
    void watch(state, container, container.monitor.signal);
    return;
  }
  const { health, startMs } = container.behaviour;
  for (const { status, afterMs, output } of health ?? [{ status: 'healthy' as const, afterMs: startMs, output: '' }]) {
    later(state, container, afterMs, () => setHealth(state, container, status, output));
  }
}

/** A health check that is not run finds after one interval what it has found last. */
export function resumeHealthcheck(state: EngineState, container: ContainerRecord): void {
  const last = container.probes.at(-1);
  if (!container.monitor.signal.aborted || container.health === undefined || last?.exitCode !== 0) return;
  later(state, container, timesOf(container).intervalMs, () => {
    const isStillSaid = container.state.status === 'running' && container.probes.at(-1) === last;
    if (isStillSaid) setHealth(state, container, 'healthy', last.output);
  });
}

/** The first probe is one interval after the start. @see moby, `daemon/health.go` */
async function watch(state: EngineState, container: ContainerRecord, signal: AbortSignal): Promise<void> {
  const { startedMs = 0 } = container.state;
  const { intervalMs, startIntervalMs, startPeriodMs, timeoutMs } = timesOf(container);
  for (;;) {
    const isStarting = container.health === 'starting' && state.clock.now() - startedMs < startPeriodMs;
    await state.clock.sleep(isStarting ? startIntervalMs : intervalMs, { signal });
    if (signal.aborted) return;
    if (isPaused(container)) continue;
    const result = await probe(state, container, { timeoutMs, signal });
    if (signal.aborted) return;
    if (isPaused(container)) continue;
    judge(state, container, result);
  }
}

/** Nobody waits for what a check finds then. */
function isPaused({ state }: ContainerRecord): boolean {
  return state.status === 'paused';
}

function judge(state: EngineState, container: ContainerRecord, result: Probe): void {
  const { startPeriodMs, retries } = timesOf(container);
  const before = container.health;
  container.probes = [...container.probes, result].slice(-keptProbes);
  const isForgiven = before === 'starting' && result.startMs - (container.state.startedMs ?? 0) < startPeriodMs;
  if (result.exitCode === 0) {
    container.failingStreak = 0;
    container.health = 'healthy';
  } else if (!isForgiven) {
    container.failingStreak += 1;
    if (container.failingStreak >= retries) container.health = 'unhealthy';
  }
  if (container.health !== before) emitContainer(state, container, `health_status: ${container.health}`);
}

/** What is 0 or missing is the engine's default; what the container does not say, its image does. */
function timesOf({ spec, image }: ContainerRecord): typeof defaults & { readonly startPeriodMs: number } {
  const inherited: Readonly<Record<string, unknown>> = { ...image.config.Healthcheck };
  const own = spec.healthcheck?.raw ?? {};
  const value = (name: string): number => numberOf(own[name]) || numberOf(inherited[name]) || 0;
  return {
    intervalMs: value('Interval') * msPerNs || defaults.intervalMs,
    timeoutMs: value('Timeout') * msPerNs || defaults.timeoutMs,
    startIntervalMs: value('StartInterval') * msPerNs || defaults.startIntervalMs,
    startPeriodMs: value('StartPeriod') * msPerNs,
    retries: value('Retries') || defaults.retries,
  };
}

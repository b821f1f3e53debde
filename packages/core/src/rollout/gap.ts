import { composeLabels } from '../docker/compose-labels.ts';
import type { CallOptions, ContainerEvent, Engine } from '../docker/engine.ts';
import type { MovedService } from '../plan/unfinished-moves.ts';

/** Measures for how long a service has no container that serves. */
export interface GapMeter {
  /** Ends the measuring. In milliseconds, by the engine's clock; `undefined` if not all of it was seen. */
  stop(): Promise<number | undefined>;
}

/** Looks which of a service's containers run, and listens to its events from now on. */
export async function createGapMeter(
  { project, service }: MovedService,
  { engine, signal }: CallOptions & { readonly engine: Engine },
): Promise<GapMeter> {
  const labels = [
    `${composeLabels.project}=${project}`,
    `${composeLabels.service}=${service}`,
    `${composeLabels.oneOff}=False`,
  ];
  const listening = new AbortController();
  const events: ContainerEvent[] = [];
  let isCut = false;
  const listen = async () => {
    for await (const event of engine.watchContainers({ labels }, { signal: listening.signal })) events.push(event);
  };
  void listen().catch(() => {
    isCut = true;
  });
  const before = await runningIds(labels, { engine, signal });
  return {
    stop: async () => {
      const after = await runningIds(labels, { engine, signal });
      listening.abort();
      return isCut ? undefined : gapOf(events, before, after);
    },
  };
}

/** `undefined` where the engine does not say. */
async function runningIds(
  labels: readonly string[],
  { engine, signal }: CallOptions & { readonly engine: Engine },
): Promise<ReadonlySet<string> | undefined> {
  try {
    const containers = await engine.listContainers({ labels }, { signal });
    return new Set(containers.filter(({ state }) => state === 'running').map(({ id }) => id));
  } catch {
    return undefined;
  }
}

/**
 * The time in which no container serves. Those that ran before serve; others do once they are healthy, or have started
 * if they have no health check; all until they end. Unknown where none served before, none does now, or events are
 * missing, as who runs in the end is not who they tell of.
 */
function gapOf(
  events: readonly ContainerEvent[],
  before: ReadonlySet<string> | undefined,
  after: ReadonlySet<string> | undefined,
): number | undefined {
  if (before === undefined || before.size === 0 || after === undefined) return undefined;
  const checked = new Set(events.filter(({ action }) => action.startsWith('health_status')).map(({ id }) => id));
  const running = new Set(before);
  const serving = new Set(before);
  let gapMs = 0;
  let since: number | undefined;
  for (const { id, action, at } of events) {
    if (action === 'start') running.add(id);
    if (action === (checked.has(id) ? 'health_status: healthy' : 'start')) serving.add(id);
    if (action === 'die') for (const set of [running, serving]) set.delete(id);
    if (serving.size === 0) since ??= at;
    else if (since !== undefined) {
      gapMs += at - since;
      since = undefined;
    }
  }
  const isWhole = running.size === after.size && [...running].every(id => after.has(id));
  return since === undefined && isWhole ? gapMs : undefined;
}

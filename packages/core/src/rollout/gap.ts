import { composeLabels } from '../docker/compose-labels.ts';
import type { ContainerEvent, Engine } from '../docker/engine.ts';
import type { MovedService } from '../plan/unfinished-moves.ts';

/** Measures for how long a service has no container that serves. */
export interface GapMeter {
  /** Ends the measuring. In milliseconds, by the engine's clock; `undefined` if nothing was seen. */
  stop(): number | undefined;
}

/** Listens to a service's events from now on. */
export function createGapMeter({ project, service }: MovedService, engine: Engine): GapMeter {
  const listening = new AbortController();
  const events: ContainerEvent[] = [];
  const labels = [`${composeLabels.project}=${project}`, `${composeLabels.service}=${service}`];
  const listen = async () => {
    for await (const event of engine.watchContainers({ labels }, { signal: listening.signal })) events.push(event);
  };
  let isWhole = true;
  void listen().catch(() => {
    isWhole = false;
  });
  return {
    stop: () => {
      listening.abort();
      return isWhole ? gapOf(events) : undefined;
    },
  };
}

/**
 * The time in which no container serves, from the first end to the last beginning. A container serves once it is healthy,
 * or has started if it has no health check, until it ends.
 */
export function gapOf(events: readonly ContainerEvent[]): number | undefined {
  const checked = new Set(events.filter(({ action }) => action.startsWith('health_status')).map(({ id }) => id));
  const begins = ({ id, action }: ContainerEvent) =>
    checked.has(id) ? action === 'health_status: healthy' : action === 'start';
  const ends = ({ action }: ContainerEvent) => action === 'die';
  // What ends before it begins was there before.
  const serving = new Set<string>();
  const begun = new Set<string>();
  for (const event of events) {
    if (begins(event)) begun.add(event.id);
    if (ends(event) && !begun.has(event.id) && !isNew(event.id, events)) serving.add(event.id);
  }
  if (serving.size === 0) return undefined;
  let gapMs = 0;
  let since: number | undefined;
  for (const event of events) {
    if (begins(event)) serving.add(event.id);
    else if (ends(event)) serving.delete(event.id);
    if (serving.size === 0) since ??= event.at;
    else if (since !== undefined) {
      gapMs += event.at - since;
      since = undefined;
    }
  }
  return since === undefined ? gapMs : undefined;
}

function isNew(id: string, events: readonly ContainerEvent[]): boolean {
  return events.some(event => event.id === id && event.action === 'create');
}

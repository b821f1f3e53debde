import { composeLabels } from '../docker/compose-labels.ts';
import type { Container } from '../docker/engine.ts';

/** What `docker compose up` made, not `docker compose run`. */
export function isServiceContainer({ labels }: Container): boolean {
  return labels[composeLabels.service] !== undefined && labels[composeLabels.oneOff] !== 'True';
}

/** Runs, or would if it could: a container in a crash loop is just what an update may mend. */
export function isUp({ state }: Container): boolean {
  return state === 'running' || state === 'restarting' || state === 'paused';
}

/** The containers of one service, replicas in any state. */
export function containersOf(containers: readonly Container[], project: string, service: string): readonly Container[] {
  return containers.filter(
    container =>
      container.labels[composeLabels.project] === project &&
      container.labels[composeLabels.service] === service &&
      isServiceContainer(container),
  );
}

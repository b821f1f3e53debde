import { composeLabels } from '../docker/compose-labels.ts';
import type { Container, Image } from '../docker/engine.ts';

/** What `docker compose up` made, not `docker compose run`. */
export function isServiceContainer({ labels }: Container): boolean {
  return labels[composeLabels.service] !== undefined && labels[composeLabels.oneOff] !== 'True';
}

/** It runs, or is in a crash loop. */
export function isUp({ state }: Container): boolean {
  return state === 'running' || state === 'restarting' || state === 'paused';
}

/**
 * It is up, or would be had nothing gone wrong: an update is just what may mend a container that crashed, or one that
 * Compose made in another's place and never got to start. What somebody stopped is not meant to run.
 */
export function isMeantToRun(container: Container): boolean {
  const { state, exitCode, labels } = container;
  if (state === 'created') return labels[composeLabels.replace] !== undefined;
  if (state === 'exited' || state === 'dead') return exitCode !== undefined && !stopped.has(exitCode);
  return isUp(container);
}

/** By itself, or by SIGINT, SIGKILL or SIGTERM. */
const stopped: ReadonlySet<number> = new Set([0, 130, 137, 143]);

/** The containers of one service, replicas in any state. */
export function containersOf(containers: readonly Container[], project: string, service: string): readonly Container[] {
  return containers.filter(
    container =>
      container.labels[composeLabels.project] === project &&
      container.labels[composeLabels.service] === service &&
      isServiceContainer(container),
  );
}

/** A container runs a digest when its image is known by it; with the containerd image store that may be its id. */
export function runsDigest({ imageId }: Container, digest: string, images: ReadonlyMap<string, Image>): boolean {
  return imageId === digest || (images.get(imageId)?.digests.includes(digest) ?? false);
}

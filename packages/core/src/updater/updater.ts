import { type DeployDependencies, deploy } from '../deploy.ts';
import { GopdaterError, toGopdaterError } from '../errors.ts';
import { formatReference, type ImageReference } from '../image/reference.ts';
import { loadProjects } from '../plan/load-projects.ts';
import { matchServices } from '../plan/match-services.ts';
import { type DeploymentReport, reportFailure, reportSuperseded } from '../report/report.ts';
import type { ImagePushed } from '../webhook/event.ts';
import { defaultMerging, type Merging, PendingPushes } from './pending-pushes.ts';
import { shareCalls } from './shared-call.ts';

/** What every deployment stands on, and who is told. */
export interface UpdaterDependencies extends Omit<DeployDependencies, 'signal' | 'waitSignal'> {
  /** Called with each report, as soon as it is there. */
  readonly onReport?: ((report: DeploymentReport) => void) | undefined;
  /** Default {@link defaultMerging}. */
  readonly merging?: Merging | undefined;
}

/** One rollout at a time over one set of projects; what comes meanwhile waits. */
export interface Updater {
  /**
   * Whether a watched service uses the image. A no comes from the files as they are now; a yes may be a few seconds old, as
   * the rollout looks again: so a storm of pushes reads no files.
   *
   * @throws GopdaterError of the compose files; of the engine when the projects are those that run
   */
  isUsed(image: ImageReference): Promise<boolean>;

  /**
   * Queues a push until nothing more of its image has come for a moment. A push of the same image that still waits is
   * superseded. Resolves to the report; never rejects.
   */
  submit(event: ImagePushed): Promise<DeploymentReport>;

  /** Takes nothing more and waits for what runs and what waits; what waits for another process is given up. */
  close(): Promise<void>;

  /** Stops what runs and gives up what waits; does not wait for either. */
  abort(): void;
}

interface Waiting extends ImagePushed {
  readonly settle: (report: DeploymentReport) => void;
}

/** How long an image is known to be used, in milliseconds. */
const rememberedMs = 5_000;

/**
 * What a server, or another tool, holds: {@link deploy} behind a queue.
 *
 * The queue is in memory: what waits is gone with the process.
 */
export function createUpdater(dependencies: UpdaterDependencies): Updater {
  const { projects, clock, onReport, merging = defaultMerging } = dependencies;
  const stop = new AbortController();
  const close = new AbortController();
  const { signal } = stop;
  const waitSignal = AbortSignal.any([signal, close.signal]);
  const waiting = new PendingPushes<Waiting>(merging);
  const readProjects = shareCalls(async () => await loadProjects(projects, dependencies));
  const used = new Map<string, number>();
  let running: Promise<void> | undefined;

  const finish = ({ settle }: Waiting, report: DeploymentReport) => {
    settle(report);
    // A callback that throws is its owner's to see; the queue goes on.
    queueMicrotask(() => onReport?.(report));
  };
  const run = async (next: Waiting) => {
    const startedAt = clock.now();
    const report = await deploy(next, { ...dependencies, signal, waitSignal }).catch((error: unknown) =>
      reportFailure(next, toGopdaterError(error), { seconds: (clock.now() - startedAt) / 1000 }),
    );
    finish(next, report);
  };
  const runAll = async () => {
    while (waiting.dueAt !== undefined) {
      // Who is being closed waits for nothing more to come.
      const next = waiting.take(waitSignal.aborted ? Number.POSITIVE_INFINITY : clock.now());
      if (next === undefined) await clock.sleep(waiting.dueAt - clock.now(), { signal: waitSignal });
      else await run(next);
    }
    running = undefined;
  };

  return {
    isUsed: async image => {
      const name = formatReference(image);
      if (clock.now() - (used.get(name) ?? Number.NEGATIVE_INFINITY) < rememberedMs) return true;
      const isUsed = matchServices(image, await readProjects()).length > 0;
      if (isUsed) used.set(name, clock.now());
      else used.delete(name);
      return isUsed;
    },
    submit: async ({ deliveryId, image }) =>
      await new Promise<DeploymentReport>(settle => {
        const next = { deliveryId, image, settle };
        if (waitSignal.aborted) {
          const closed = new GopdaterError('ABORTED', 'gopdater is being stopped.', { hint: 'Send the hook again.' });
          finish(next, reportFailure(next, closed, { seconds: 0 }));
          return;
        }
        const older = waiting.add(next, clock.now());
        if (older !== undefined) finish(older, reportSuperseded(older));
        running ??= runAll();
      }),
    close: async () => {
      // Who has the lock may be replacing this very process, and wait for its end.
      close.abort();
      await running;
    },
    abort: () => stop.abort(),
  };
}

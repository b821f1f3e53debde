import { type DeployDependencies, deploy } from './deploy.ts';
import { GopdaterError, toGopdaterError } from './errors.ts';
import { formatReference } from './image/reference.ts';
import { loadProjects } from './plan/load-projects.ts';
import { type MatchedService, matchServices } from './plan/match-services.ts';
import { type DeploymentReport, reportFailure, reportSuperseded } from './report/report.ts';
import type { ImagePushed } from './webhook/event.ts';

/** What every deployment stands on, and who is told. */
export interface UpdaterDependencies extends Omit<DeployDependencies, 'signal' | 'waitSignal'> {
  /** Called with each report, as soon as it is there. */
  readonly onReport?: ((report: DeploymentReport) => void) | undefined;
}

/** One rollout at a time over one set of projects; what comes meanwhile waits. */
export interface Updater {
  /**
   * The watched services that use the event's image, read from the files as they are now.
   *
   * @throws GopdaterError of the compose files; of the engine when the projects are those that run
   */
  match(event: ImagePushed): Promise<readonly MatchedService[]>;

  /** Queues a push. A push of the same image that still waits is superseded. Resolves to the report; never rejects. */
  submit(event: ImagePushed): Promise<DeploymentReport>;

  /** Takes nothing more and waits for what runs and what waits; what waits for another process is given up. */
  close(): Promise<void>;

  /** Stops what runs and gives up what waits; does not wait for either. */
  abort(): void;
}

interface Waiting {
  readonly event: ImagePushed;
  readonly settle: (report: DeploymentReport) => void;
}

/**
 * What a server, or another tool, holds: {@link deploy} behind a queue.
 *
 * The queue is in memory: what waits is gone with the process.
 */
export function createUpdater(dependencies: UpdaterDependencies): Updater {
  const { projects, clock, onReport } = dependencies;
  const stop = new AbortController();
  const close = new AbortController();
  const { signal } = stop;
  const waitSignal = AbortSignal.any([signal, close.signal]);
  const waiting = new Map<string, Waiting>();
  let running: Promise<void> | undefined;
  let isClosed = false;

  const finish = ({ settle }: Waiting, report: DeploymentReport) => {
    settle(report);
    // A callback that throws is its owner's to see; the queue goes on.
    queueMicrotask(() => onReport?.(report));
  };
  const runAll = async () => {
    for (const [image, next] of waiting) {
      waiting.delete(image);
      const startedAt = clock.now();
      const report = await deploy(next.event, { ...dependencies, signal, waitSignal }).catch((error: unknown) =>
        reportFailure(next.event, toGopdaterError(error), { seconds: (clock.now() - startedAt) / 1000 }),
      );
      finish(next, report);
    }
    running = undefined;
  };

  return {
    match: async event => matchServices(event.image, await loadProjects(projects, dependencies)),
    submit: async event =>
      await new Promise<DeploymentReport>(settle => {
        const image = formatReference(event.image);
        const next = { event, settle };
        if (isClosed) {
          const closed = new GopdaterError('ABORTED', 'gopdater is being stopped.', { hint: 'Send the hook again.' });
          finish(next, reportFailure(event, closed, { seconds: 0 }));
          return;
        }
        const older = waiting.get(image);
        waiting.set(image, next);
        if (older !== undefined) finish(older, reportSuperseded(older.event));
        running ??= runAll();
      }),
    close: async () => {
      isClosed = true;
      // Who has the lock may be replacing this very process, and wait for its end.
      close.abort();
      await running;
    },
    abort: () => {
      isClosed = true;
      stop.abort();
    },
  };
}

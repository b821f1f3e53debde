import { type DeployDependencies, deploy } from '../deploy.ts';
import { GopdaterError, toGopdaterError } from '../errors.ts';
import { formatReference, type ImageReference, parseReference } from '../image/reference.ts';
import { loadProjects } from '../plan/load-projects.ts';
import { type DeploymentReport, reportFailure, reportSuperseded } from '../report/report.ts';
import type { ImagePushed } from '../webhook/event.ts';
import { type Hint, matchHint } from './match-hint.ts';
import { defaultMerging, type Merging, PendingPushes } from './pending-pushes.ts';
import { shareCalls } from './shared-call.ts';

/** What every deployment stands on, and who is told. */
export interface UpdaterDependencies extends Omit<DeployDependencies, 'signal' | 'waitSignal'> {
  /** Called with each report, as soon as it is there. */
  readonly onReport?: ((report: DeploymentReport) => void) | undefined;
  /** Names of one registry, each list: `[['registry:5000', 'registry.example.com']]`. Default: none has two. */
  readonly registryAliases?: readonly (readonly string[])[] | undefined;
  /** Default {@link defaultMerging}. */
  readonly merging?: Merging | undefined;
}

/** One rollout at a time over one set of projects; what comes meanwhile waits. */
export interface Updater {
  /**
   * The images of watched services that a delivery points at. That there are none comes from the files as they are now;
   * others may be a few seconds old, as the rollout looks again: so a storm of pushes reads no files, and those are there
   * at once.
   *
   * @throws GopdaterError of the compose files; of the engine when the projects are those that run
   */
  imagesOf(hint: Hint): readonly ImageReference[] | Promise<readonly ImageReference[]>;

  /**
   * Queues a push until nothing more of its image has come for a moment. A push of the same image that still waits is
   * superseded. Resolves to the report; never rejects.
   *
   * Tags that policies take instead of the pushed one are queued after it, and services that wait for their time are looked
   * at again then: those reports go to `onReport` only.
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

/** How long it is known which services a hint means, in milliseconds. */
const rememberedMs = 5_000;

/** How long a postponed push sleeps at once, in milliseconds. */
const longestSleepMs = 3_600_000;

/**
 * What a server, or another tool, holds: {@link deploy} behind a queue.
 *
 * The queue is in memory: what waits is gone with the process.
 */
export function createUpdater(dependencies: UpdaterDependencies): Updater {
  const { projects, clock, onReport, merging = defaultMerging, registryAliases } = dependencies;
  const stop = new AbortController();
  const close = new AbortController();
  const { signal } = stop;
  const waitSignal = AbortSignal.any([signal, close.signal]);
  const waiting = new PendingPushes<Waiting>(merging);
  const readProjects = shareCalls(async () => await loadProjects(projects, dependencies));
  const known = new Map<string, { readonly images: readonly ImageReference[]; readonly at: number }>();
  /** Of each image the push that waits until its services may be moved. */
  const postponed = new Map<string, Waiting>();
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
    for (const image of (report.instead ?? []).map(parseReference)) {
      // One that waits for it came with a delivery of its own.
      if (!waitSignal.aborted && !waiting.has(image)) void submit({ deliveryId: next.deliveryId, image });
    }
    if (report.waitsUntil !== undefined) void postpone(next, report.waitsUntil);
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

  const enqueue = (next: Waiting) => {
    const name = formatReference(next.image);
    const older = waiting.add(next, clock.now()) ?? postponed.get(name);
    postponed.delete(name);
    if (older !== undefined) finish(older, reportSuperseded(older));
    running ??= runAll();
  };
  const postpone = async (next: Waiting, until: number) => {
    const name = formatReference(next.image);
    postponed.set(name, next);
    // A timer has its longest time, and the machine may sleep.
    while (clock.now() < until && postponed.get(name) === next && !waitSignal.aborted) {
      await clock.sleep(Math.min(until - clock.now(), longestSleepMs), { signal: waitSignal });
    }
    if (postponed.get(name) !== next || waitSignal.aborted) return;
    postponed.delete(name);
    enqueue(next);
  };
  const submit = async ({ deliveryId, image }: ImagePushed): Promise<DeploymentReport> =>
    await new Promise<DeploymentReport>(settle => {
      const next = { deliveryId, image, settle };
      if (waitSignal.aborted) {
        const closed = new GopdaterError('ABORTED', 'gopdater is being stopped.', { hint: 'Send the hook again.' });
        finish(next, reportFailure(next, closed, { seconds: 0 }));
        return;
      }
      enqueue(next);
    });

  const lookUp = async (hint: Hint, key: string) => {
    const images = matchHint(hint, await readProjects(), registryAliases);
    if (images.length > 0) known.set(key, { images, at: clock.now() });
    else known.delete(key);
    return images;
  };

  return {
    imagesOf: hint => {
      const key = JSON.stringify(
        'image' in hint ? [formatReference(hint.image), hint.isTagLowerCased, hint.isOneOfSeveral] : hint,
      );
      const last = known.get(key);
      return last !== undefined && clock.now() - last.at < rememberedMs ? last.images : lookUp(hint, key);
    },
    submit,
    close: async () => {
      // Who has the lock may be replacing this very process, and wait for its end.
      close.abort();
      await running;
    },
    abort: () => stop.abort(),
  };
}

import {
  type Clock,
  type ComposeService,
  checkProjects,
  createUpdater,
  type DeploymentReport,
  endLeftovers,
  formatReference,
  GopdaterError,
  loadProjects,
  type Merging,
  parseReference,
  removeLeftoverHelpers,
  type Store,
  type WatchedProject,
} from '@gopdater/core';
import type { Callbacks } from './docker-hub-callbacks.ts';
import { type HttpServer, type ListenOptions, listen } from './http/server.ts';
import type { Logger } from './log.ts';
import type { Parts } from './parts.ts';
import type { HookOptions } from './receivers/entrances.ts';
import { healthRoute } from './routes/health.ts';
import { hookPaths, hookRoutes, unknownPath } from './routes/hooks.ts';
import { createTagChecks } from './tag-checks.ts';
import { createTakeUp } from './take-up.ts';
import { createProgressView, type ProgressView } from './terminal/progress-view.ts';

/** Who may send hooks, and where they arrive. */
export interface ServeOptions
  extends HookOptions,
    Pick<ListenOptions, 'host' | 'port' | 'tls' | 'trustedProxies' | 'maxPerMinute'> {
  /** Whether all watched tags are looked at when the server starts, as hooks may have been lost. Default false. */
  readonly checksAtStart?: boolean | undefined;
  /** Names of one registry, each list. Default: none has two. */
  readonly registryAliases?: readonly (readonly string[])[] | undefined;
  /** How a burst becomes one push. Default: that of {@link createUpdater}. */
  readonly merging?: Merging | undefined;
}

/** What the server stands on, and who is told. */
export interface ServeDependencies extends Parts {
  readonly store: Store;
  readonly log: Logger;
  /** Where rollouts are seen. Default: in the log. */
  readonly progress?: ProgressView | undefined;
  readonly onReport?: ((report: DeploymentReport) => void) | undefined;
  /** Gets keys and certificates that senders sign with. Default: nothing, and such deliveries are refused. */
  readonly fetchText?: ((url: string) => Promise<string>) | undefined;
  /** Tells Docker Hub what became of its deliveries. Default: nothing does. */
  readonly callbacks?: Callbacks | undefined;
}

/** A server that listens. */
export interface RunningServer {
  /** e.g. `http://127.0.0.1:8000` */
  readonly url: string;
  /** Takes no more deliveries, ends the rollouts that were accepted, and has kept their reports when it resolves. */
  close(): Promise<void>;
  /** Stops the rollout that runs, where it is, and gives up those that wait. */
  abort(): void;
}

/**
 * Starts the webhook server.
 *
 * @throws GopdaterError before it listens: nobody could send a hook, no engine, no Compose, a project that cannot be
 * read or is not visible
 */
export async function serve(options: ServeOptions, dependencies: ServeDependencies): Promise<RunningServer> {
  const { log, store, clock, progress = createProgressView({ log, clock }), fetchText = refuseToFetch } = dependencies;
  let isAborted = false;
  let kept = Promise.resolve();
  const keepInstead = async ({ deliveryId, instead = [] }: DeploymentReport) => {
    const names = new Set((await store.deliveries.pending()).map(({ image }) => formatReference(image)));
    const images = instead.filter(name => !names.has(name)).map(parseReference);
    if (images.length === 0) return;
    await store.deliveries.accept({ deliveryId, senderId: undefined, images, receivedAt: clock.now() });
  };
  const keep = (report: DeploymentReport) => {
    // Of a push that was superseded the newer one tells.
    if (report.outcome === 'superseded') {
      dependencies.callbacks?.tell(report);
      return;
    }
    const event = { deliveryId: report.deliveryId, image: parseReference(report.image) };
    const code = report.error?.code;
    // What was cut off is taken up at the next start; what wanted the engine or a registry, when that is back.
    const wasDone =
      !isAborted && code !== 'ABORTED' && code !== 'ENGINE_UNREACHABLE' && code !== 'REGISTRY_UNREACHABLE';
    // What waits for its time is taken up at the next start, too, if that comes before it.
    const isOver = wasDone && report.waitsUntil === undefined;
    const isFirst = code !== 'REGISTRY_UNREACHABLE' || takeUp.whenReachable(event);
    const isHistory = isFirst && checks.audienceOf(report) === 'history';
    if (wasDone) takeUp.reached(event);
    if (isOver) dependencies.callbacks?.tell(report);
    kept = kept
      .then(async () => {
        if (isHistory) await store.history.add({ at: new Date(clock.now()).toISOString(), report });
        // What the queue sees to in its place is kept before it is let go.
        if (isOver) await keepInstead(report);
        if (isOver) await store.deliveries.settle(event);
      })
      .catch((err: unknown) => log.error({ err }, 'A report could not be kept in the history.'));
    if (code === 'ENGINE_UNREACHABLE') void kept.then(() => takeUp.whenBack(report.deliveryId));
  };
  checkWhoMaySend(options, log);
  const isAlone = await logInterruption(store, { clock, log });
  const watched = await checkParts(dependencies);
  checkOwner(options, watched, log);

  const updater = createUpdater({
    ...dependencies,
    ...store,
    merging: options.merging,
    registryAliases: options.registryAliases,
    onPlan: progress.onPlan,
    onStep: progress.onStep,
    onReport: report => {
      if (checks.audienceOf(report) === 'nobody') progress.end();
      else progress.done(report);
      keep(report);
      dependencies.onReport?.(report);
    },
  });
  const checks = createTagChecks({ ...dependencies, submit: updater.submit });
  const takeUp = createTakeUp({
    ...dependencies,
    submit: event => void updater.submit(event),
    onBack: () => void checks.checkAll(),
  });
  const server: HttpServer = await listen(
    [
      ...hookRoutes(options, {
        updater,
        deliveries: store.deliveries,
        clock,
        log,
        fetchText,
        callbacks: dependencies.callbacks,
      }),
      healthRoute,
    ],
    {
      ...options,
      log,
      notFound: ({ method, path }) => unknownPath(options, { method, path, log }),
    },
  );
  log.info({}, `Listening on ${server.url}: webhooks go to POST ${hookPaths(options).join(', ')} there.`);
  await takeUp.atStart({ isAlone });
  if (options.checksAtStart) await checks.checkAll(watched);
  const polling = checks.poll(watched);
  return {
    url: server.url,
    close: async () => {
      await server.close();
      takeUp.stop();
      checks.stop();
      await updater.close();
      await polling;
      await kept;
      await dependencies.callbacks?.settled();
    },
    abort: () => {
      isAborted = true;
      server.abort();
      takeUp.stop();
      checks.stop();
      updater.abort();
    },
  };
}

/**
 * Says where the last rollout was cut off; what of it still runs is waited for, or ended.
 *
 * @returns false while another process rolls out, e.g. the helper that has just started us
 */
async function logInterruption(
  { journal, processes, lock }: Store,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): Promise<boolean> {
  const release = lock.tryAcquire();
  if (release === undefined) {
    log.info({}, 'Another gopdater is rolling out; its end is waited for.');
    return false;
  }
  try {
    const leftovers = await endLeftovers(processes, { clock });
    if (leftovers > 0) log.warn({}, 'A “docker compose” of the last run went on; it has ended now.');
    const last = (await journal.read()).at(-1);
    if (last !== undefined) log.warn({}, `The last rollout was cut off in: ${last}.`);
    await journal.end();
    return true;
  } finally {
    release();
  }
}

async function refuseToFetch(): Promise<string> {
  throw new GopdaterError('CONFIG_INVALID', 'This server gets no keys.', { hint: 'Pass fetchText to serve().' });
}

const shortSecret = 16;

function checkWhoMaySend({ owner, hookSecret, receivers = [] }: HookOptions, log: Logger): void {
  if (owner.length === 0 && hookSecret === undefined && receivers.length === 0) {
    throw new GopdaterError('CONFIG_INVALID', 'Nobody may send a hook: neither OWNER nor HOOK_SECRET is set.', {
      hint: 'Set OWNER to the first part of your repositories’ names (acme for acme/web), and better HOOK_SECRET too; for other registries than Docker Hub GOPDATER_RECEIVERS.',
    });
  }
  if (hookSecret === undefined && owner.length > 0) {
    log.warn(
      {},
      'HOOK_SECRET is not set: whoever reaches this port can have the tags of your services checked and pulled.',
    );
  } else if (hookSecret !== undefined && hookSecret.length < shortSecret) {
    log.warn({}, `HOOK_SECRET is shorter than ${shortSecret} characters: make it long and random.`);
  }
}

async function checkParts(dependencies: ServeDependencies): Promise<readonly WatchedProject[]> {
  const { engine, compose, projects, ownContainerId, log } = dependencies;
  // Files that were named are looked at first: what is wrong with them is wrong with any engine.
  if (!('kind' in projects)) await loadProjects(projects, dependencies);
  const { version, apiVersion } = await engine.version();
  log.info({}, `Engine ${version} (API ${apiVersion}), Compose ${await compose.version()}.`);
  await removeLeftoverHelpers(ownContainerId, { engine });
  const watched = await checkProjects(projects, dependencies);
  const obstacles = watched.flatMap(({ obstacle }) => obstacle ?? []);
  const [first] = obstacles;
  if (first !== undefined && (!('kind' in projects) || obstacles.length === watched.length)) throw first;
  for (const { message, hint } of obstacles) log.warn({}, `${message} ${hint ?? ''}`);
  for (const project of watched) logProject(project, log);
  if (watched.length === 0) log.warn({}, 'No project of Compose runs on this engine yet; each hook looks again.');
  return watched;
}

/** A slip in OWNER would else be noticed at the first push only. */
function checkOwner({ owner }: HookOptions, watched: readonly WatchedProject[], log: Logger): void {
  const owners = new Set(watched.flatMap(({ project }) => [...project.services.values()].flatMap(ownerOf)));
  if (owner.length === 0 || owner.includes('*') || owners.size === 0 || owner.some(name => owners.has(name))) return;
  log.warn(
    {},
    `No watched service uses an image of OWNER (${owner.join(', ')}); they use images of ${[...owners].join(', ')}.`,
  );
}

function ownerOf({ image }: ComposeService): readonly string[] {
  try {
    return image === undefined ? [] : [parseReference(image).repository.split('/')[0] ?? ''];
  } catch {
    return [];
  }
}

function logProject({ project, obstacle, warnings }: WatchedProject, log: Logger): void {
  if (obstacle !== undefined) return;
  const services = [...project.services.values()].map(({ name, image }) => `${name} (${image ?? 'built only'})`);
  log.info({}, `Watching project ${project.name} in ${project.workingDirectory}: ${services.join(', ')}.`);
  for (const warning of warnings) log.warn({}, warning);
}

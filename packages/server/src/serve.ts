import {
  checkProjects,
  createUpdater,
  type DeploymentReport,
  formatReport,
  formatStep,
  GopdaterError,
  type StepProgress,
  type WatchedProject,
} from '@gopdater/core';
import { type HttpServer, listen } from './http/server.ts';
import type { Logger } from './log.ts';
import type { Parts } from './parts.ts';
import { healthRoute } from './routes/health.ts';
import { type HookOptions, hookRoutes, unknownHook } from './routes/hooks.ts';

/** Who may send hooks, and where they arrive. */
export interface ServeOptions extends HookOptions {
  readonly host: string;
  readonly port: number;
}

/** What the server stands on, and who is told. */
export interface ServeDependencies extends Parts {
  readonly log: Logger;
  readonly onReport?: ((report: DeploymentReport) => void) | undefined;
}

/** A server that listens. */
export interface RunningServer {
  /** e.g. `http://127.0.0.1:8000` */
  readonly url: string;
  /** Takes no more deliveries, ends the rollouts that were accepted, then stops. */
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
  const { log } = dependencies;
  checkWhoMaySend(options, log);
  await checkParts(dependencies);

  const updater = createUpdater({
    ...dependencies,
    onStep: progress => logStep(progress, log),
    onReport: report => {
      logReport(report, log);
      dependencies.onReport?.(report);
    },
  });
  const server: HttpServer = await listen([...hookRoutes(options, { updater, log }), healthRoute], {
    ...options,
    log,
    notFound: path => unknownHook(options, path),
  });
  const path = options.hookSecret === undefined ? '/' : '/hooks/docker-hub/<HOOK_SECRET>';
  log.info({}, `Listening: Docker Hub’s webhook goes to POST ${server.url}${path}`);
  return {
    url: server.url,
    close: async () => {
      await server.close();
      await updater.close();
    },
    abort: () => updater.abort(),
  };
}

const shortSecret = 16;

function checkWhoMaySend({ owner, hookSecret }: HookOptions, log: Logger): void {
  if (owner.length === 0 && hookSecret === undefined) {
    throw new GopdaterError('CONFIG_INVALID', 'Nobody may send a hook: neither OWNER nor HOOK_SECRET is set.', {
      hint: 'Set OWNER to the first part of your repositories’ names (acme for acme/web), and better HOOK_SECRET too.',
    });
  }
  if (hookSecret === undefined) {
    log.warn(
      {},
      'HOOK_SECRET is not set: whoever reaches this port can have the tags of your services checked and pulled.',
    );
  } else if (hookSecret.length < shortSecret) {
    log.warn({}, `HOOK_SECRET is shorter than ${shortSecret} characters: make it long and random.`);
  }
}

async function checkParts({ engine, compose, projects, log }: ServeDependencies): Promise<void> {
  const { version, apiVersion } = await engine.version();
  log.info({}, `Engine ${version} (API ${apiVersion}), Compose ${await compose.version()}.`);
  const watched = await checkProjects(projects, { engine });
  const obstacles = watched.flatMap(({ obstacle }) => obstacle ?? []);
  const [first] = obstacles;
  if (first !== undefined && (!('kind' in projects) || obstacles.length === watched.length)) throw first;
  for (const { message, hint } of obstacles) log.warn({}, `${message} ${hint ?? ''}`);
  for (const project of watched) logProject(project, log);
  if (watched.length === 0) log.warn({}, 'No project of Compose runs on this engine yet; each hook looks again.');
}

function logProject({ project, obstacle, warnings }: WatchedProject, log: Logger): void {
  if (obstacle !== undefined) return;
  const services = [...project.services.values()].map(({ name, image }) => `${name} (${image ?? 'built only'})`);
  log.info({}, `Watching project ${project.name} in ${project.workingDirectory}: ${services.join(', ')}.`);
  for (const warning of warnings) log.warn({}, warning);
}

function logStep({ step, state, line }: StepProgress, log: Logger): void {
  if (state === 'started') log.info({}, `Begins: ${formatStep(step)}.`);
  if (state === 'running') log.debug({}, line ?? '');
}

function logReport(report: DeploymentReport, log: Logger): void {
  const { deliveryId, image, outcome } = report;
  const level = outcome === 'failed' || outcome === 'refused' ? 'error' : 'info';
  log[level]({ deliveryId, image, outcome }, formatReport(report));
}

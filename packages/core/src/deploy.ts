import type { ImageReference } from './image/reference.ts';
import type { BlockedDigests } from './plan/blocked-digests.ts';
import { loadProjects, type ProjectSource } from './plan/load-projects.ts';
import { matchServices } from './plan/match-services.ts';
import { observe } from './plan/observe.ts';
import type { Plan } from './plan/plan.ts';
import { planRollout } from './plan/plan-rollout.ts';
import { resolveTargets } from './plan/resolve-targets.ts';
import type { Registry } from './registry/registry.ts';
import { type DeploymentReport, reportDeployment } from './report/report.ts';
import { type RolloutDependencies, type RolloutResult, rollout } from './rollout/rollout.ts';
import type { ImagePushed } from './webhook/event.ts';

/** What a deployment stands on; everything is passed in. */
export interface DeployDependencies extends RolloutDependencies {
  readonly projects: ProjectSource;
  readonly registry: Registry;
  /** Digests that must not be shipped again. Default: none are, and none is kept. */
  readonly blocked?: BlockedDigests | undefined;
  /** The container that gopdater itself runs in, which it never replaces; `undefined` outside of one. */
  readonly ownContainerId?: string | undefined;
}

/**
 * Brings every running service that uses the pushed image to the digest its registry serves: one push, one plan over all
 * projects.
 *
 * A step that fails is in the report; what keeps a plan from being made is thrown.
 *
 * @throws GopdaterError of the compose files, the registry, the engine or Compose
 */
export async function deploy(event: ImagePushed, dependencies: DeployDependencies): Promise<DeploymentReport> {
  const { clock } = dependencies;
  const startedAt = clock.now();
  const plan = await planDeployment(event.image, dependencies);
  const result = await rollout(plan, dependencies);
  const report = reportDeployment(event, plan, result, { seconds: (clock.now() - startedAt) / 1000 });
  return await blockWhatFailed(report, result, dependencies);
}

/**
 * A version that was rolled back for its own fault is not shipped again. The report is true even where that cannot be
 * kept.
 */
async function blockWhatFailed(
  report: DeploymentReport,
  { steps }: RolloutResult,
  { blocked }: DeployDependencies,
): Promise<DeploymentReport> {
  const { image, digest, outcome, warnings } = report;
  const failure = steps.find(step => step.outcome === 'failed')?.error;
  const isItsFault = failure?.code === 'UNHEALTHY' || failure?.code === 'COMPOSE_FAILED';
  if (outcome !== 'rolled-back' || digest === undefined || !isItsFault) return report;
  try {
    await blocked?.block({ image, digest, reason: failure.message.split('\n')[0] ?? '' });
    return report;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      ...report,
      warnings: [...warnings, `The digest could not be blocked, and the next hook ships it: ${why}.`],
    };
  }
}

/**
 * What {@link deploy} would do for a push of this image now.
 *
 * @param image  with a tag
 * @throws GopdaterError as {@link deploy}
 */
export async function planDeployment(image: ImageReference, dependencies: DeployDependencies): Promise<Plan> {
  const { projects, registry, engine, compose, blocked, unfinished, signal, ownContainerId } = dependencies;
  const watched = await loadProjects(projects, { engine, signal });
  const services = matchServices(image, watched);
  const targets = await resolveTargets(services, registry, { signal });
  const observed = await observe(targets, { engine, compose, blocked, unfinished, signal });
  return planRollout(image, targets, observed, { ownContainerId });
}

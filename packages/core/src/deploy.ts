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
import { type RolloutDependencies, rollout } from './rollout/rollout.ts';
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
  await blockWhatFailed(report, dependencies);
  return report;
}

/** A digest that was rolled back is not shipped again; one whose old image is not back either may be mended by another try. */
async function blockWhatFailed(report: DeploymentReport, { blocked }: DeployDependencies): Promise<void> {
  const { image, digest, outcome, services } = report;
  if (outcome !== 'rolled-back' || digest === undefined) return;
  const culprit = services.find(service => service.outcome === 'rolled-back');
  const reason = culprit?.outcome === 'rolled-back' ? culprit.detail : '';
  await blocked?.block({ image, digest, reason });
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

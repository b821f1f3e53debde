import { withComposeTimeLimits } from './docker/compose-time-limits.ts';
import { outlast } from './docker/outlast.ts';
import { withTimeLimits } from './docker/time-limits.ts';
import type { ImageReference } from './image/reference.ts';
import type { BlockedDigests } from './plan/blocked-digests.ts';
import { followTags } from './plan/follow-tags.ts';
import { describeIncoming } from './plan/incoming.ts';
import { type LoadDependencies, loadProjects, type ProjectSource } from './plan/load-projects.ts';
import { type MatchedService, matchServices } from './plan/match-services.ts';
import { observe } from './plan/observe.ts';
import type { SignatureDependencies } from './plan/observe-signatures.ts';
import type { PastGaps } from './plan/past-gaps.ts';
import type { Plan } from './plan/plan.ts';
import { type PlanOptions, planRollout } from './plan/plan-rollout.ts';
import { resolveTargets } from './plan/resolve-targets.ts';
import type { Sightings } from './plan/sightings.ts';
import type { MovedService } from './plan/unfinished-moves.ts';
import type { Registry } from './registry/registry.ts';
import { type DeploymentReport, reportDeployment } from './report/report.ts';
import { actionAfter, type RolloutDependencies, type RolloutResult, rollout } from './rollout/rollout.ts';
import { type RolloutLock, withLock } from './rollout/rollout-lock.ts';
import type { ImagePushed } from './webhook/event.ts';

/** What a deployment stands on; everything is passed in. */
export interface DeployDependencies
  extends Omit<RolloutDependencies, 'deliveryId'>,
    LoadDependencies,
    Omit<PlanOptions, 'isByHand' | 'canUpdateItself' | 'instead'> {
  readonly projects: ProjectSource;
  readonly registry: Registry;
  /** Digests that must not be shipped again. Default: none are, and none is kept. */
  readonly blocked?: BlockedDigests | undefined;
  /** When images were first seen. Default: nobody remembers, and services with a cooldown are refused. */
  readonly sightings?: Sightings | undefined;
  /** By one of these a new image must be signed. Default: it need not be signed. */
  readonly signatureKeys?: SignatureDependencies['signatureKeys'];
  /** How long services did not serve in former updates. Default: nobody knows. */
  readonly gaps?: PastGaps | undefined;
  /** Keeps other processes from rolling out at the same time. Default: nothing does. */
  readonly lock?: RolloutLock | undefined;
  /** Called with the plan before its first step. Must not throw. */
  readonly onPlan?: ((plan: Plan) => void) | undefined;
  /** Ends the waiting for the lock, and nothing that was begun. Default: `signal`. */
  readonly waitSignal?: AbortSignal | undefined;
  /** Only this service, of all that use the image. Default: all of them. */
  readonly only?: MovedService | undefined;
}

/** What a plan is made with. */
export function planOptions(dependencies: DeployDependencies): PlanOptions {
  return { ...dependencies, canUpdateItself: dependencies.selfUpdate !== undefined };
}

/** Those that are asked for. */
export function onlyThese(
  services: readonly MatchedService[],
  only: MovedService | undefined,
): readonly MatchedService[] {
  if (only === undefined) return services;
  return services.filter(({ project, service }) => project.name === only.project && service.name === only.service);
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
  const limited = withLimits(dependencies);
  return await withLock(limited, async () => {
    const startedAt = limited.clock.now();
    const plan = await outlast(async () => await makePlan(event.image, limited), limited);
    return await carryOut(event, plan, { ...limited, startedAt });
  });
}

/**
 * What {@link deploy} would do for a push of this image now.
 *
 * @param image  with a tag
 * @param options.describesImage  true: the registry is also asked what differs in the image; default false, as a
 * deployment need not know
 * @throws GopdaterError as {@link deploy}
 */
export async function planDeployment(
  image: ImageReference,
  dependencies: DeployDependencies,
  options: { readonly describesImage?: boolean | undefined } = {},
): Promise<Plan> {
  return await makePlan(image, withLimits(dependencies), options);
}

async function makePlan(
  image: ImageReference,
  dependencies: DeployDependencies,
  { describesImage = false }: { readonly describesImage?: boolean | undefined } = {},
): Promise<Plan> {
  const { projects, registry, signal } = dependencies;
  const watched = await loadProjects(projects, dependencies);
  const services = onlyThese(matchServices(image, watched), dependencies.only);
  const { services: followed, instead } = await followTags(image, services, watched, dependencies);
  const targets = await resolveTargets(followed, registry, { signal });
  const observed = await observe(targets, dependencies);
  const options = { ...planOptions(dependencies), instead };
  const plan = withLoginWarning(planRollout(image, targets, observed, options), image, dependencies);
  const { images } = observed;
  return describesImage ? await describeIncoming(plan, image, { images, registry, signal }) : plan;
}

/** The second half of a deployment, whatever made the plan. What it acts through has its limits already. */
export async function carryOut(
  event: ImagePushed,
  plan: Plan,
  dependencies: DeployDependencies & { readonly startedAt: number },
): Promise<DeploymentReport> {
  const { clock, startedAt, onPlan } = dependencies;
  onPlan?.(plan);
  const result = await rollout(plan, { ...dependencies, deliveryId: event.deliveryId });
  const report = reportDeployment(event, plan, result, { seconds: (clock.now() - startedAt) / 1000 });
  return await blockWhatFailed(withLoginWarning(report, event.image, dependencies), plan, result, dependencies);
}

/** Says so where nobody could be found to be at the registry. */
function withLoginWarning<T extends { readonly warnings: readonly string[] }>(
  one: T,
  { registry }: ImageReference,
  { credentials }: DeployDependencies,
): T {
  const obstacle = credentials?.obstacle?.(registry);
  if (obstacle === undefined) return one;
  const warning = `${obstacle.message} Nobody is logged in at ${registry} without it. ${obstacle.hint ?? ''}`.trim();
  return one.warnings.includes(warning) ? one : { ...one, warnings: [...one.warnings, warning] };
}

/**
 * A version that was rolled back, as far as that went, or left to a person, for its own fault is not shipped again. The report is true even
 * where that cannot be kept.
 */
async function blockWhatFailed(
  report: DeploymentReport,
  plan: Plan,
  { steps, undone }: RolloutResult,
  { blocked }: DeployDependencies,
): Promise<DeploymentReport> {
  const { image, digest, warnings } = report;
  const failed = steps.flatMap(one => (one.outcome === 'failed' ? [one] : []));
  const guilty = failed.find(({ error }) => error.code === 'UNHEALTHY' || error.code === 'COMPOSE_FAILED');
  const isLeft = undone.length > 0 || failed.some(({ step }) => actionAfter(step, plan) === 'pause');
  if (!isLeft || digest === undefined || guilty === undefined) return report;
  try {
    await blocked?.block({ image, digest, reason: guilty.error.message.split('\n')[0] ?? '' });
    return report;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      ...report,
      warnings: [...warnings, `The digest could not be blocked, and the next hook ships it: ${why}.`],
    };
  }
}

/** No call to the engine or to Compose is waited for without end. */
export function withLimits<T extends Pick<DeployDependencies, 'engine' | 'compose' | 'clock'>>(dependencies: T): T {
  const { engine, compose, clock } = dependencies;
  return {
    ...dependencies,
    engine: withTimeLimits(engine, { clock }),
    compose: withComposeTimeLimits(compose, { clock }),
  };
}

import { carryOut, type DeployDependencies, onlyThese, planOptions, withLimits } from './deploy.ts';
import { composeLabels } from './docker/compose-labels.ts';
import { outlast } from './docker/outlast.ts';
import { GopdaterError } from './errors.ts';
import { formatReference, type ImageReference } from './image/reference.ts';
import { digestsIn } from './plan/digests-in.ts';
import { followTags } from './plan/follow-tags.ts';
import { loadProjects } from './plan/load-projects.ts';
import { type MatchedService, matchServices, referenceOf, serviceKey } from './plan/match-services.ts';
import { observe } from './plan/observe.ts';
import type { Plan } from './plan/plan.ts';
import { planRollout } from './plan/plan-rollout.ts';
import { targetsAt } from './plan/resolve-targets.ts';
import { containersOf } from './plan/service-containers.ts';
import { readTagPolicy } from './plan/tag-labels.ts';
import type { WatchedProject } from './plan/watched-project.ts';
import type { History, HistoryEntry } from './report/history.ts';
import { byHand, pathOf, tagOf, updatesOf } from './report/past-versions.ts';
import type { DeploymentReport } from './report/report.ts';
import { withLock } from './rollout/rollout-lock.ts';

/** Which service goes back, and to what. */
export interface RollbackRequest {
  /** `web`, or `shop/web` where several projects have one of that name. */
  readonly service: string;
  /**
   * A digest, or its beginning if the history has it; `undefined`: what ran before the version that runs. What was rolled
   * back already is passed over, so that the next one goes back further.
   */
  readonly to?: string | undefined;
}

/** A rollback by hand needs to know what was. */
export interface RollbackDependencies extends DeployDependencies {
  readonly history: History;
}

/**
 * Brings a service back to a version that ran before, and all that use the same image with it, as a tag names one only.
 * The steps are those of a deployment: gated, and undone if they fail. What ran until now is blocked first, so that no
 * hook ships it again before the tag moves on or somebody unblocks it.
 *
 * @throws GopdaterError `SERVICE_NOT_FOUND` | `NOTHING_TO_ROLL_BACK_TO`; and as `deploy`
 */
export async function rollback(
  request: RollbackRequest,
  dependencies: RollbackDependencies,
): Promise<DeploymentReport> {
  const limited = withLimits(dependencies);
  return await withLock(limited, async () => {
    const startedAt = limited.clock.now();
    const { matched, image, plan, left } = await outlast(async () => await planByHand(request, limited), limited);
    const former = formatReference(matched.reference);
    const blocked = await blockAll(former, left, limited);
    const event = { deliveryId: byHand, image };
    const report = await carryOut(event, plan, { ...limited, startedAt });
    const runsStill = report.outcome === 'rolled-back' || report.services.every(({ outcome }) => outcome === 'not-run');
    if (runsStill) for (const digest of blocked) await limited.blocked?.unblock(former, digest);
    return report;
  });
}

/** @returns those that were not blocked before */
async function blockAll(
  image: string,
  digests: readonly string[],
  { blocked }: RollbackDependencies,
): Promise<readonly string[]> {
  const added: string[] = [];
  for (const digest of digests) {
    if (blocked === undefined || (await blocked.reasonFor(image, digest)) !== undefined) continue;
    await blocked.block({ image, digest, reason: 'it was rolled back by hand.' });
    added.push(digest);
  }
  return added;
}

/**
 * What {@link rollback} would do now.
 *
 * @throws GopdaterError as {@link rollback}
 */
export async function planRollback(request: RollbackRequest, dependencies: RollbackDependencies): Promise<Plan> {
  return (await planByHand(request, withLimits(dependencies))).plan;
}

/** @returns also the digests by which the version that the service leaves is known, if it leaves one */
async function planByHand(
  { service: name, to }: RollbackRequest,
  dependencies: RollbackDependencies,
): Promise<{
  readonly matched: MatchedService;
  readonly image: ImageReference;
  readonly plan: Plan;
  readonly left: readonly string[];
}> {
  const { projects } = dependencies;
  const watched = await loadProjects(projects, dependencies);
  const matched = findService(name, watched);
  const { project, service } = matched;
  const running = await runningDigests(matched, dependencies);
  const { digest, image } = await findVersion(matched, to, running, dependencies);
  const asked = { ...dependencies, isByHand: true };
  const { services } = await followTags(image, sameTag(matched, image, watched, dependencies), watched, asked);
  const targets = targetsAt(services, digest);
  // Whoever names a version that ran before asks for that one, signed or not.
  const observed = await observe(targets, { ...dependencies, registry: undefined });
  const plan = planRollout(image, targets, observed, { ...planOptions(dependencies), isByHand: true });
  const moves = plan.moves.some(move => move.project === project.name && move.service === service.name);
  return { matched, image, plan, left: moves && !running.includes(digest) ? running : [] };
}

/** All that use the image that the service uses now; where its tag goes back, too, those of them whose tag can. */
function sameTag(
  { reference }: MatchedService,
  image: ImageReference,
  watched: readonly WatchedProject[],
  { only }: RollbackDependencies,
): readonly MatchedService[] {
  const all = matchServices(reference, watched).filter(({ reference: { tag } }) => tag === reference.tag);
  const canGo = ({ service }: MatchedService) => readTagPolicy(service).policy.kind !== 'exact';
  return onlyThese(image.tag === reference.tag ? all : all.filter(canGo), only);
}

/** All names that its repository has for what it runs. */
async function runningDigests(
  { project, service, reference }: MatchedService,
  { engine, signal }: RollbackDependencies,
): Promise<readonly string[]> {
  const list = await engine.listContainers({ labels: [`${composeLabels.project}=${project.name}`] }, { signal });
  const ids = new Set(containersOf(list, project.name, service.name).map(({ imageId }) => imageId));
  const images = await Promise.all([...ids].map(async id => await engine.inspectImage(id, { signal })));
  return [...new Set(images.flatMap(image => (image === undefined ? [] : digestsIn(image, reference))))];
}

function findService(name: string, watched: readonly WatchedProject[]): MatchedService {
  const found = watched.flatMap(({ project, obstacle }) =>
    [...project.services.values()].flatMap(service => {
      const reference = referenceOf(service);
      const isIt = name === service.name || name === serviceKey({ project, service });
      return isIt && reference?.tag !== undefined ? [{ project, service, reference, obstacle }] : [];
    }),
  );
  const [first, second] = found;
  if (first !== undefined && second === undefined) return first;
  if (first === undefined) {
    throw new GopdaterError('SERVICE_NOT_FOUND', `No watched project has a service ${name} whose image has a tag.`, {
      hint: '“gopdater services” lists those of a project.',
    });
  }
  const names = found.map(serviceKey);
  throw new GopdaterError('SERVICE_NOT_FOUND', `Several projects have a service ${name}: ${names.join(', ')}.`, {
    hint: `Say which, e.g. “gopdater rollback ${names[0]}”.`,
  });
}

const enoughEntries = 1_000;

/** The digest to go back to, and the image's name then: where the tag moves by a variable, the one that it had. */
async function findVersion(
  matched: MatchedService,
  to: string | undefined,
  running: readonly string[],
  dependencies: RollbackDependencies,
): Promise<{ readonly digest: string; readonly image: ImageReference }> {
  const { project, service, reference } = matched;
  const entries = await dependencies.history.list({ limit: enoughEntries });
  const own = { project: project.name, service: service.name };
  const moves = readTagPolicy(service).policy.kind !== 'exact';
  const imageOf = (digest: string): ImageReference => {
    const tag = moves ? tagOf(entries, own, digest) : undefined;
    return { ...reference, tag: tag ?? reference.tag };
  };
  const digest = await findDigest(matched, to, { running, entries, imageOf }, dependencies);
  return { digest, image: imageOf(digest) };
}

async function findDigest(
  { project, service }: MatchedService,
  to: string | undefined,
  {
    running,
    entries,
    imageOf,
  }: {
    readonly running: readonly string[];
    readonly entries: readonly HistoryEntry[];
    readonly imageOf: (digest: string) => ImageReference;
  },
  { blocked }: RollbackDependencies,
): Promise<string> {
  const name = serviceKey({ project, service });
  const own = { project: project.name, service: service.name };
  if (to === undefined) {
    const path = pathOf(entries, own);
    const current = path.findLastIndex(digest => running.includes(digest));
    const older = (current < 0 ? path : path.slice(0, current)).toReversed();
    for (const digest of older) {
      const isBlocked = (await blocked?.reasonFor(formatReference(imageOf(digest)), digest)) !== undefined;
      if (!isBlocked && !running.includes(digest)) return digest;
    }
    throw new GopdaterError('NOTHING_TO_ROLL_BACK_TO', `The history has no version of ${name} before this one.`, {
      hint: 'Name one: --to sha256:…',
    });
  }
  const wanted = to.startsWith('sha256:') ? to : `sha256:${to}`;
  if (/^sha256:[0-9a-f]{64}$/.test(wanted)) return wanted;
  const known = new Set(updatesOf(entries, own).flatMap(({ from, to: target }) => [from.digest, target.digest]));
  const [first, second] = [...known].filter(digest => digest?.startsWith(wanted));
  if (first !== undefined && second === undefined && wanted.length > 'sha256:'.length) return first;
  const what = second === undefined ? 'no' : 'more than one';
  throw new GopdaterError(
    'NOTHING_TO_ROLL_BACK_TO',
    `The history of ${name} has ${what} digest that begins with ${to}.`,
    {
      hint: '“gopdater history --json” has them in full.',
    },
  );
}

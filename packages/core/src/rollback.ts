import { carryOut, type DeployDependencies, onlyThese, planOptions, withLimits } from './deploy.ts';
import { outlast } from './docker/outlast.ts';
import { GopdaterError } from './errors.ts';
import { formatReference } from './image/reference.ts';
import { loadProjects } from './plan/load-projects.ts';
import { type MatchedService, matchServices, referenceOf } from './plan/match-services.ts';
import { observe } from './plan/observe.ts';
import type { Plan } from './plan/plan.ts';
import { planRollout } from './plan/plan-rollout.ts';
import { targetsAt } from './plan/resolve-targets.ts';
import type { WatchedProject } from './plan/watched-project.ts';
import type { History } from './report/history.ts';
import type { DeploymentReport } from './report/report.ts';
import { withLock } from './rollout/rollout-lock.ts';

/** Which service goes back, and to what. */
export interface RollbackRequest {
  /** `web`, or `shop/web` where several projects have one of that name. */
  readonly service: string;
  /** A digest, or its beginning if the history has it; `undefined`: what ran before the last update. */
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
    const { matched, plan } = await outlast(async () => await planByHand(request, limited), limited);
    const { project, service, reference } = matched;
    const own = plan.moves.find(move => move.project === project.name && move.service === service.name);
    const digest = own?.from.digest;
    const image = formatReference(reference);
    const isNew = digest !== undefined && (await limited.blocked?.reasonFor(image, digest)) === undefined;
    if (isNew) await limited.blocked?.block({ image, digest, reason: 'it was rolled back by hand.' });
    const event = { deliveryId: 'by-hand', image: reference };
    const report = await carryOut(event, plan, { ...limited, startedAt });
    const runsStill = report.outcome === 'rolled-back' || report.services.every(({ outcome }) => outcome === 'not-run');
    if (runsStill && isNew) await limited.blocked?.unblock(image, digest);
    return report;
  });
}

/**
 * What {@link rollback} would do now.
 *
 * @throws GopdaterError as {@link rollback}
 */
export async function planRollback(request: RollbackRequest, dependencies: RollbackDependencies): Promise<Plan> {
  return (await planByHand(request, withLimits(dependencies))).plan;
}

async function planByHand(
  { service: name, to }: RollbackRequest,
  dependencies: RollbackDependencies,
): Promise<{ readonly matched: MatchedService; readonly plan: Plan }> {
  const { projects, history } = dependencies;
  const watched = await loadProjects(projects, dependencies);
  const matched = findService(name, watched);
  const { reference } = matched;
  const digest = await findDigest(matched, to, history);
  const targets = targetsAt(onlyThese(matchServices(reference, watched), dependencies.only), digest);
  const observed = await observe(targets, dependencies);
  return { matched, plan: planRollout(reference, targets, observed, { ...planOptions(dependencies), isByHand: true }) };
}

function findService(name: string, watched: readonly WatchedProject[]): MatchedService {
  const found = watched.flatMap(({ project, obstacle }) =>
    [...project.services.values()].flatMap(service => {
      const reference = referenceOf(service);
      const isIt = name === service.name || name === `${project.name}/${service.name}`;
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
  const names = found.map(({ project, service }) => `${project.name}/${service.name}`);
  throw new GopdaterError('SERVICE_NOT_FOUND', `Several projects have a service ${name}: ${names.join(', ')}.`, {
    hint: `Say which, e.g. “gopdater rollback ${names[0]}”.`,
  });
}

const enoughEntries = 1_000;

async function findDigest(
  { project, service }: MatchedService,
  to: string | undefined,
  history: History,
): Promise<string> {
  const name = `${project.name}/${service.name}`;
  const entries = await history.list({ limit: enoughEntries });
  const updates = entries.flatMap(({ report }) =>
    report.services.flatMap(one =>
      one.project === project.name && one.service === service.name && one.outcome === 'updated' ? [one] : [],
    ),
  );
  if (to === undefined) {
    const previous = updates[0]?.from.digest;
    if (previous !== undefined) return previous;
    throw new GopdaterError('NOTHING_TO_ROLL_BACK_TO', `The history has no version of ${name} before this one.`, {
      hint: 'Name one: --to sha256:…',
    });
  }
  const wanted = to.startsWith('sha256:') ? to : `sha256:${to}`;
  if (/^sha256:[0-9a-f]{64}$/.test(wanted)) return wanted;
  const known = new Set(updates.flatMap(({ from, to: target }) => [from.digest, target.digest]));
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

import type { ComposeService } from '../compose/project.ts';
import type { Container, Image } from '../docker/engine.ts';
import { GopdaterError } from '../errors.ts';
import { formatReference, type ImageReference } from '../image/reference.ts';
import { explainCutOff } from './cut-off.ts';
import { digestsIn } from './digests-in.ts';
import { formatDrift, isBefore230 } from './drift.ts';
import type { ServiceReading } from './follow-tags.ts';
import { explainGuests } from './guests.ts';
import { serviceKey } from './match-services.ts';
import { explainNotYet, type NotYet } from './not-yet.ts';
import type { Observed } from './observe.ts';
import { composeOptions } from './observe-drift.ts';
import type { ExpectedGap, ImageVersion, LeaveReason, LeftAlone, Move } from './plan.ts';
import { type PolicyDefaults, readPolicy, type ServicePolicy } from './policy.ts';
import { chooseStrategy, hasPreStop, type Strategy } from './preflight.ts';
import type { Target } from './resolve-targets.ts';
import { containersOf, isMeantToRun, isUp, runsDigest } from './service-containers.ts';
import type { Goal, GoalVariable } from './service-steps.ts';
import type { Return } from './undo.ts';
import { explainInvisible } from './visibility.ts';

/** What all services of a plan are brought to. */
export interface GoalImage {
  /** `undefined` for an image that no registry knows. */
  readonly digest: string | undefined;
  /** `repository@digest`, or the id of the image. */
  readonly source: string;
  /** `undefined` when the engine does not have it yet. */
  readonly image: Image | undefined;
  /** True for the way back from a version that failed: whatever is blocked does not matter. */
  readonly isReturn?: boolean;
  /** Why it is not what its tag means now, but what was begun before. */
  readonly notYet?: NotYet | undefined;
}

export interface DecideOptions {
  /** The container that gopdater itself runs in; `undefined` outside of one. */
  readonly ownContainerId?: string | undefined;
  /** True when a helper container can replace that one. Default false. */
  readonly canUpdateItself?: boolean | undefined;
  readonly defaults?: PolicyDefaults | undefined;
  /** True for what a person asked for by name: it is not kept from a digest that was blocked. */
  readonly isByHand?: boolean | undefined;
}

/** One service is moved, or left alone; perhaps with warnings. */
export type Decision = { readonly warnings: readonly string[] } & (
  | {
      readonly kind: 'move';
      readonly move: Move;
      readonly goal: Goal;
      readonly to: GoalImage;
      /** `undefined` where it has nothing to come back to: it comes from that very image. */
      readonly undo: Return | undefined;
    }
  | { readonly kind: 'hand-over'; readonly move: Move; readonly goal: Goal; readonly to: GoalImage }
  | { readonly kind: 'leave'; readonly leftAlone: LeftAlone }
);

/** Decides about one service. */
export function decide(
  target: Target,
  goalImage: GoalImage | undefined,
  observed: Observed,
  { ownContainerId, canUpdateItself = false, defaults, isByHand = false }: DecideOptions,
): Decision {
  const { project, service, reference } = target;
  const leave = (reason: LeaveReason, detail: string, hint?: string, until?: number): Decision => ({
    kind: 'leave',
    warnings: [],
    leftAlone: { project: project.name, service: service.name, reason, detail, hint, until },
  });

  const containers = containersOf(observed.containers, project.name, service.name);
  const unfinished = observed.unfinished.get(serviceKey(target));
  const running = unfinished === undefined ? containers.filter(isMeantToRun) : containers;
  if (running.length === 0 && unfinished === undefined) {
    if (containers.length > 0) return leave('not-running', 'it is stopped.');
    if (!service.enabled) return leave('profile-off', 'its profile is not active.');
    if (service.scale === 0) return leave('scaled-to-zero', 'it is scaled to 0.');
    return leave('not-running', 'it was never started.');
  }
  const obstacle = target.obstacle ?? explainInvisible(project, running) ?? explainCutOff(project, service, observed);
  if (obstacle !== undefined) return leave('refused', obstacle.message, obstacle.hint);
  if (target.stays !== undefined) return leave(target.stays.reason, target.stays.detail, target.stays.hint);
  if (goalImage === undefined || target.digest === undefined) {
    return leave('pinned', 'its image is pinned to a digest.', 'Pin it to a tag to have it updated.');
  }
  const isOwn = running.some(({ id }) => id === ownContainerId);
  if (isOwn && !canUpdateItself) {
    const hint = 'Run “docker compose up -d” yourself.';
    return leave('own-container', 'gopdater runs in it and does not replace itself.', hint);
  }
  const hasArrived = (container: Container) => runsGoal(container, goalImage, observed);
  const outdated = running.find(one => !hasArrived(one)) ?? running.find(one => !isUp(one));
  const oldImageId = unfinished?.oldImageId ?? outdated?.imageId;
  if (oldImageId === undefined) {
    const { tag } = target.tagMove?.before.reference ?? reference;
    const under = tag === reference.tag ? '' : `, under the tag ${tag}, and stays there`;
    return leave('up-to-date', `it runs that digest already${under}.`);
  }

  const blocked = observed.blocked.get(goalImage.digest ?? '');
  if (blocked !== undefined && !isByHand && goalImage.isReturn !== true) {
    const hint = `Push another version, or say “gopdater unblock ${formatReference(reference)}”.`;
    return leave('blocked', `this digest was rolled back before: ${blocked}`, hint);
  }
  const tagged = tagEnds(target, goalImage, observed);
  if (tagged !== undefined && observed.older.has(serviceKey(target)) && goalImage.isReturn !== true) {
    const detail = `${reference.tag} was built before the image that runs, and ${target.tagMove?.policy.text} has no order.`;
    return leave('refused', detail, `If you want to go back, set ${tagged.variable.name} yourself.`);
  }
  if (isOwn && tagged !== undefined && tagged.variable.services.length > 1) {
    const hint = 'Give it a variable of its own.';
    return leave('refused', `gopdater runs in it, and others move by ${tagged.variable.name}, too.`, hint);
  }
  const { policy, problems, obstacle: unclear } = readPolicy(service, defaults);
  if (unclear !== undefined) {
    return leave('refused', unclear, 'Correct it: gopdater does not guess when a service may be moved.');
  }
  // What runs the image already is only mended.
  const isNew = running.some(one => !hasArrived(one)) && goalImage.isReturn !== true;
  const notYet = isNew && !isByHand ? explainNotYet(target, policy, goalImage.digest ?? '', observed) : undefined;
  if (notYet !== undefined) return leave(notYet.reason, notYet.detail, notYet.hint, notYet.until);
  const unreachable = observed.unreachable.get(serviceKey(target));
  if (unreachable !== undefined) {
    const hint = 'Give it a healthcheck, or gopdater’s container a network that both are in.';
    return leave('refused', `its probe could not be asked: ${unreachable}.`, hint);
  }
  const drift = explainDrift(target, policy, observed);
  if (drift.obstacle !== undefined) return leave('refused', drift.obstacle.message, drift.obstacle.hint);

  const up = running.filter(isUp);
  const arrived = up.filter(hasArrived).length;
  const replicas = unfinished?.replicas ?? replicasOf(service, running);
  const hasEnded = unfinished === undefined && up.length === 0;
  const strategy = chooseStrategy(project, service, policy, { replicas, hasEnded });
  const [inTheWay] = strategy.obstacles;
  if (policy.update.order === 'start-first' && policy.fallback === 'refuse' && inTheWay !== undefined) {
    return leave('refused', `it cannot be start-first: ${inTheWay.reason}`, inTheWay.hint);
  }
  const goal: Goal = {
    cause: causeOf(unfinished === undefined ? outdated : undefined),
    project: composeOptions(project),
    service: tagged?.to.service ?? service,
    source: goalImage.source,
    name: formatReference(tagged?.to.reference ?? reference),
    variable: tagged && { ...tagged.variable, from: tagged.now, to: tagged.to.value },
    replicas,
    arrived,
    order: strategy.order,
    config: policy.update,
    policy,
    exempt: [],
    hasEnded,
  };
  const move: Move = {
    project: project.name,
    service: service.name,
    cause: goal.cause,
    from: { ...versionOf(observed.images.get(oldImageId), reference), tag: tagged?.back.reference.tag },
    to: { ...versionOf(goalImage.image, reference), digest: goalImage.digest, tag: tagged?.to.reference.tag },
    oldImageId,
    replicas,
    order: strategy.order,
    orderCause: strategy.cause,
    failureAction: policy.update.failureAction,
    undoFailureAction: policy.rollback.failureAction,
    gap: expectedGap(goal, observed.lastGaps.get(serviceKey(target))),
    variable: tagged && { ...tagged.variable, from: tagged.back.value, to: tagged.to.value },
    until: goalImage.notYet?.until,
  };
  const warnings = [
    ...endedFirst(target, goalImage),
    ...drift.warnings,
    ...problems.map(problem => `${serviceKey(target)}: ${problem}`),
    ...fellBack(target, policy, strategy),
    ...composeTooOld(target, observed),
    ...hooksLeftOut(target, move),
    ...explainGuests(observed.guests, running),
  ];
  if (isOwn) return { kind: 'hand-over', move, goal, to: goalImage, warnings };
  const back: Goal = {
    ...goal,
    service: tagged?.back.service ?? service,
    name: formatReference(tagged?.back.reference ?? reference),
    variable: tagged && { ...tagged.variable, from: tagged.to.value, to: tagged.back.value },
    arrived: 0,
    order: strategy.obstacles.length > 0 || hasEnded ? 'stop-first' : policy.rollback.order,
    config: policy.rollback,
    exempt: up.filter(one => !hasArrived(one)).map(({ id }) => id),
  };
  return {
    kind: 'move',
    move,
    goal,
    to: goalImage,
    undo: oldImageId === goalImage.image?.id ? undefined : { move, goal: back },
    warnings,
  };
}

/** Where a tag comes from and goes to, what its variable is now, and what it comes back to. */
interface TagEnds {
  readonly variable: Pick<GoalVariable, 'file' | 'name' | 'services'>;
  readonly now: string;
  readonly to: TagEnd;
  readonly back: TagEnd;
}

type TagEnd = ServiceReading & { readonly value: string };

/** What was begun and is not on its way any more has nothing to go back to: somebody brought it elsewhere. */
function tagEnds(target: Target, { isReturn }: GoalImage, { unfinished }: Observed): TagEnds | undefined {
  const { project, service, reference, tagMove } = target;
  if (tagMove === undefined) return undefined;
  const { variable, before, to, together } = tagMove;
  const back = unfinished.has(serviceKey(target)) ? tagMove.back : { ...before, value: variable.value };
  return {
    variable: { file: variable.file, name: variable.name, services: together },
    now: variable.value,
    to: isReturn ? back : { project, service, reference, value: to },
    back,
  };
}

function endedFirst(target: Target, { notYet }: GoalImage): readonly string[] {
  if (notYet === undefined) return [];
  return [`${serviceKey(target)}: what was begun is ended first. Of what its tag means now: ${notYet.detail}`];
}

function runsGoal(container: Container, { digest, image }: GoalImage, { images }: Observed): boolean {
  return container.imageId === image?.id || (digest !== undefined && runsDigest(container, digest, images));
}

function causeOf(outdated: Container | undefined): string {
  if (outdated === undefined) return 'its last update was interrupted.';
  return isUp(outdated) ? 'it runs another image.' : 'it does not run, though it should.';
}

/**
 * As many as run now, or would had they not crashed; when none does, as many as the file says. What was left beside the
 * others does not count.
 */
function replicasOf({ scale }: ComposeService, running: readonly Container[]): number {
  if (!running.some(isUp)) return scale;
  const largest = Math.max(...running.map(({ imageId }) => running.filter(one => one.imageId === imageId).length));
  return running.length > scale ? Math.max(scale, largest) : running.length;
}

function versionOf(image: Image | undefined, reference: ImageReference): ImageVersion {
  const [digest] = image === undefined ? [] : digestsIn(image, reference);
  return { digest, version: image?.labels['org.opencontainers.image.version'] };
}

function expectedGap({ order, replicas, config, hasEnded }: Goal, lastMs: number | undefined): ExpectedGap {
  if (order === 'start-first') return { kind: 'none', lastMs };
  const isInTurn = !hasEnded && config.parallelism > 0 && config.parallelism < replicas;
  return { kind: isInTurn ? 'fewer-replicas' : 'stop-to-start', lastMs };
}

/** What the files say besides the image would come with the update: that is for a person to decide. */
function explainDrift(
  target: Target,
  policy: ServicePolicy,
  { drift, composeVersion }: Observed,
): { readonly obstacle?: GopdaterError; readonly warnings: readonly string[] } {
  const found = drift.get(serviceKey(target));
  const name = serviceKey(target);
  if (found === undefined) return { warnings: [] };
  if (found instanceof GopdaterError) return { obstacle: found, warnings: [] };
  if (found.differences.length === 0 && found.madeBy !== undefined) {
    return {
      warnings: [
        `${name} was made by Compose ${found.madeBy}, and ${composeVersion} is here: the other one’s “docker compose up” may recreate it.`,
      ],
    };
  }
  const message = `The files of ${name} say something else than what runs: ${formatDrift(found)}.`;
  if (policy.drift === 'proceed') return { warnings: [`${message} The update brings that along.`] };
  const hint = 'Run “docker compose up -d” there once, or set GOPDATER_DRIFT=proceed.';
  return { obstacle: new GopdaterError('PROJECT_DIFFERS', message, { hint }), warnings: [] };
}

function fellBack(target: Target, { update }: ServicePolicy, { order, cause, obstacles }: Strategy): readonly string[] {
  const [first] = obstacles;
  if (update.order === order || first === undefined) return [];
  return [`${serviceKey(target)} is stop-first, as ${cause} ${first.hint}`];
}

/** A replica that is replaced in turn is stopped through the engine, which knows no hooks. */
function hooksLeftOut(target: Target, { gap }: Move): readonly string[] {
  if (gap.kind !== 'fewer-replicas' || !hasPreStop(target.service)) return [];
  return [
    `${serviceKey(target)}: pre_stop is not run where replicas are replaced in turn; with parallelism: 0 Compose replaces them all at once, and runs it.`,
  ];
}

/** Before 2.30 Compose hashes `depends_on` too, and `--no-deps` cuts it off: each `up` then recreates the service. */
function composeTooOld(target: Target, { composeVersion }: Observed): readonly string[] {
  if (!isBefore230(composeVersion) || target.service.dependsOn.length === 0) return [];
  return [
    `Compose ${composeVersion} recreates ${serviceKey(target)} at the next “docker compose up”, as it has depends_on: use 2.30 or newer.`,
  ];
}

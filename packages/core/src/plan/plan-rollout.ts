import type { ComposeProject, ComposeService } from '../compose/project.ts';
import type { ComposeProjectOptions } from '../docker/compose-cli.ts';
import type { Container, Image } from '../docker/engine.ts';
import { formatReference, formatRepository, type ImageReference } from '../image/reference.ts';
import { explainCutOff } from './cut-off.ts';
import { planGate } from './gate.ts';
import type { Observed } from './observe.ts';
import type { ImageVersion, LeaveReason, LeftAlone, Plan, RecreateStep, Step } from './plan.ts';
import type { Target } from './resolve-targets.ts';
import { containersOf, isMeantToRun, isUp } from './service-containers.ts';
import { explainUndo, type Move, planUndo } from './undo.ts';
import { explainInvisible } from './visibility.ts';

export interface PlanOptions {
  /** The container that gopdater itself runs in; `undefined` outside of one. */
  readonly ownContainerId?: string | undefined;
}

/** Decides everything; does nothing. */
export function planRollout(
  image: ImageReference,
  targets: readonly Target[],
  observed: Observed,
  options: PlanOptions = {},
): Plan {
  const decisions = targets.map(target => decide(target, observed, options));
  const moves = decisions.flatMap(({ move }) => (move === undefined ? [] : [move]));
  const left = decisions.flatMap(({ leftAlone }) => leftAlone ?? []);
  const upToDate = left.filter(({ reason }) => reason === 'up-to-date');
  const isNamed = upToDate.length > 0 && left.every(({ reason }) => reason !== 'blocked');
  const digest = targets.find(target => target.digest !== undefined)?.digest;
  return {
    image: formatReference(image),
    digest,
    steps: [
      ...(digest !== undefined && (isNamed || moves.length > 0) ? imageSteps(image, digest, observed) : []),
      ...moves.flat(),
    ],
    undo: planUndo(image, moves, digest === undefined ? undefined : observed.images.get(sourceOf(image, digest))?.id),
    leftAlone: left,
    warnings: [
      ...decisions.flatMap(({ warning }) => warning ?? []),
      ...explainUndo(
        moves,
        upToDate.map(({ project, service }) => `${project}/${service}`),
      ),
    ],
  };
}

/** One service is moved, perhaps with a warning, or left alone. */
interface Decision {
  readonly move?: Move;
  readonly warning?: string | undefined;
  readonly leftAlone?: LeftAlone;
}

function decide(target: Target, observed: Observed, { ownContainerId }: PlanOptions): Decision {
  const { project, service, reference, digest } = target;
  const leave = (reason: LeaveReason, detail: string, hint?: string): Decision => ({
    leftAlone: { project: project.name, service: service.name, reason, detail, hint },
  });

  const containers = containersOf(observed.containers, project.name, service.name);
  const unfinished = observed.unfinished.get(`${project.name}/${service.name}`);
  const running = unfinished === undefined ? containers.filter(isMeantToRun) : containers;
  if (running.length === 0 && unfinished === undefined) {
    if (containers.length > 0) return leave('not-running', 'it is stopped.');
    if (!service.enabled) return leave('profile-off', 'its profile is not active.');
    if (service.scale === 0) return leave('scaled-to-zero', 'it is scaled to 0.');
    return leave('not-running', 'it was never started.');
  }
  const obstacle = target.obstacle ?? explainInvisible(project, running) ?? explainCutOff(project, service, observed);
  if (obstacle !== undefined) return leave('refused', obstacle.message, obstacle.hint);
  if (digest === undefined) {
    return leave('pinned', 'its image is pinned to a digest.', 'Pin it to a tag to have it updated.');
  }
  if (running.some(({ id }) => id === ownContainerId)) {
    const hint = 'Run “docker compose up -d” yourself.';
    return leave('own-container', 'gopdater runs in it and does not replace itself.', hint);
  }
  const outdated =
    running.find(container => !runs(container, digest, observed)) ?? running.find(container => !isUp(container));
  const oldImageId = unfinished ?? outdated?.imageId;
  if (oldImageId === undefined) return leave('up-to-date', 'it runs that digest already.');

  const blocked = observed.blocked.get(digest);
  if (blocked !== undefined) {
    const hint = `Push another version, or say “gopdater unblock ${formatReference(reference)}”.`;
    return leave('blocked', `this digest was rolled back before: ${blocked}`, hint);
  }

  const source = sourceOf(reference, digest);
  const step: RecreateStep = {
    kind: 'recreate',
    cause: causeOf(unfinished === undefined ? outdated : undefined),
    project: composeOptions(project),
    service: service.name,
    source,
    oldImageId,
    scale: replicas(running.filter(isUp).length, service),
    from: versionOf(observed.images.get(oldImageId)),
    to: { digest, version: versionOf(observed.images.get(source)).version },
  };
  return {
    move: [step, planGate(step, service, { mayEnd: !running.some(isUp) })],
    warning: composeTooOld(target, observed),
  };
}

function causeOf(outdated: Container | undefined): string {
  if (outdated === undefined) return 'its last update was interrupted.';
  return isUp(outdated) ? 'it runs another digest than the registry has.' : 'it does not run, though it should.';
}

/** As many as run now; when none does, or as many as the file says, it is left to the file. */
function replicas(count: number, { scale }: ComposeService): number | undefined {
  return count === 0 || count === scale ? undefined : count;
}

/** What comes before the first recreation: the image, and its name. */
function imageSteps(image: ImageReference, digest: string, { images }: Observed): readonly Step[] {
  const name = formatReference(image);
  const source = sourceOf(image, digest);
  const here = images.get(source);
  const steps: Step[] = [];
  if (here === undefined) {
    steps.push({ kind: 'pull', cause: 'the engine does not have that digest.', reference: source });
  }
  if (here === undefined || images.get(name)?.id !== here.id) {
    steps.push({ kind: 'tag', cause: 'that is the name in the compose file.', source, target: name });
  }
  return steps;
}

/** A container runs a digest when its image is known by it; with the containerd image store that may be its id. */
function runs({ imageId }: Container, digest: string, { images }: Observed): boolean {
  return imageId === digest || (images.get(imageId)?.digests.includes(digest) ?? false);
}

function versionOf(image: Image | undefined): ImageVersion {
  return { digest: image?.digests[0], version: image?.labels['org.opencontainers.image.version'] };
}

function sourceOf(reference: ImageReference, digest: string): string {
  return `${formatRepository(reference)}@${digest}`;
}

function composeOptions({ name, workingDirectory, files, envFiles, profiles }: ComposeProject): ComposeProjectOptions {
  return { name, projectDirectory: workingDirectory, files, envFiles, profiles };
}

/** Before 2.30 Compose hashes `depends_on` too, and `--no-deps` cuts it off: each `up` then recreates the service. */
function composeTooOld({ project, service }: Target, { composeVersion }: Observed): string | undefined {
  const [major = 0, minor = 0] = composeVersion.split('.').map(Number);
  if (major > 2 || (major === 2 && minor >= 30) || service.dependsOn.length === 0) return undefined;
  return `Compose ${composeVersion} recreates ${project.name}/${service.name} at the next “docker compose up”, as it has depends_on: use 2.30 or newer.`;
}

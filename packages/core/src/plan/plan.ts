import type { ComposeProjectOptions } from '../docker/compose-cli.ts';
import { shortDigest } from '../image/digest.ts';

/** What will be done for one push, over all watched projects. Plain data: what is printed is what is executed. */
export interface Plan {
  /** In full, e.g. `docker.io/acme/web:latest`. */
  readonly image: string;
  /** What the registry serves for it; `undefined` if there was no reason to ask. */
  readonly digest: string | undefined;
  /** In order; empty when nothing is to be done. */
  readonly steps: readonly Step[];
  /** What puts the old image back if a step fails: only as far as the steps went, in order. */
  readonly undo: readonly Step[];
  /** Services that use the image and stay as they are, each with its reason. */
  readonly leftAlone: readonly LeftAlone[];
  /** Sentences about what may surprise later. */
  readonly warnings: readonly string[];
}

/** What a plan consists of; carried out in order. */
export type Step = PullStep | TagStep | RecreateStep | AwaitHealthyStep;

/** Bring the image to the engine, by its digest: a tag that moves meanwhile cannot slip in. */
export interface PullStep {
  readonly kind: 'pull';
  readonly cause: string;
  /** `repository@digest` */
  readonly reference: string;
}

/** Let the tag that the compose file names mean that image, on this engine. */
export interface TagStep {
  readonly kind: 'tag';
  readonly cause: string;
  /** `repository@digest`, or the id of an image. */
  readonly source: string;
  readonly target: string;
}

/** `docker compose up -d --no-deps SERVICE`: Compose replaces the service's containers. */
export interface RecreateStep {
  readonly kind: 'recreate';
  readonly cause: string;
  readonly project: ComposeProjectOptions;
  readonly service: string;
  /** `repository@digest`, or the id of the image, that the containers must run afterwards. */
  readonly source: string;
  /** The id of the image it comes from, which it is put back to if need be. */
  readonly oldImageId: string;
  /** Replicas, when there are not as many as the file says; `undefined` leaves it to the file. */
  readonly scale: number | undefined;
  readonly from: ImageVersion;
  readonly to: ImageVersion;
}

/** The gate: what was recreated must be healthy, or stay up where it has no health check. */
export interface AwaitHealthyStep {
  readonly kind: 'await-healthy';
  readonly cause: string;
  readonly project: ComposeProjectOptions;
  readonly service: string;
  /** How long it must have been watched, in milliseconds, when it has a health check. */
  readonly monitorMs: number;
  /** How long it must have stayed up, in milliseconds, when it has none. */
  readonly stayUpMs: number;
  /** True when it ran to its end before, so that an end with exit code 0 is good. */
  readonly mayEnd: boolean;
  /** When a health check that has not decided is given up, in milliseconds. */
  readonly timeoutMs: number;
}

/** An image as people speak of it. */
export interface ImageVersion {
  /** `undefined` for an image that no registry knows. */
  readonly digest: string | undefined;
  /** The label `org.opencontainers.image.version`, where the image has it. */
  readonly version: string | undefined;
}

/** A service that uses the image and stays as it is. */
export interface LeftAlone {
  readonly project: string;
  readonly service: string;
  readonly reason: LeaveReason;
  /** The reason in words. */
  readonly detail: string;
  /** What to do about it, if anything. */
  readonly hint: string | undefined;
}

/** Why; `refused`: gopdater must not act on it. */
export type LeaveReason =
  | 'up-to-date'
  | 'not-running'
  | 'scaled-to-zero'
  | 'profile-off'
  | 'pinned'
  | 'blocked'
  | 'own-container'
  | 'refused';

/** The plan in words, a line each. */
export function formatPlan({ image, digest, steps, undo, leftAlone, warnings }: Plan): string {
  return [
    digest === undefined ? `${image}:` : `${image} is ${shortDigest(digest)} in its registry.`,
    ...steps.map((step, index) => `  ${index + 1}. ${formatStep(step)} — ${step.cause}`),
    ...(undo.length > 0
      ? ['  If a step fails, what was begun is put back:', ...undo.map(step => `     ${formatStep(step)}`)]
      : []),
    ...(steps.length + leftAlone.length === 0 ? ['  No watched service uses it.'] : []),
    ...(steps.length === 0 && leftAlone.length > 0 ? ['  Nothing is to be done.'] : []),
    ...leftAlone.map(formatLeftAlone),
    ...warnings.map(warning => `  Mind: ${warning}`),
  ].join('\n');
}

/** One step, e.g. `recreate shop/web: v1 → v2`. */
export function formatStep(step: Step): string {
  switch (step.kind) {
    case 'pull':
      return `pull ${step.reference}`;
    case 'tag':
      return `tag ${step.source} as ${step.target}`;
    case 'await-healthy':
      return `wait until ${step.project.name}/${step.service} is healthy or has been up for ${step.stayUpMs / 1000} s`;
    case 'recreate': {
      const scale = step.scale === undefined ? '' : ` (${step.scale} replicas)`;
      return `recreate ${step.project.name}/${step.service}${scale}: ${formatMove(step.from, step.to)}`;
    }
  }
}

/** e.g. `v1 → v2 (sha256:1f2e… → sha256:9c0d…)`; before the pull nobody knows what the new one calls itself. */
export function formatMove(from: ImageVersion, to: ImageVersion): string {
  const digests = `${formatDigest(from)} → ${formatDigest(to)}`;
  if (from.version !== undefined && to.version !== undefined) return `${from.version} → ${to.version} (${digests})`;
  return `${from.version === undefined ? '' : `${from.version}, `}${digests}`;
}

function formatDigest({ digest }: ImageVersion): string {
  return digest === undefined ? 'a local image' : shortDigest(digest);
}

function formatLeftAlone({ project, service, detail, hint }: LeftAlone): string {
  return `  ${project}/${service} is left alone: ${detail}${hint === undefined ? '' : ` ${hint}`}`;
}

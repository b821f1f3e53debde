import type { ComposeProjectOptions } from '../docker/compose-cli.ts';
import type { Probe } from './policy.ts';

/** What a plan consists of; carried out in order. Each looks first how far it is done already. */
export type Step =
  | PullStep
  | KeepStep
  | TagStep
  | TagServiceStep
  | SetVariableStep
  | RecreateStep
  | ScaleUpStep
  | AwaitHealthyStep
  | RemoveStep
  | DelayStep
  | SelfUpdateStep;

/** Bring the image to the engine, by its digest: a tag that moves meanwhile cannot slip in. */
export interface PullStep {
  readonly kind: 'pull';
  readonly cause: string;
  /** `repository@digest` */
  readonly reference: string;
}

/** Give the old images a name of our own, so that no prune takes them, and let go of those that are too many. */
export interface KeepStep {
  readonly kind: 'keep';
  readonly cause: string;
  /** In full, without a tag, e.g. `docker.io/acme/web`. */
  readonly repository: string;
  readonly imageIds: readonly string[];
  /** How many old images are kept, these among them: the newest. */
  readonly count: number;
}

/** Let the tag that the compose file names mean that image, on this engine. */
export interface TagStep {
  readonly kind: 'tag';
  readonly cause: string;
  /** `repository@digest`, or the id of an image. */
  readonly source: string;
  readonly target: string;
}

/** Give the variable that tags come from another value, in the env file that says it: Compose reads it from there. */
export interface SetVariableStep {
  readonly kind: 'set-variable';
  readonly cause: string;
  /** Absolute. */
  readonly file: string;
  readonly variable: string;
  readonly from: string;
  readonly to: string;
  /** Those whose tag comes from it, by `project/service`. */
  readonly services: readonly string[];
}

/** What is done to one service. */
interface ServiceStep {
  readonly cause: string;
  readonly project: ComposeProjectOptions;
  readonly service: string;
  /** `repository@digest`, or the id of the image, that the containers run afterwards. */
  readonly source: string;
}

/** Let the tag mean that image while the service is brought to it, where services go to different ones. */
export interface TagServiceStep extends ServiceStep {
  readonly kind: 'tag-service';
  /** In full, with its tag. */
  readonly target: string;
}

/** `docker compose up -d --no-deps SERVICE`: Compose replaces all the service's containers, each old one first. */
export interface RecreateStep extends ServiceStep {
  readonly kind: 'recreate';
  /** Replicas, when there are not as many as the file says; `undefined` leaves it to the file. */
  readonly scale: number | undefined;
  /** What the old ones get to end, in milliseconds; `undefined`: as they were created. */
  readonly graceMs: number | undefined;
  /** What its hooks get, in milliseconds; 0 without any. */
  readonly hooksMs: number;
}

/** `docker compose up -d --no-deps --no-recreate --scale SERVICE=n`: Compose makes new containers beside the old ones. */
export interface ScaleUpStep extends ServiceStep {
  readonly kind: 'scale-up';
  /** How many containers run the image afterwards. */
  readonly count: number;
  /** What its hooks get, in milliseconds; 0 without any. */
  readonly hooksMs: number;
}

/** The gate: what runs the image must be healthy, or stay up where it has no health check. */
export interface AwaitHealthyStep extends ServiceStep {
  readonly kind: 'await-healthy';
  /** How many containers run the image at least. */
  readonly count: number;
  /** Ids of containers that ran before all this and have nothing to prove. */
  readonly exempt: readonly string[];
  /** How many of them may fail. */
  readonly tolerated: number;
  /** Asked for by the user, where the container has no health check of its own. */
  readonly probe: Probe | undefined;
  /** How long it must have stayed healthy, in milliseconds, when it has a health check or a probe. */
  readonly monitorMs: number;
  /** How long it must have stayed up, in milliseconds, when it has neither. */
  readonly stayUpMs: number;
  /** True when it ran to its end before, so that an end with exit code 0 is good. */
  readonly mayEnd: boolean;
  /** When a health check that has not decided is given up, in milliseconds. */
  readonly timeoutMs: number;
}

/** Stop containers that run another image, gracefully, and remove them by id: those that do not serve first. */
export interface RemoveStep extends ServiceStep {
  readonly kind: 'remove';
  /** How many of them stay. */
  readonly keep: number;
  /** How many containers the service has when all is done; with more, fewer of the others stay. */
  readonly replicas: number;
  /** What each gets to end, in milliseconds; `undefined`: as it was created. */
  readonly graceMs: number | undefined;
}

/** Wait before the next replicas are moved. */
export interface DelayStep extends Pick<ServiceStep, 'cause' | 'project' | 'service'> {
  readonly kind: 'delay';
  readonly ms: number;
}

/** Let a helper container update gopdater itself: who replaces a container cannot be in it. */
export interface SelfUpdateStep extends ServiceStep {
  readonly kind: 'self-update';
  /** In full, with its tag. */
  readonly image: string;
  /** For a rollback by hand: the digest that it goes to, whatever the registry serves. */
  readonly to: string | undefined;
}

/** One step, e.g. `recreate shop/web`. */
export function formatStep(step: Step): string {
  if ('service' in step) return formatServiceStep(step, `${step.project.name}/${step.service}`);
  switch (step.kind) {
    case 'pull':
      return `pull ${step.reference}`;
    case 'keep':
      return `keep the old image of ${step.repository}, the last ${step.count} of them`;
    case 'tag':
      return `tag ${step.source} as ${step.target}`;
    case 'set-variable':
      return `set ${step.variable}=${step.to} in ${step.file}, in the place of ${step.from}`;
  }
}

function formatServiceStep(step: Extract<Step, { service: string }>, name: string): string {
  switch (step.kind) {
    case 'tag-service':
      return `tag ${step.source} as ${step.target} for ${name}`;
    case 'recreate':
      return `recreate ${name}${step.scale === undefined ? '' : ` (${count(step.scale, 'replica')})`}`;
    case 'scale-up':
      return `start ${name} beside the old: ${count(step.count, 'replica')} on the image`;
    case 'await-healthy':
      return `wait until ${name} ${formatGate(step)}`;
    case 'remove':
      return `stop and remove the other containers of ${name}${step.keep === 0 ? '' : `, but ${step.keep}`}`;
    case 'delay':
      return `wait ${seconds(step.ms)} before the next replica of ${name}`;
    case 'self-update':
      return `hand ${name} over to a helper container`;
  }
}

function formatGate({ probe, monitorMs, stayUpMs }: AwaitHealthyStep): string {
  const watched = monitorMs === 0 ? '' : ` for ${seconds(monitorMs)}`;
  if (probe !== undefined) return `answers ${probe.kind} on port ${probe.port}${watched}`;
  return `is healthy${watched}, or has been up for ${seconds(stayUpMs)}`;
}

function count(n: number, what: string): string {
  return n === 1 ? `1 ${what}` : `${n} ${what}s`;
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}

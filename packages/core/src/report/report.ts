import type { GopdaterError } from '../errors.ts';
import { formatReference } from '../image/reference.ts';
import type { ImageVersion, LeaveReason, LeftAlone, Move, MovedVariable, Plan } from '../plan/plan.ts';
import type { Step } from '../plan/step.ts';
import type { RolloutResult, StepResult } from '../rollout/rollout.ts';
import type { ImagePushed } from '../webhook/event.ts';

/** What became of one push. Plain data, safe to store and to show. */
export interface DeploymentReport {
  readonly deliveryId: string;
  /** In full, e.g. `docker.io/acme/web:latest`. */
  readonly image: string;
  /** What the registry serves for it; `undefined` if it was not asked, or gave no answer. */
  readonly digest: string | undefined;
  readonly outcome: DeploymentOutcome;
  readonly services: readonly ServiceReport[];
  /** When the first of the services that wait may be moved, in milliseconds since the Unix epoch; `undefined`: none waits. */
  readonly waitsUntil?: number | undefined;
  readonly warnings: readonly string[];
  /** What failed, where it was not one service's. */
  readonly error: ReportedError | undefined;
  /** From the beginning of the deployment to its end. */
  readonly seconds: number;
  /** Images, in full, that policies of its services take instead of this one; an updater sees to them. */
  readonly instead?: readonly string[] | undefined;
}

/**
 * `updated`: at least one service moved, and none failed or was refused · `up-to-date`: all of it ran already ·
 * `left-alone`: nothing to move · `refused`: gopdater must not act on at least one service, or its digest is blocked, and
 * none failed · `waiting`: nothing moved, and at least one service will, later · `handed-over`: a helper container goes on with gopdater itself, whose own report follows · `rolled-back`: a service failed, and all that had to go back run their old image again · `failed` · `superseded`: a newer
 * push of the same image came before this one's turn
 */
export type DeploymentOutcome =
  | 'updated'
  | 'up-to-date'
  | 'left-alone'
  | 'waiting'
  | 'refused'
  | 'handed-over'
  | 'rolled-back'
  | 'failed'
  | 'superseded';

/** What became of one service; a `detail` says why, in words, and a `hint` what to do. */
export type ServiceReport = { readonly project: string; readonly service: string } & (
  | ({ readonly outcome: 'updated' | 'handed-over' } & MoveReport)
  | ({
      readonly outcome: 'rolled-back' | 'failed' | 'not-run';
      readonly detail: string;
      readonly hint: string | undefined;
    } & MoveReport)
  | { readonly outcome: LeaveReason; readonly detail: string; readonly hint: string | undefined }
);

/** From which image to which, and how long that took. */
export interface MoveReport {
  readonly from: ImageVersion;
  readonly to: ImageVersion;
  readonly seconds: number;
  /** For how long the service had no container that served, in milliseconds; `undefined` if that was not seen. */
  readonly gapMs: number | undefined;
  /** What an env file says now, where the tag moves by a variable. */
  readonly variable?: MovedVariable | undefined;
}

/** A {@link GopdaterError} as data. */
export interface ReportedError {
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
}

/** From what was planned and what came of it. */
export function reportDeployment(
  event: ImagePushed,
  plan: Plan,
  result: RolloutResult,
  { seconds }: { readonly seconds: number },
): DeploymentReport {
  const failure = result.steps.find(step => step.outcome === 'failed');
  const undoFailure = result.undone.find(step => step.outcome === 'failed');
  const services = [...movedServices(plan, result), ...plan.leftAlone.map(leftAlone)];
  const isOwn = failure !== undefined && (!('service' in failure.step) || isLeftAway(failure.error, result));
  const ownError = undoFailure ?? (isOwn ? failure : undefined);
  return {
    ...emptyReport(event),
    digest: plan.digest,
    outcome: outcomeOf(services, { hasFailed: failure !== undefined, isUndone: isUndone(result) }),
    services,
    waitsUntil: first([...plan.leftAlone, ...plan.moves].flatMap(({ until }) => until ?? [])),
    warnings: [...plan.warnings, ...explainMixture(services, result), ...result.problems],
    error: ownError && describe(ownError.error),
    seconds,
    ...(plan.instead.length > 0 && { instead: plan.instead }),
  };
}

function first(times: readonly number[]): number | undefined {
  return times.length === 0 ? undefined : Math.min(...times);
}

function isLeftAway({ code }: GopdaterError, { undone }: RolloutResult): boolean {
  return code === 'ENGINE_UNREACHABLE' && undone.length === 0;
}

/** Of a tag there is one only: what stays on the new image after a rollback has lost its name. */
function explainMixture(services: readonly ServiceReport[], { undone }: RolloutResult): readonly string[] {
  const updated = services.filter(({ outcome }) => outcome === 'updated');
  if (undone.length === 0) return [];
  return updated.map(
    ({ project, service }) => `${project}/${service} runs the new image still: “docker compose up” moves it back, too.`,
  );
}

/** True when something was put back, and all of it was. */
function isUndone({ undone }: RolloutResult): boolean {
  return undone.length > 0 && undone.every(({ outcome }) => outcome === 'done');
}

/** For a push that never came to a plan. */
export function reportFailure(
  event: ImagePushed,
  error: GopdaterError,
  { seconds }: { readonly seconds: number },
): DeploymentReport {
  return { ...emptyReport(event), error: describe(error), seconds };
}

/** For a push whose turn never came. */
export function reportSuperseded(event: ImagePushed): DeploymentReport {
  return { ...emptyReport(event), outcome: 'superseded' };
}

function emptyReport({ deliveryId, image }: ImagePushed): DeploymentReport {
  return {
    deliveryId,
    image: formatReference(image),
    digest: undefined,
    outcome: 'failed',
    services: [],
    warnings: [],
    error: undefined,
    seconds: 0,
  };
}

/** The first of a service's steps that failed tells why. */
function movedServices({ moves, handOver }: Plan, result: RolloutResult): readonly ServiceReport[] {
  const failure = result.steps.find(step => step.outcome === 'failed');
  return [...moves, ...(handOver === undefined ? [] : [handOver])].map((move): ServiceReport => {
    const own = result.steps.filter(({ step }) => isOf(step, move));
    const image = own.flatMap(step => (step.outcome === 'done' && step.image ? [step.image] : []))[0];
    const moved = {
      project: move.project,
      service: move.service,
      from: move.from,
      to: { ...move.to, version: image?.labels['org.opencontainers.image.version'] ?? move.to.version },
      seconds: own.reduce((sum, step) => sum + step.seconds, 0),
      gapMs: result.gapsMs.get(`${move.project}/${move.service}`),
      ...(move.variable && { variable: move.variable }),
    };
    if (own.every(({ outcome }) => outcome === 'not-run')) {
      const detail = `a step before it failed: ${failure?.error.message ?? 'see above'}`;
      return { ...moved, outcome: 'not-run', detail, hint: failure?.error.hint };
    }
    const ownFailure = own.find(step => step.outcome === 'failed');
    const detail = ownFailure?.error.message ?? 'another service of this push failed.';
    const hint = ownFailure?.error.hint;
    const undone = result.undone.filter(({ step }) => isOf(step, move));
    if (undone.length > 0 && undone.every(({ outcome }) => outcome === 'done')) {
      return { ...moved, outcome: 'rolled-back', detail, hint };
    }
    if (undone.length > 0) {
      const stuck = `${detail} ${whyStuck(undone, result)}`;
      return { ...moved, outcome: 'failed', detail: stuck, hint: 'Push a version that works, or mend it by hand.' };
    }
    if (ownFailure !== undefined) return { ...moved, outcome: 'failed', detail: left(detail, move), hint };
    return { ...moved, outcome: move === handOver ? 'handed-over' : 'updated' };
  });
}

/** @param own  what became of the steps that were to put it back */
function whyStuck(own: readonly StepResult[], { undone }: RolloutResult): string {
  const failure = own.find(step => step.outcome === 'failed');
  if (failure !== undefined) return `It could not be put back: ${failure.error.message}`;
  const other = undone.find(step => step.outcome === 'failed');
  if (other?.step.kind === 'set-variable') return `It could not be put back: ${messageOf(other)}`;
  if (other === undefined || !('service' in other.step)) return 'It could not be put back, as the tag could not.';
  return `It was not put back, as ${other.step.service} failed to, whose rollback_config.failure_action is pause.`;
}

function messageOf(result: StepResult): string {
  return result.outcome === 'failed' ? result.error.message : '';
}

function left(detail: string, { failureAction }: Move): string {
  if (failureAction === 'pause') return `${detail} It is left as it is, as failure_action is pause.`;
  return failureAction === 'continue' ? `${detail} The rollout went on, as failure_action is continue.` : detail;
}

function isOf(step: Step, { project, service }: Move): boolean {
  return 'service' in step && step.service === service && step.project.name === project;
}

function leftAlone({ project, service, reason, detail, hint }: LeftAlone): ServiceReport {
  return { project, service, outcome: reason, detail, hint };
}

function outcomeOf(
  services: readonly ServiceReport[],
  { hasFailed, isUndone }: { readonly hasFailed: boolean; readonly isUndone: boolean },
): DeploymentOutcome {
  if (hasFailed) return isUndone ? 'rolled-back' : 'failed';
  if (services.some(({ outcome }) => outcome === 'refused' || outcome === 'blocked')) return 'refused';
  if (services.some(({ outcome }) => outcome === 'handed-over')) return 'handed-over';
  if (services.some(({ outcome }) => outcome === 'updated')) return 'updated';
  if (services.some(({ outcome }) => outcome === 'waiting')) return 'waiting';
  return services.some(({ outcome }) => outcome === 'up-to-date') ? 'up-to-date' : 'left-alone';
}

function describe({ code, message, hint }: GopdaterError): ReportedError {
  return { code, message, hint };
}

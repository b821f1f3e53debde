import type { GopdaterError } from '../errors.ts';
import { formatMove, type ImageVersion, type LeaveReason, type Plan } from '../plan/plan.ts';
import type { StepResult } from '../rollout/rollout.ts';
import type { ImagePushed } from '../webhook/event.ts';

/** What became of one push. Plain data, safe to store and to show. */
export interface DeploymentReport {
  readonly deliveryId: string;
  /** In full, e.g. `docker.io/acme/web:latest`. */
  readonly image: string;
  readonly digest: string | undefined;
  readonly outcome: DeploymentOutcome;
  readonly services: readonly ServiceReport[];
  readonly warnings: readonly string[];
  /** What failed, where it was not one service's. */
  readonly error: ReportedError | undefined;
  readonly seconds: number;
}

/**
 * `updated`: at least one service moved, none failed · `up-to-date`: all of it ran already · `left-alone`: nothing to
 * move · `refused`: gopdater must not act on at least one, none failed · `failed` · `superseded`: a newer push of the
 * same image came before this one's turn
 */
export type DeploymentOutcome = 'updated' | 'up-to-date' | 'left-alone' | 'refused' | 'failed' | 'superseded';

export interface ServiceReport {
  readonly project: string;
  readonly service: string;
  readonly outcome: 'updated' | 'failed' | 'not-run' | LeaveReason;
  /** With `updated`, `failed` and `not-run`. */
  readonly from?: ImageVersion;
  readonly to?: ImageVersion;
  readonly seconds?: number;
  /** Why, in words, unless `updated`. */
  readonly detail?: string;
  readonly hint?: string | undefined;
}

export interface ReportedError {
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
}

/** From what was planned and what came of it. */
export function reportDeployment(
  { deliveryId }: ImagePushed,
  plan: Plan,
  results: readonly StepResult[],
  { seconds }: { readonly seconds: number },
): DeploymentReport {
  const failure = results.find(result => result.outcome === 'failed');
  const services = [
    ...results.flatMap(result => movedService(result, failure?.error)),
    ...plan.leftAlone.map(leftAlone),
  ];
  return {
    deliveryId,
    image: plan.image,
    digest: plan.digest,
    outcome: outcomeOf(services, failure !== undefined),
    services,
    warnings: plan.warnings,
    error: failure !== undefined && failure.step.kind !== 'recreate' ? describe(failure.error) : undefined,
    seconds,
  };
}

/** For a push that never came to a plan. */
export function reportFailure(
  event: ImagePushed,
  image: string,
  error: GopdaterError,
  seconds: number,
): DeploymentReport {
  const { deliveryId } = event;
  return {
    deliveryId,
    image,
    digest: undefined,
    outcome: 'failed',
    services: [],
    warnings: [],
    error: describe(error),
    seconds,
  };
}

/** For a push whose turn never came. */
export function reportSuperseded({ deliveryId }: ImagePushed, image: string): DeploymentReport {
  return {
    deliveryId,
    image,
    digest: undefined,
    outcome: 'superseded',
    services: [],
    warnings: [],
    error: undefined,
    seconds: 0,
  };
}

function movedService(result: StepResult, failure: GopdaterError | undefined): readonly ServiceReport[] {
  const { step, seconds } = result;
  if (step.kind !== 'recreate') return [];
  const common = { project: step.project.name, service: step.service, from: step.from, to: step.to, seconds };
  switch (result.outcome) {
    case 'done': {
      const version = result.image?.labels['org.opencontainers.image.version'] ?? step.to.version;
      return [{ ...common, outcome: 'updated', to: { digest: step.to.digest, version } }];
    }
    case 'failed':
      return [{ ...common, outcome: 'failed', detail: result.error.message, hint: result.error.hint }];
    case 'not-run':
      return [
        { ...common, outcome: 'not-run', detail: `not begun, as a step before it failed: ${failure?.message ?? ''}` },
      ];
  }
}

function leftAlone({ project, service, reason, detail, hint }: Plan['leftAlone'][number]): ServiceReport {
  return { project, service, outcome: reason, detail, hint };
}

function outcomeOf(services: readonly ServiceReport[], hasFailed: boolean): DeploymentOutcome {
  if (hasFailed) return 'failed';
  if (services.some(({ outcome }) => outcome === 'refused')) return 'refused';
  if (services.some(({ outcome }) => outcome === 'updated')) return 'updated';
  return services.some(({ outcome }) => outcome === 'up-to-date') ? 'up-to-date' : 'left-alone';
}

function describe({ code, message, hint }: GopdaterError): ReportedError {
  return { code, message, hint };
}

/** The report in words, a line each. */
export function formatReport(report: DeploymentReport): string {
  const lines = report.services.map(formatService);
  if (report.error !== undefined) lines.push(`failed: ${withHint(report.error.message, report.error.hint)}`);
  if (report.outcome === 'superseded') lines.push('not done: a newer push of the same image took its place.');
  return [
    `${report.image}, after ${formatSeconds(report.seconds)}:`,
    ...lines,
    ...report.warnings.map(warning => `mind: ${warning}`),
  ].join('\n  ');
}

function formatService(service: ServiceReport): string {
  const name = `${service.project}/${service.service}`;
  const detail = withHint(service.detail ?? '', service.hint);
  switch (service.outcome) {
    case 'updated': {
      const move = service.from && service.to ? formatMove(service.from, service.to) : '';
      return `${name}: ${move} in ${formatSeconds(service.seconds ?? 0)}`;
    }
    case 'failed':
      return `${name} failed: ${detail}`;
    case 'not-run':
      return `${name} was ${detail}`;
    default:
      return `${name} was left alone: ${detail}`;
  }
}

function withHint(text: string, hint: string | undefined): string {
  return hint === undefined ? text : `${text} ${hint}`;
}

function formatSeconds(seconds: number): string {
  return `${seconds.toFixed(seconds < 1 ? 3 : 1)} s`;
}

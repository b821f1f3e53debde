import { formatMove } from '../plan/format-plan.ts';
import type { MovedVariable } from '../plan/plan.ts';
import type { DeploymentReport, ServiceReport } from './report.ts';

/** The report in words, a line each. */
export function formatReport(report: DeploymentReport): string {
  const lines = report.services.map(formatService);
  if (report.error !== undefined) lines.push(`failed: ${withHint(report.error.message, report.error.hint)}`);
  if (report.outcome === 'superseded') lines.push('not done: a newer push of the same image took its place.');
  lines.push(...report.warnings.map(warning => `mind: ${warning}`));
  return [`${report.image}, after ${formatSeconds(report.seconds)}:`, ...lines].join('\n  ');
}

function formatService(report: ServiceReport): string {
  const name = `${report.project}/${report.service}`;
  switch (report.outcome) {
    case 'updated':
      return `${name}: ${formatMove(report.from, report.to)} in ${formatSeconds(report.seconds)}${formatGap(report)}${formatVariable(report)}`;
    case 'handed-over':
      return `${name}: ${formatMove(report.from, report.to)}; a helper container goes on with it, and “gopdater history” will tell what came of it`;
    case 'rolled-back':
      return `${name} was rolled back: ${formatMove(report.to, report.from)}. ${withHint(report.detail, report.hint)}`;
    case 'failed':
      return `${name} failed: ${withHint(report.detail, report.hint)}`;
    case 'not-run':
      return `${name} was not begun: ${withHint(report.detail, report.hint)}`;
    case 'waiting':
      return `${name} waits: ${report.detail}`;
    default:
      return `${name} was left alone: ${withHint(report.detail, report.hint)}`;
  }
}

function formatGap({ gapMs }: { readonly gapMs: number | undefined }): string {
  if (gapMs === undefined) return '';
  return gapMs === 0 ? ', without a gap' : `, ${formatSeconds(gapMs / 1000)} of them without a container that serves`;
}

function formatVariable({ variable }: { readonly variable?: MovedVariable | undefined }): string {
  if (variable === undefined || variable.from === variable.to) return '';
  return `; ${variable.name} is ${variable.to} in ${variable.file} now`;
}

function withHint(text: string, hint: string | undefined): string {
  if (hint === undefined) return text;
  return text.includes('\n') ? `${text}\n    ${hint}` : `${text} ${hint}`;
}

function formatSeconds(seconds: number): string {
  return `${seconds.toFixed(seconds < 1 ? 3 : 1)} s`;
}

import type { ServingChange, ServingLog } from './serving-log.ts';
import type { ContainerRecord } from './state/container-record.ts';

/** Of the engine's clock, in milliseconds; the end is not part of it. */
export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}

/** When a service served, from its first moment of service to now. */
export interface Serving {
  /** At least one replica did. */
  readonly intervals: readonly Interval[];
  /** None did. A gap may be empty: the last replica had ended before the next one began, if only in the same moment. */
  readonly gaps: readonly Interval[];
  /** How many did. */
  readonly replicas: readonly (Interval & { readonly count: number })[];
}

export interface ServingOptions {
  /** Of Compose, or a stack; needed if several have such a service. */
  readonly project?: string | undefined;
}

/**
 * Adds up what the replicas of a service did.
 *
 * @param service  as Compose or Swarm labels its containers; of others, the container's name
 * @throws Error if there has been no such container, or if the service is one of several projects
 */
export function servingOf(log: ServingLog, nowMs: number, service: string, { project }: ServingOptions = {}): Serving {
  const replicas = log.containers.filter(
    container => serviceOf(container) === service && (project === undefined || projectOf(container) === project),
  );
  checkReplicas(replicas, service, project);
  return sumUp(
    log.changes.filter(({ container }) => replicas.includes(container)),
    nowMs,
  );
}

function checkReplicas(replicas: readonly ContainerRecord[], service: string, project: string | undefined): void {
  if (replicas.length === 0) {
    const where = project === undefined ? '' : ` in project “${project}”`;
    throw new Error(`There has been no container of a service “${service}”${where}.`);
  }
  const projects = [...new Set(replicas.map(projectOf))];
  if (projects.length === 1) return;
  throw new Error(
    `Several projects have a service “${service}”: name one of ${projects.map(name => `“${name}”`).join(', ')}.`,
  );
}

function sumUp(changes: readonly ServingChange[], nowMs: number): Serving {
  const intervals: Interval[] = [];
  const gaps: Interval[] = [];
  const replicas: (Interval & { count: number })[] = [];
  let count = 0;
  let servesFromMs = 0;
  for (const [at, { serves, timeMs: fromMs }] of changes.entries()) {
    if (count === 0) servesFromMs = fromMs;
    count += serves ? 1 : -1;
    const toMs = changes[at + 1]?.timeMs ?? nowMs;
    const isLast = at === changes.length - 1;
    if (toMs > fromMs) replicas.push({ fromMs, toMs, count });
    if (count === 0) gaps.push({ fromMs, toMs });
    const endMs = count === 0 ? fromMs : toMs;
    if ((count === 0 || isLast) && endMs > servesFromMs) intervals.push({ fromMs: servesFromMs, toMs: endMs });
  }
  return { intervals, gaps, replicas };
}

function serviceOf({ spec: { labels }, name }: ContainerRecord): string {
  return labels['com.docker.compose.service'] ?? labels['com.docker.swarm.service.name'] ?? name;
}

function projectOf({ spec: { labels } }: ContainerRecord): string {
  return labels['com.docker.compose.project'] ?? labels['com.docker.stack.namespace'] ?? '';
}

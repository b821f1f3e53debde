import type { ComposeService } from '@gopdater/core';
import { type ContainerRecord, hasProcess } from '../docker/state/container-record.ts';
import { EngineError } from '../errors.ts';
import type { ComposeRun } from './compose-run.ts';
import { configHash } from './config-hash.ts';
import { labels } from './labels.ts';
import type { Progress } from './progress.ts';
import { serviceSpec } from './service-spec.ts';

export interface Goal {
  readonly service: ComposeService;
  readonly scale: number;
  /** Of the image that the reference names now. */
  readonly imageId: string;
  /** Services that go into the label of new containers. */
  readonly dependsOn: readonly string[];
  readonly keepsObsolete: boolean;
}

/**
 * Brings the service's containers to the right number and configuration.
 *
 * New and recreated ones are left created; starting them is the next step.
 */
export async function converge(run: ComposeRun, goal: Goal, existing: readonly ContainerRecord[]): Promise<void> {
  const kept = [...existing].sort((a, b) => rank(goal, a) - rank(goal, b) || numberOf(a) - numberOf(b));
  for (const surplus of kept.splice(goal.scale)) await removeSurplus(run, surplus);
  for (const container of kept) {
    if (isObsolete(goal, container)) await recreate(run, goal, container);
    else if (hasProcess(container)) run.progress.container(container.name, 'Running');
  }
  const last = Math.max(0, ...existing.map(numberOf));
  for (let missing = 1; missing <= goal.scale - kept.length; missing += 1) await create(run, goal, last + missing);
}

/** Obsolete ones are the first to go when there are too many. */
function rank(goal: Goal, container: ContainerRecord): number {
  return isObsolete(goal, container) ? 1 : 0;
}

function isObsolete({ service, imageId, keepsObsolete }: Goal, { spec }: ContainerRecord): boolean {
  if (keepsObsolete) return false;
  return spec.labels[labels.configHash] !== configHash(service) || spec.labels[labels.image] !== imageId;
}

export function numberOf({ spec }: ContainerRecord): number {
  return Number(spec.labels[labels.number] ?? 0);
}

async function removeSurplus({ daemon, progress }: ComposeRun, container: ContainerRecord): Promise<void> {
  progress.container(container.name, 'Stopping');
  await daemon.stop(container);
  progress.container(container.name, 'Stopped');
  progress.container(container.name, 'Removing');
  await daemon.remove(container, { force: true });
  progress.container(container.name, 'Removed');
}

/** The new one under a name of its own, then the old one away, then the name handed over. */
async function recreate(run: ComposeRun, goal: Goal, old: ContainerRecord): Promise<void> {
  const { daemon, progress, project, version } = run;
  const { service, imageId, dependsOn } = goal;
  const { name } = old;
  const number = numberOf(old);
  progress.container(name, 'Recreate');
  const spec = serviceSpec(project, service, {
    name,
    number,
    imageId,
    version,
    dependsOn,
    replaces: `${service.name}-${number}`,
  });
  const temporary = `${old.id.slice(0, 12)}_${name}`;
  const fresh = await printingError(progress, name, () => daemon.create(temporary, spec));
  await daemon.stop(old);
  await daemon.remove(old, { force: false });
  await daemon.rename(fresh, service.containerName ?? name);
  progress.container(name, 'Recreated');
}

async function create({ daemon, progress, project, version }: ComposeRun, goal: Goal, number: number): Promise<void> {
  const { service, imageId, dependsOn } = goal;
  const name = service.containerName ?? `${project.name}-${service.name}-${number}`;
  progress.container(name, 'Creating');
  const spec = serviceSpec(project, service, { name, number, imageId, version, dependsOn, replaces: undefined });
  await printingError(progress, name, () => daemon.create(name, spec));
  progress.container(name, 'Created');
}

/** Compose repeats the engine's refusal beside the container's name. */
async function printingError<T>(progress: Progress, name: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof EngineError) progress.container(name, `Error response from daemon: ${error.message}`);
    throw error;
  }
}

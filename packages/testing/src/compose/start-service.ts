import type { ComposeService } from '@gopdater/core';
import { type ContainerRecord, hasProcess, isRunning } from '../docker/state/container-record.ts';
import { composeFailed } from './compose-error.ts';
import type { ComposeRun } from './compose-run.ts';
import { numberOf } from './converge.ts';
import { labels } from './labels.ts';
import { conditionOf } from './service-attributes.ts';

/** Starts what does not run, once the services it depends on are as `depends_on` asks. */
export async function startService(
  run: ComposeRun,
  service: ComposeService,
  { dependsOn, containers }: { dependsOn: readonly string[]; containers: readonly ContainerRecord[] },
): Promise<void> {
  const of = (name: string): ContainerRecord[] =>
    containers.filter(({ spec }) => spec.labels[labels.service] === name).sort((a, b) => numberOf(a) - numberOf(b));
  for (const dependency of dependsOn) {
    const condition = conditionOf(service, dependency);
    for (const container of of(dependency)) await awaitDependency(run, container, condition);
  }
  for (const container of of(service.name)) {
    if (hasProcess(container)) continue;
    run.progress.container(container.name, 'Starting');
    await run.daemon.start(container);
    run.progress.container(container.name, 'Started');
  }
}

async function awaitDependency(run: ComposeRun, container: ContainerRecord, condition: string): Promise<void> {
  if (condition === 'service_healthy') await awaitHealthy(run, container);
  if (condition === 'service_completed_successfully') await awaitCompleted(run, container);
}

async function awaitHealthy({ daemon, progress }: ComposeRun, container: ContainerRecord): Promise<void> {
  const { name } = container;
  const fail = (message: string): never => {
    progress.container(name, 'Error');
    throw composeFailed(`dependency failed to start: ${message}`);
  };
  progress.container(name, 'Waiting');
  if (container.health === undefined) fail(`container ${name} has no healthcheck configured`);
  await daemon.until(container, () => container.health !== 'starting' || !isRunning(container));
  if (!isRunning(container)) fail(`container ${name} exited (${container.state.exitCode})`);
  if (container.health === 'unhealthy') fail(`container ${name} is unhealthy`);
  progress.container(name, 'Healthy');
}

async function awaitCompleted({ daemon, progress }: ComposeRun, container: ContainerRecord): Promise<void> {
  const { name, spec } = container;
  progress.container(name, 'Waiting');
  await daemon.until(container, () => !isRunning(container));
  const { exitCode } = container.state;
  if (exitCode !== 0) {
    throw composeFailed(`service "${spec.labels[labels.service]}" didn't complete successfully: exit ${exitCode}`);
  }
  progress.container(name, 'Exited');
}

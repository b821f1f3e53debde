import type { ComposeService } from '@gopdater/core';
import { type ContainerRecord, isRunning } from '../docker/state/container-record.ts';
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
  const own = containers.filter(({ spec }) => spec.labels[labels.service] === service.name);
  const stopped = own.filter(container => !isRunning(container)).sort((a, b) => numberOf(a) - numberOf(b));
  if (stopped.length === 0) return;
  for (const dependency of dependsOn) {
    const needed = containers.filter(({ spec }) => spec.labels[labels.service] === dependency);
    for (const container of needed) await awaitDependency(run, container, conditionOf(service, dependency));
  }
  for (const container of stopped) {
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
  progress.line(` Container ${name}  Waiting`);
  if (container.health === undefined) throw composeFailed(`container ${name} has no healthcheck configured`);
  await daemon.until(container, () => container.health !== 'starting' || !isRunning(container));
  if (!isRunning(container))
    throw composeFailed(`dependency failed to start: container ${name} exited (${container.state.exitCode})`);
  if (container.health === 'unhealthy')
    throw composeFailed(`dependency failed to start: container ${name} is unhealthy`);
  progress.line(` Container ${name}  Healthy`);
}

async function awaitCompleted({ daemon, progress }: ComposeRun, container: ContainerRecord): Promise<void> {
  const { name } = container;
  progress.line(` Container ${name}  Waiting`);
  await daemon.until(container, () => !isRunning(container));
  const { exitCode } = container.state;
  if (exitCode !== 0)
    throw composeFailed(
      `service "${container.spec.labels[labels.service]}" didn't complete successfully: exit ${exitCode}`,
    );
  progress.line(` Container ${name}  Exited`);
}

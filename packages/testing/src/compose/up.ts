import type { ComposeService, UpOptions } from '@gopdater/core';
import { composeFailed } from './compose-error.ts';
import type { ComposeRun } from './compose-run.ts';
import { converge } from './converge.ts';
import { ensureImages } from './images.ts';
import { labels } from './labels.ts';
import { ensureResources } from './resources.ts';
import { selectServices } from './select-services.ts';
import { startService } from './start-service.ts';

/** Images, networks and volumes, containers, start: each for all services before the next. */
export async function up(run: ComposeRun, names: readonly string[], options: UpOptions): Promise<void> {
  const { project, daemon } = run;
  const { noDeps = false, noStart = false, noRecreate = false, scale = {} } = options;
  const services = selectServices(project, names, { withDependencies: !noDeps });
  checkScale(run, services, scale);
  const imageIds = await ensureImages(run, services, options);
  await ensureResources(run, services);
  const selected = new Set(services.map(({ name }) => name));
  const dependenciesOf = ({ dependsOn }: ComposeService): string[] =>
    noDeps ? dependsOn.filter(name => selected.has(name)) : [...dependsOn];

  const before = await daemon.containers(project.name);
  for (const service of services) {
    const existing = before.filter(({ spec }) => spec.labels[labels.service] === service.name);
    const goal = {
      service,
      scale: scale[service.name] ?? service.scale,
      imageId: imageIds.get(service.name) ?? '',
      dependsOn: dependenciesOf(service),
      keepsObsolete: noRecreate,
    };
    await converge(run, goal, existing);
  }
  if (noStart) return;
  const containers = await daemon.containers(project.name);
  for (const service of services) await startService(run, service, { dependsOn: dependenciesOf(service), containers });
}

function checkScale(
  { project }: ComposeRun,
  services: readonly ComposeService[],
  scale: Readonly<Record<string, number>>,
): void {
  const unknown = Object.keys(scale).find(name => !project.services.has(name));
  if (unknown !== undefined) throw composeFailed(`no such service: ${unknown}: not found`);
  for (const { name, containerName, scale: own } of services) {
    if (containerName === undefined || (scale[name] ?? own) <= 1) continue;
    throw composeFailed(
      `WARNING: The "${name}" service is using the custom container name "${containerName}". Docker requires each container to have a unique name. Remove the custom name to scale the service`,
    );
  }
}

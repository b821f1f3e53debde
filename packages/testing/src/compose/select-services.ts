import type { ComposeProject, ComposeService } from '@gopdater/core';
import { composeFailed } from './compose-error.ts';

/**
 * The services a command is about, those that others depend on first.
 *
 * A service that a profile disables is left out unless it is named.
 */
export function selectServices(
  { services }: ComposeProject,
  names: readonly string[],
  { withDependencies }: { withDependencies: boolean },
): ComposeService[] {
  const enabled = [...services.values()].filter(service => service.enabled).map(({ name }) => name);
  const selected = new Map<string, ComposeService>();
  const path = new Set<string>();
  const visit = (name: string): void => {
    if (selected.has(name)) return;
    const service = services.get(name);
    if (!service) throw composeFailed(`no such service: ${name}`);
    if (path.has(name)) throw composeFailed(`dependency cycle detected: ${[...path, name].join(' -> ')}`);
    path.add(name);
    if (withDependencies) service.dependsOn.forEach(visit);
    path.delete(name);
    selected.set(name, service);
  };
  for (const name of names.length > 0 ? names : enabled) visit(name);
  return [...selected.values()];
}

/** The image's name; a service that is only built gets the one Compose gives it. */
export function imageOf(project: ComposeProject, { name, image }: ComposeService): string {
  return image ?? `${project.name}-${name}`;
}

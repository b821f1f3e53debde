import type { MatchedService } from './match-services.ts';

/**
 * Puts services that others depend on, directly or not, before these; otherwise the order stays.
 *
 * @see Compose Specification, services: `depends_on`
 */
export function inDependencyOrder<T extends Pick<MatchedService, 'project' | 'service'>>(
  services: readonly T[],
): readonly T[] {
  const ordered = new Set<T>();
  const visited = new Map<string, Set<string>>();
  const visit = ({ project, service }: Pick<MatchedService, 'project' | 'service'>): void => {
    const names = visited.get(project.name) ?? new Set();
    visited.set(project.name, names.add(service.name));
    for (const name of service.dependsOn) {
      const dependency = project.services.get(name);
      if (dependency !== undefined && !names.has(name)) visit({ project, service: dependency });
    }
    const own = services.find(one => one.project.name === project.name && one.service.name === service.name);
    if (own !== undefined) ordered.add(own);
  };
  for (const one of services) if (!ordered.has(one)) visit(one);
  return [...ordered];
}

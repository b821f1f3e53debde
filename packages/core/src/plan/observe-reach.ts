import type { CallOptions, Container, ContainerDetails, Engine } from '../docker/engine.ts';
import { readPolicy } from './policy.ts';
import type { Target } from './resolve-targets.ts';
import { containersOf } from './service-containers.ts';

/**
 * Why gopdater could not ask a service the question of its label: then the update would fail, and only after its time
 * limit. `undefined` where it can, or need not, as the container has a health check of its own.
 *
 * @param ownContainerId  the container that gopdater runs in; `undefined` on the host, which reaches all networks
 */
export async function explainUnreachable(
  { project, service }: Pick<Target, 'project' | 'service'>,
  containers: readonly Container[],
  {
    ownContainerId,
    engine,
    signal,
  }: CallOptions & { readonly engine: Engine; readonly ownContainerId?: string | undefined },
): Promise<string | undefined> {
  if (readPolicy(service).policy.probe === undefined) return undefined;
  const running = containersOf(containers, project.name, service.name).find(({ state }) => state === 'running');
  const container = running && (await engine.inspectContainer(running.id, { signal }));
  if (container === undefined || container.health !== undefined) return undefined;
  if (container.addresses.length === 0)
    return `it has no address of its own (network_mode is ${container.network.mode})`;
  const own = ownContainerId === undefined ? undefined : await engine.inspectContainer(ownContainerId, { signal });
  if (own === undefined || canReach(own, container)) return undefined;
  return `gopdater shares no network with it (${container.network.names.join(', ')})`;
}

function canReach({ network: { mode, names } }: ContainerDetails, { network }: ContainerDetails): boolean {
  // Whose network it lives in instead is not looked at.
  return mode === 'host' || mode.startsWith('container:') || names.some(name => network.names.includes(name));
}

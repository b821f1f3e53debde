import type { ComposeProject, ComposeService } from '../compose/project.ts';
import { objectOf } from '../json.ts';
import type { Order, ServicePolicy } from './policy.ts';

/** Which order a service is moved in, and why. */
export interface Strategy {
  readonly order: Order;
  /** In words, after “as”. */
  readonly cause: string;
  /** What stands in the way of start-first: each in words, with the line that would change it. */
  readonly obstacles: readonly Obstacle[];
}

/** Why two containers of a service cannot run side by side. */
export interface Obstacle {
  readonly reason: string;
  readonly hint: string;
}

/**
 * Which strategy a service gets: the one that it asks for, unless something stands in the way. What stands in the way is
 * all knowable from the files, so that no rollout fails half-way for it.
 *
 * @param options.replicas  how many there are
 * @param options.hasEnded  true when it runs to its end and none of its containers is up
 */
export function chooseStrategy(
  project: ComposeProject,
  service: ComposeService,
  policy: ServicePolicy,
  { replicas, hasEnded }: { readonly replicas: number; readonly hasEnded: boolean },
): Strategy {
  const obstacles = obstaclesToStartFirst(project, service, { replicas });
  const { order } = policy.update;
  if (hasEnded) return { order: 'stop-first', cause: 'none of its containers is up', obstacles };
  const [first] = obstacles;
  if (order === 'stop-first' || first === undefined) return { order, cause: policy.orderCause, obstacles };
  return { order: 'stop-first', cause: `it cannot be start-first: ${first.reason}`, obstacles };
}

/**
 * @see Compose Specification, services: `container_name`, `ports`, `network_mode`, `networks`, `mac_address`, `pre_stop`;
 * Compose Deploy Specification, `placement`
 */
export function obstaclesToStartFirst(
  project: ComposeProject,
  service: ComposeService,
  { replicas }: { readonly replicas: number },
): readonly Obstacle[] {
  const { containerName, attributes } = service;
  const { network_mode: networkMode, mac_address: macAddress } = attributes;
  const guests = [...project.services.values()].filter(other => sharesWith(other, service, project));
  return [
    ...(containerName === undefined
      ? []
      : [
          {
            reason: `container_name is ${containerName}, and a name is for one only.`,
            hint: 'Take container_name out.',
          },
        ]),
    ...portObstacles(attributes.ports, replicas),
    ...(typeof networkMode === 'string' && /^(host|service:|container:)/.test(networkMode)
      ? [
          {
            reason: `network_mode is ${networkMode}: both would want the same ports.`,
            hint: 'Give the service a network of its own, and take network_mode out.',
          },
        ]
      : []),
    ...addressObstacles(attributes.networks),
    ...(typeof macAddress === 'string'
      ? [{ reason: `mac_address is ${macAddress}.`, hint: 'Take mac_address out.' }]
      : []),
    ...guests.map(guest => ({
      reason: `${guest.name} lives in its container.`,
      hint: `Give ${guest.name} a network of its own.`,
    })),
    ...(hasPreStop(service)
      ? [
          {
            reason: 'pre_stop is run by Compose only, when it replaces a container in its place.',
            hint: 'Do on the stop signal what pre_stop does, and take pre_stop out.',
          },
        ]
      : []),
    ...placementObstacles(attributes.deploy, replicas),
  ];
}

/** True when Compose runs commands in a container of the service before it stops it. */
export function hasPreStop({ attributes }: ComposeService): boolean {
  return Array.isArray(attributes.pre_stop) && attributes.pre_stop.length > 0;
}

/** A host port is for one container; of a range each takes one. */
function portObstacles(ports: unknown, replicas: number): readonly Obstacle[] {
  if (!Array.isArray(ports)) return [];
  return ports.flatMap((port: unknown): readonly Obstacle[] => {
    const { published } = objectOf(port);
    if (published === undefined || published === null || published === '' || String(published) === '0') return [];
    const [first = 0, last = first] = String(published).split('-').map(Number);
    if (last - first + 1 > replicas) return [];
    return [
      {
        reason: `host port ${String(published)} is published, and ${first === last ? 'it is for one only' : 'all of the range is taken'}.`,
        hint: 'Let a proxy publish the port and hand on to the service, and take the host port out of ports.',
      },
    ];
  });
}

function addressObstacles(networks: unknown): readonly Obstacle[] {
  return Object.entries(objectOf(networks)).flatMap(([network, settings]) =>
    ['ipv4_address', 'ipv6_address', 'mac_address'].flatMap(key => {
      const value = objectOf(settings)[key];
      if (typeof value !== 'string') return [];
      return [{ reason: `${key} is ${value} in network ${network}.`, hint: `Take ${key} out; its name finds it.` }];
    }),
  );
}

function placementObstacles(deploy: unknown, replicas: number): readonly Obstacle[] {
  const limit = objectOf(objectOf(deploy).placement).max_replicas_per_node;
  if (limit === undefined || Number(limit) === 0 || Number(limit) > replicas) return [];
  return [
    {
      reason: `deploy.placement.max_replicas_per_node is ${String(limit)}.`,
      hint: 'Raise it by one.',
    },
  ];
}

/** It lives in the network, process or IPC namespace of the other, or on its volumes; named as a service or a container. */
export function sharesWith(
  { attributes }: ComposeService,
  { name, containerName }: ComposeService,
  project: ComposeProject,
): boolean {
  const replica = `${project.name}-${name}-`;
  const isIt = (kind: string | undefined, other: string | undefined) => {
    if (kind === 'service') return other === name;
    if (kind !== 'container' || other === undefined) return false;
    if (containerName !== undefined) return other === containerName;
    return other.startsWith(replica) && /^\d+$/.test(other.slice(replica.length));
  };
  const { network_mode, pid, ipc, volumes_from: volumesFrom } = attributes;
  const modes = [network_mode, pid, ipc].filter(mode => typeof mode === 'string');
  const volumes = Array.isArray(volumesFrom) ? volumesFrom.filter(from => typeof from === 'string') : [];
  return (
    modes.some(mode => isIt(...pairOf(mode))) ||
    volumes.some(from => isIt(...pairOf(from.startsWith('container:') ? from : `service:${from}`)))
  );
}

/** `kind:name`, and perhaps more. */
function pairOf(text: string): [string | undefined, string | undefined] {
  const [kind, name] = text.split(':');
  return [kind, name];
}

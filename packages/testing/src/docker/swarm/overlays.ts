import { EngineError } from '../../errors.ts';
import { giveBackAddress, takeAddress } from '../state/addresses.ts';
import type { EngineState } from '../state/engine-state.ts';
import {
  type Endpoint,
  emitNetwork,
  endpointsOf,
  type NetworkRecord,
  type NetworkSpec,
} from '../state/network-record.ts';
import type { EndpointSpec, TaskSpec } from './service-record.ts';
import { emitSwarm, stamp, swarmId } from './stamp.ts';
import type { Swarm } from './swarm-record.ts';
import { hasEnded, type TaskRecord } from './task-record.ts';

/** The first VXLAN of a swarm; the network N after it is 10.0.N.0/24. */
const firstVxlanId = 4096;

/** A network of the swarm. @throws EngineError 403 outside of one, 409 if the name is taken */
export function createOverlay(
  engine: EngineState,
  spec: NetworkSpec,
  { isIngress = false }: { readonly isIngress?: boolean } = {},
): NetworkRecord {
  const { swarm } = engine;
  if (!swarm) {
    throw new EngineError(
      403,
      'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.',
    );
  }
  if (!/^[a-zA-Z0-9](?:[-_]*[a-zA-Z0-9]+)*$/.test(spec.name)) {
    const why = 'name must be valid as a DNS name component';
    throw new EngineError(400, `rpc error: code = InvalidArgument desc = ${why}`);
  }
  if ([...engine.networks.values()].some(({ name }) => name === spec.name)) {
    throw new EngineError(409, `rpc error: code = AlreadyExists desc = network ${spec.name} already exists`);
  }
  const { id, createdMs, version } = stamp(swarm, 'network');
  const number = freeNumber(engine);
  const overlay = {
    vxlanId: firstVxlanId + number,
    isIngress,
    version,
    isOnNode: false,
    isRemoved: false,
    balancer: undefined,
  };
  const network: NetworkRecord = { ...spec, id, createdMs, driver: 'overlay', subnet: number, overlay };
  engine.networks.set(id, network);
  if (isIngress) {
    bringToNode(swarm, network);
    return network;
  }
  emitSwarm(engine, 'network', 'create', id, { name: spec.name });
  emitSwarm(engine, 'network', 'update', id, { name: spec.name });
  return network;
}

/** From the swarm at once; from the node when its last container has left it. */
export function removeOverlay(swarm: Swarm, network: NetworkRecord): void {
  const { id, name, overlay } = network;
  if (!overlay) return;
  const user = [...swarm.services.values()].find(({ spec }) => spec.task.networks.some(target => target.id === id));
  const task = [...swarm.tasks.values()].find(
    one => one.desired !== 'remove' && !hasEnded(one) && one.attachments.some(({ networkId }) => networkId === id),
  );
  // A container that is no service’s is a task to a swarm, too, which nobody can look at.
  const hasGuest = endpointsOf(swarm.engine, network).some(
    ({ container }) => container.spec.labels['com.docker.swarm.task.id'] === undefined,
  );
  if (user || task || hasGuest) {
    const by = user ? `service ${user.id}` : `task ${task?.id ?? swarmId(swarm.engine.ids, 'guest')}`;
    throw new EngineError(400, `rpc error: code = FailedPrecondition desc = network ${id} is in use by ${by}`);
  }
  overlay.isRemoved = true;
  emitSwarm(swarm.engine, 'network', 'remove', id, { name });
  releaseOverlays(swarm);
}

/** Gives a task its addresses. */
export function attachTask(swarm: Swarm, task: TaskRecord): void {
  const overlays = overlaysOf(swarm, task.spec, task.endpointSpec);
  task.attachments = overlays.map(network => ({
    networkId: network.id,
    address: takeAddress(swarm.engine, network, task.id),
  }));
}

/** It has ended, or is forgotten: its addresses are free. */
export function detachTask({ engine }: Swarm, { id, attachments }: TaskRecord): void {
  for (const { networkId, address } of attachments) {
    const network = engine.networks.get(networkId);
    if (network) giveBackAddress(engine, network, id, address);
  }
}

/** The networks of the swarm that a service's tasks are in: `ingress` first, if it publishes ports there. */
export function overlaysOf({ engine }: Swarm, { networks }: TaskSpec, { ports }: EndpointSpec): NetworkRecord[] {
  const ingress = [...engine.networks.values()].filter(({ overlay }) => overlay?.isIngress);
  const others = networks.flatMap(({ id }) => engine.networks.get(id) ?? []).filter(({ overlay }) => overlay);
  return [...(ports.some(({ mode }) => mode === 'ingress') ? ingress : []), ...others];
}

/** Whether a container that is no task's is let in. */
export function isAttachable({ swarm }: EngineState, { overlay, isAttachable }: NetworkRecord): boolean {
  return overlay === undefined || (swarm !== undefined && isAttachable);
}

export function whyNotAttachable({ name }: NetworkRecord): string {
  const why = `rpc error: code = PermissionDenied desc = network ${name} not manually attachable`;
  return `Could not attach to network ${name}: ${why}`;
}

/** A container has its address. */
export function attachToOverlay({ swarm }: EngineState, endpoint: Endpoint, network: NetworkRecord): void {
  endpoint.reservedIp = endpoint.ipAddress;
  if (swarm) bringToNode(swarm, network);
}

/** The network comes to the node with its first task. */
export function bringToNode(swarm: Swarm, network: NetworkRecord): void {
  const { overlay } = network;
  if (!overlay || overlay.isOnNode) return;
  overlay.isOnNode = true;
  if (!overlay.isIngress) tellNode(swarm);
  emitNetwork(swarm.engine, network, 'create');
  const endpointId = swarm.engine.ids.next('endpoint');
  overlay.balancer = { endpointId, address: takeAddress(swarm.engine, network, balancerOf(network)) };
}

/** Networks leave the node with their last task, and the engine if they were removed. */
export function releaseOverlays(swarm: Swarm): void {
  for (const network of [...swarm.engine.networks.values()]) {
    const { overlay } = network;
    if (!overlay || overlay.isIngress || isInUse(swarm, network)) continue;
    if (overlay.isOnNode) {
      overlay.isOnNode = false;
      giveBackAddress(swarm.engine, network, balancerOf(network), overlay.balancer?.address ?? '');
      overlay.balancer = undefined;
      emitNetwork(swarm.engine, network, 'destroy');
      tellNode(swarm);
    }
    if (overlay.isRemoved) swarm.engine.networks.delete(network.id);
  }
}

function isInUse({ engine, tasks }: Swarm, network: NetworkRecord): boolean {
  const isAttached = ({ attachments }: TaskRecord): boolean =>
    attachments.some(({ networkId }) => networkId === network.id);
  return (
    [...tasks.values()].some(task => isAttached(task) && !hasEnded(task)) || endpointsOf(engine, network).length > 0
  );
}

const balancerOf = ({ id }: NetworkRecord): string => `balancer ${id}`;

function tellNode({ engine, node }: Swarm): void {
  emitSwarm(engine, 'node', 'update', node.id, { name: node.hostname });
}

function freeNumber(engine: EngineState): number {
  const taken = new Set([...engine.networks.values()].filter(({ overlay }) => overlay).map(({ subnet }) => subnet));
  let number = 0;
  while (taken.has(number)) number += 1;
  return number;
}

import { NotModelledError } from '../../errors.ts';
import { processIdOf } from '../state/container-record.ts';
import type { NetworkRecord } from '../state/network-record.ts';
import { isDirty } from '../swarm/slots.ts';
import type { Swarm } from '../swarm/swarm-record.ts';
import { type Attachment, isAtLeast, isWanted, slotName, type TaskRecord } from '../swarm/task-record.ts';
import { type Filters, fitsName, hasLabels, type KnownFilters, passes } from './filters.ts';
import { objectOf, stringMapOf } from './json.ts';
import { vxlanOptions } from './overlay-view.ts';
import { portView } from './service-spec.ts';
import { byId, stampView } from './stamp-view.ts';
import { formatTime } from './time.ts';

export const taskFilters: KnownFilters = {
  modelled: ['_up-to-date', 'desired-state', 'id', 'label', 'name', 'node', 'runtime', 'service'],
};

/** `service` and `node` are names or ids, as everything they may be is tried. */
export function listTasks(swarm: Swarm, filters: Filters): TaskRecord[] {
  return [...swarm.tasks.values()]
    .filter(
      task =>
        hasLabels(filters, stringMapOf(objectOf(task.spec.raw.ContainerSpec).Labels)) &&
        passes(filters, '_up-to-date', value => !isTrue(value) || isUpToDate(swarm, task)) &&
        passes(filters, 'id', value => task.id.startsWith(value)) &&
        passes(filters, 'name', value => fitsName(`^${value}`, `${slotName(task)}.${task.id}`)) &&
        passes(filters, 'service', value => value === task.serviceId || value === task.serviceName) &&
        passes(
          filters,
          'node',
          value => task.nodeId !== '' && [task.nodeId, 'self', swarm.node.hostname].includes(value),
        ) &&
        passes(filters, 'desired-state', value => hasDesired(task, value)) &&
        passes(filters, 'runtime', value => value === 'container'),
    )
    .sort(byId);
}

function isUpToDate({ services }: Swarm, task: TaskRecord): boolean {
  const service = services.get(task.serviceId);
  return service !== undefined && !isDirty(service, task);
}

function hasDesired(task: TaskRecord, wanted: string): boolean {
  if (wanted === 'running') return task.desired === 'running';
  if (wanted === 'shutdown') return !isWanted(task);
  if (wanted === 'accepted') return task.desired === 'ready';
  throw new NotModelledError(`the desired state "${wanted}"`);
}

function isTrue(value: string): boolean {
  return value === 'true' || value === '1';
}

/** `GET /tasks/{id}`. */
export function taskView(swarm: Swarm, task: TaskRecord): Record<string, unknown> {
  const attachments = task.attachments.flatMap(attachment => attachmentView(swarm, attachment));
  return {
    ...stampView(task),
    Labels: {},
    Spec: task.spec.raw,
    ServiceID: task.serviceId,
    ...(task.slot > 0 && { Slot: task.slot }),
    ...(task.nodeId !== '' && { NodeID: task.nodeId }),
    Status: statusView(swarm, task),
    DesiredState: task.desired,
    ...(attachments.length > 0 && { NetworksAttachments: attachments }),
    Volumes: null,
  };
}

function statusView(swarm: Swarm, task: TaskRecord): Record<string, unknown> {
  const { state, message, error, timestampMs } = task.status;
  return {
    Timestamp: formatTime(timestampMs),
    State: state,
    Message: message,
    ...(error !== undefined && { Err: error }),
    ...(isAtLeast(state, 'starting') && { ContainerStatus: containerStatusView(swarm, task) }),
    PortStatus: portStatusView(swarm, task),
  };
}

function containerStatusView({ engine }: Swarm, { containerId, status }: TaskRecord): Record<string, unknown> {
  const container = engine.containers.get(containerId ?? '');
  return {
    ContainerID: containerId ?? '',
    PID: container && status.state === 'running' ? processIdOf(container) : 0,
    ExitCode: status.exitCode,
  };
}

/** Ports of the node that its container has. */
function portStatusView({ engine }: Swarm, { containerId, endpointSpec, status }: TaskRecord): Record<string, unknown> {
  const ports = engine.containers.get(containerId ?? '')?.ports ?? [];
  if (status.state !== 'running' || ports.length === 0) return {};
  const hostPorts = endpointSpec.ports.filter(({ mode }) => mode === 'host');
  return {
    Ports: hostPorts.map(port => {
      const found = ports.find(({ containerPort }) => containerPort === `${port.targetPort}/${port.protocol}`);
      return portView({ ...port, publishedPort: found?.hostPort ?? port.publishedPort });
    }),
  };
}

function attachmentView({ engine }: Swarm, { networkId, address }: Attachment): Record<string, unknown>[] {
  const network = engine.networks.get(networkId);
  return network ? [{ Network: attachedNetworkView(network), Addresses: [`${address}/24`] }] : [];
}

function attachedNetworkView(network: NetworkRecord): Record<string, unknown> {
  const { id, name, labels, createdMs, overlay, subnet, isAttachable, isInternal } = network;
  const isIngress = overlay?.isIngress === true;
  return {
    ...stampView({ id, version: overlay?.version ?? 0, createdMs, updatedMs: createdMs }),
    Spec: {
      Name: name,
      Labels: labels,
      DriverConfiguration: isIngress ? {} : { Name: 'overlay' },
      ...(isInternal && { Internal: true }),
      ...(isAttachable && { Attachable: true }),
      ...(isIngress && { Ingress: true, IPAMOptions: { Driver: {} } }),
      Scope: 'swarm',
    },
    DriverState: { Name: 'overlay', ...(overlay && { Options: vxlanOptions(overlay) }) },
    IPAMOptions: {
      Driver: { Name: 'default' },
      Configs: [{ Subnet: `10.0.${subnet}.0/24`, Gateway: `10.0.${subnet}.1` }],
    },
  };
}

import type { ServiceRecord, UpdateStatus } from '../swarm/service-record.ts';
import type { Swarm } from '../swarm/swarm-record.ts';
import { isWanted, tasksOf } from '../swarm/task-record.ts';
import { type Filters, hasLabels, type KnownFilters, passes } from './filters.ts';
import { type JsonObject, objectOf } from './json.ts';
import { portView } from './service-spec.ts';
import { byId, stampView } from './stamp-view.ts';
import { formatTime } from './time.ts';

export const serviceFilters: KnownFilters = { modelled: ['id', 'label', 'mode', 'name', 'runtime'] };

export function listServices({ services }: Swarm, filters: Filters): ServiceRecord[] {
  return [...services.values()]
    .filter(
      ({ id, spec }) =>
        hasLabels(filters, spec.labels) &&
        passes(filters, 'id', value => id.startsWith(value)) &&
        passes(filters, 'name', value => spec.name.startsWith(value)) &&
        passes(filters, 'mode', value => value === (spec.replicas === undefined ? 'global' : 'replicated')) &&
        passes(filters, 'runtime', value => value === 'container'),
    )
    .sort(byId);
}

/** `GET /services/{id}`; with `insertDefaults` also what the client did not ask for. */
export function serviceView(
  swarm: Swarm,
  service: ServiceRecord,
  { insertDefaults = false, withStatus = false }: { insertDefaults?: boolean; withStatus?: boolean } = {},
): Record<string, unknown> {
  const { spec, previous, updateStatus } = service;
  const show = insertDefaults ? withDefaults : (raw: JsonObject) => raw;
  return {
    ...stampView(service),
    Spec: show(spec.raw),
    ...(previous && { PreviousSpec: show(previous.spec.raw) }),
    Endpoint: endpointView(service),
    ...(updateStatus && { UpdateStatus: updateStatusView(updateStatus) }),
    ...(withStatus && { ServiceStatus: statusView(swarm, service) }),
  };
}

function endpointView({ spec, endpoint }: ServiceRecord): Record<string, unknown> {
  const { ports, virtualIps } = endpoint;
  const hasAny = spec.endpoint.mode === 'dnsrr' || ports.length > 0 || virtualIps.length > 0;
  return {
    Spec: hasAny ? (spec.endpoint.raw ?? { Mode: 'vip' }) : {},
    ...(ports.length > 0 && { Ports: ports.map(portView) }),
    ...(virtualIps.length > 0 && {
      VirtualIPs: virtualIps.map(({ networkId, address }) => ({ NetworkID: networkId, Addr: `${address}/24` })),
    }),
  };
}

function updateStatusView({ state, startedMs, completedMs, message }: UpdateStatus): Record<string, unknown> {
  return {
    State: state,
    StartedAt: formatTime(startedMs),
    ...(completedMs !== undefined && { CompletedAt: formatTime(completedMs) }),
    Message: message,
  };
}

function statusView(swarm: Swarm, { id, spec }: ServiceRecord): Record<string, unknown> {
  const tasks = tasksOf(swarm, id);
  const wanted = tasks.filter(isWanted);
  return {
    RunningTasks: tasks.filter(({ status }) => status.state === 'running').length,
    DesiredTasks: spec.replicas ?? wanted.length,
    // Only jobs complete.
    CompletedTasks: 0,
  };
}

/** @see swarmkit, `api/defaults` */
function withDefaults(raw: JsonObject): JsonObject {
  const task = objectOf(raw.TaskTemplate);
  const update = { Parallelism: 1, FailureAction: 'pause', Monitor: 5e9, MaxFailureRatio: 0, Order: 'stop-first' };
  return {
    ...raw,
    TaskTemplate: {
      ...task,
      ContainerSpec: { StopGracePeriod: 10e9, DNSConfig: {}, ...objectOf(task.ContainerSpec) },
      Resources: task.Resources ?? {},
      RestartPolicy: { Condition: 'any', Delay: 5e9, MaxAttempts: 0, ...objectOf(task.RestartPolicy) },
      Placement: task.Placement ?? {},
    },
    UpdateConfig: { ...update, ...objectOf(raw.UpdateConfig) },
    RollbackConfig: { ...update, ...objectOf(raw.RollbackConfig) },
  };
}

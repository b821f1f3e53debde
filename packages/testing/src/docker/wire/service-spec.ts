import { EngineError, NotModelledError } from '../../errors.ts';
import type { EngineState } from '../state/engine-state.ts';
import { findNetwork } from '../state/network-record.ts';
import type { PullCredentials } from '../state/pull-image.ts';
import type {
  EndpointSpec,
  NetworkTarget,
  ServicePort,
  ServiceSpec,
  TaskRestartPolicy,
  TaskSpec,
  UpdatePolicy,
} from '../swarm/service-record.ts';
import { refusal } from '../swarm/services.ts';
import { type JsonObject, numberOf, objectOf, objectsOf, stringMapOf, stringOf, stringsOf } from './json.ts';

/**
 * Narrows the body of `POST /services/create` and `POST /services/{id}/update`; `raw` is how the API shows it.
 *
 * @param credentials  for its image
 */
export function parseServiceSpec(state: EngineState, body: JsonObject, credentials?: PullCredentials): ServiceSpec {
  const template = objectOf(body.TaskTemplate);
  checkKind(template);
  const name = stringOf(body.Name) ?? `fake_${state.ids.next('service').slice(0, 8)}`;
  if (!/^[a-zA-Z0-9](?:[-_]*[a-zA-Z0-9]+)*$/.test(name)) {
    throw refusal(400, 'InvalidArgument', 'name must be valid as a DNS name component');
  }
  const replicas = parseMode(body.Mode);
  const task = { ...parseTask(state, template), credentials };
  const endpoint = parseEndpoint(body.EndpointSpec);
  const update = body.UpdateConfig && updateView(objectOf(body.UpdateConfig));
  const rollback = body.RollbackConfig && updateView(objectOf(body.RollbackConfig));
  return {
    name,
    labels: stringMapOf(body.Labels),
    task,
    replicas,
    update: parseUpdate(objectOf(update)),
    rollback: parseUpdate(objectOf(rollback)),
    endpoint,
    raw: {
      Name: name,
      Labels: stringMapOf(body.Labels),
      TaskTemplate: { ...task.raw, Runtime: 'container' },
      Mode: replicas === undefined ? { Global: {} } : { Replicated: { Replicas: replicas } },
      ...(update !== undefined && update !== null && { UpdateConfig: update }),
      ...(rollback !== undefined && rollback !== null && { RollbackConfig: rollback }),
      ...(endpoint.raw && { EndpointSpec: endpoint.raw }),
    },
  };
}

/** Services of a swarm can be plugins, too. */
export function checkKind({ ContainerSpec, Runtime, PluginSpec, NetworkAttachmentSpec }: JsonObject): void {
  if (PluginSpec || NetworkAttachmentSpec) throw new NotModelledError('services that are no containers');
  const isContainer = Runtime === undefined || Runtime === '' || Runtime === 'container';
  if (!isContainer || !ContainerSpec) throw new EngineError(400, 'mismatched Runtime and *Spec fields');
}

function parseMode(value: unknown): number | undefined {
  const { Replicated, Global, ReplicatedJob, GlobalJob } = objectOf(value);
  if (ReplicatedJob || GlobalJob) throw new NotModelledError('services that are jobs');
  return Global ? undefined : (numberOf(objectOf(Replicated).Replicas) ?? 1);
}

function parseTask(state: EngineState, template: JsonObject): Omit<TaskSpec, 'credentials'> {
  const { ContainerSpec, Networks, Runtime: _, ForceUpdate, ...rest } = template;
  const container = { ...compact(objectOf(ContainerSpec)), Isolation: objectOf(ContainerSpec).Isolation ?? 'default' };
  const image = stringOf(objectOf(ContainerSpec).Image);
  if (image === undefined) {
    throw refusal(400, 'InvalidArgument', 'ContainerSpec: image reference must be provided');
  }
  const networks = objectsOf(Networks).map(network => resolveNetwork(state, network));
  const { Secrets, Configs, StopGracePeriod } = objectOf(ContainerSpec);
  return {
    image,
    networks: networks.map(({ target }) => target),
    secretIds: objectsOf(Secrets).map(({ SecretID }) => stringOf(SecretID) ?? ''),
    configIds: objectsOf(Configs).map(({ ConfigID }) => stringOf(ConfigID) ?? ''),
    constraints: stringsOf(objectOf(template.Placement).Constraints),
    restart: parseRestart(template.RestartPolicy),
    stopGracePeriodMs: millisecondsOf(StopGracePeriod) ?? 10_000,
    raw: {
      ContainerSpec: container,
      ...compact(rest),
      ...(rest.RestartPolicy !== undefined && {
        RestartPolicy: { ...compact(objectOf(rest.RestartPolicy)), MaxAttempts: restartAttempts(rest.RestartPolicy) },
      }),
      ...(networks.length > 0 && { Networks: networks.map(({ raw }) => raw) }),
      ForceUpdate: numberOf(ForceUpdate) ?? 0,
    },
  };
}

function restartAttempts(policy: unknown): number {
  return numberOf(objectOf(policy).MaxAttempts) ?? 0;
}

/** Clients name networks, the swarm keeps their ids. */
function resolveNetwork(state: EngineState, network: JsonObject): { target: NetworkTarget; raw: JsonObject } {
  const name = stringOf(network.Target) ?? '';
  try {
    const { id } = findNetwork(state, name);
    return { target: { id, aliases: stringsOf(network.Aliases) }, raw: { ...compact(network), Target: id } };
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause;
    throw new EngineError(500, cause.message);
  }
}

function parseRestart(value: unknown): TaskRestartPolicy {
  const { Condition, Delay, MaxAttempts, Window } = objectOf(value);
  return {
    condition: Condition === 'none' || Condition === 'on-failure' ? Condition : 'any',
    delayMs: millisecondsOf(Delay) ?? 5000,
    maxAttempts: numberOf(MaxAttempts) ?? 0,
    windowMs: millisecondsOf(Window) ?? 0,
  };
}

function updateView({ Delay, Monitor, ...config }: JsonObject): JsonObject {
  return {
    Parallelism: 0,
    MaxFailureRatio: 0,
    ...compact(config),
    ...(Delay ? { Delay } : {}),
    ...(Monitor ? { Monitor } : {}),
    FailureAction: stringOf(config.FailureAction) ?? 'pause',
    Order: stringOf(config.Order) ?? 'stop-first',
  };
}

/** Without one, it is one slot at a time. */
function parseUpdate({ Parallelism, Delay, FailureAction, Monitor, MaxFailureRatio, Order }: JsonObject): UpdatePolicy {
  return {
    parallelism: numberOf(Parallelism) ?? 1,
    delayMs: millisecondsOf(Delay) ?? 0,
    failureAction: FailureAction === 'continue' || FailureAction === 'rollback' ? FailureAction : 'pause',
    monitorMs: millisecondsOf(Monitor) || 5000,
    maxFailureRatio: numberOf(MaxFailureRatio) ?? 0,
    order: Order === 'start-first' ? 'start-first' : 'stop-first',
  };
}

function parseEndpoint(value: unknown): EndpointSpec {
  if (value === undefined || value === null) return { mode: 'vip', ports: [], raw: undefined };
  const { Mode, Ports } = objectOf(value);
  const ports = objectsOf(Ports).map(parsePort);
  const mode = Mode === 'dnsrr' ? 'dnsrr' : 'vip';
  if (mode === 'dnsrr' && ports.some(port => port.mode === 'ingress')) {
    const why = "EndpointSpec: port published with ingress mode can't be used with dnsrr mode";
    throw refusal(400, 'InvalidArgument', why);
  }
  return { mode, ports, raw: { Mode: mode, ...(ports.length > 0 && { Ports: ports.map(portView) }) } };
}

function parsePort({ Name, Protocol, TargetPort, PublishedPort, PublishMode }: JsonObject): ServicePort {
  return {
    name: stringOf(Name),
    protocol: stringOf(Protocol) ?? 'tcp',
    targetPort: numberOf(TargetPort) ?? 0,
    publishedPort: numberOf(PublishedPort) ?? 0,
    mode: PublishMode === 'host' ? 'host' : 'ingress',
  };
}

export function portView({ name, protocol, targetPort, publishedPort, mode }: ServicePort): JsonObject {
  return {
    ...(name !== undefined && { Name: name }),
    Protocol: protocol,
    TargetPort: targetPort,
    ...(publishedPort !== 0 && { PublishedPort: publishedPort }),
    PublishMode: mode,
  };
}

/** Nanoseconds in the API. */
function millisecondsOf(value: unknown): number | undefined {
  const nanoseconds = numberOf(value);
  return nanoseconds === undefined ? undefined : nanoseconds / 1_000_000;
}

/** The engine does not show what is empty. */
function compact(object: JsonObject): JsonObject {
  const isShown = ([key, value]: [string, unknown]): boolean =>
    value !== null &&
    value !== '' &&
    !(Array.isArray(value) && value.length === 0) &&
    !(key === 'Labels' && Object.keys(objectOf(value)).length === 0);
  return Object.fromEntries(Object.entries(object).filter(isShown));
}

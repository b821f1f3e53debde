import { EngineError } from '../../errors.ts';
import { type JsonObject, objectOf, objectsOf, stringOf } from '../wire/json.ts';
import { endpointFor, releaseVirtualIps } from './endpoint.ts';
import { releaseOverlays } from './overlays.ts';
import { reapTasks } from './reap-tasks.ts';
import { reconcile } from './reconcile.ts';
import { emitServiceUpdate } from './service-events.ts';
import type { ServiceRecord, ServiceSpec } from './service-record.ts';
import { emitSwarm, stamp, touch } from './stamp.ts';
import { findByName, type Swarm } from './swarm-record.ts';
import { tasksOf } from './task-record.ts';

export function createService(swarm: Swarm, spec: ServiceSpec): ServiceRecord {
  checkReferences(swarm, spec);
  if ([...swarm.services.values()].some(service => service.spec.name === spec.name)) {
    throw refusal(409, 'AlreadyExists', `name conflicts with an existing object: service ${spec.name} already exists`);
  }
  const endpoint = endpointFor(swarm, spec);
  const stamped = stamp(swarm, 'service');
  const service: ServiceRecord = {
    ...stamped,
    spec,
    specVersion: stamped.version,
    previous: undefined,
    updateStatus: undefined,
    endpoint,
    restarts: [],
    rollout: undefined,
  };
  swarm.services.set(service.id, service);
  emitSwarm(swarm.engine, 'service', 'create', service.id, { name: spec.name });
  if (hasEndpoint(service)) {
    touch(swarm, service);
    emitSwarm(swarm.engine, 'service', 'update', service.id, { name: spec.name });
  }
  reconcile(swarm, service);
  return service;
}

/**
 * Asks for something else; what was asked for before is remembered.
 *
 * @param version  the service's, as the client knows it
 */
export function updateService(swarm: Swarm, service: ServiceRecord, spec: ServiceSpec, version: number): void {
  checkReferences(swarm, spec);
  checkVersion(service, version);
  if (spec.name !== service.spec.name) throw refusal(501, 'Unimplemented', 'renaming services is not supported');
  if ((spec.replicas === undefined) !== (service.spec.replicas === undefined)) {
    throw refusal(501, 'Unimplemented', 'service mode change is not allowed');
  }
  const endpoint = endpointFor(swarm, spec, service);
  const before = { ...service };
  service.previous = { spec: service.spec, version: service.specVersion };
  service.spec = spec;
  service.updateStatus = undefined;
  service.endpoint = endpoint;
  touch(swarm, service);
  service.specVersion = service.version;
  emitServiceUpdate(swarm, before, service);
  reconcile(swarm, service);
}

/** Asks for what was asked for before. Another time, it asks for what it asks for now. */
export function rollBackService(swarm: Swarm, service: ServiceRecord, version: number): void {
  const { previous } = service;
  if (!previous) {
    throw refusal(400, 'FailedPrecondition', `service ${service.id} does not have a previous spec`);
  }
  checkVersion(service, version);
  const before = { ...service };
  service.previous = { spec: service.spec, version: service.specVersion };
  service.spec = previous.spec;
  service.specVersion = previous.version;
  service.endpoint = endpointFor(swarm, previous.spec, service);
  service.updateStatus = {
    state: 'rollback_started',
    startedMs: swarm.engine.clock.now(),
    completedMs: undefined,
    message: 'manually requested rollback',
  };
  touch(swarm, service);
  emitServiceUpdate(swarm, before, service);
  reconcile(swarm, service);
}

/** It is gone at once; its tasks end by and by. */
export function removeService(swarm: Swarm, service: ServiceRecord): void {
  service.rollout?.stop.abort();
  swarm.services.delete(service.id);
  releaseVirtualIps(swarm, service.spec, service.endpoint.virtualIps);
  emitSwarm(swarm.engine, 'service', 'remove', service.id, { name: service.spec.name });
  for (const task of tasksOf(swarm, service.id)) {
    task.desired = 'remove';
    touch(swarm, task);
  }
  for (const task of tasksOf(swarm, service.id)) reapTasks(swarm, task);
  releaseOverlays(swarm);
}

export function findService({ services }: Swarm, nameOrId: string): ServiceRecord {
  return findByName('service', services.values(), nameOrId, ({ spec }) => spec.name);
}

/** The control API's own way to refuse. */
export function refusal(status: number, code: string, why: string): EngineError {
  return new EngineError(status, `rpc error: code = ${code} desc = ${why}`);
}

function hasEndpoint({ endpoint }: ServiceRecord): boolean {
  return endpoint.ports.length > 0 || endpoint.virtualIps.length > 0;
}

function checkVersion({ version }: ServiceRecord, known: number): void {
  if (version !== known) throw refusal(500, 'Unknown', 'update out of sequence');
}

function checkReferences({ secrets, configs }: Swarm, { task }: ServiceSpec): void {
  const { Secrets, Configs } = objectOf(task.raw.ContainerSpec);
  checkTargets('secret', objectsOf(Secrets), 'SecretName');
  checkTargets('config', objectsOf(Configs), 'ConfigName');
  checkExistence('secret', objectsOf(Secrets), one => secrets.has(stringOf(one.SecretID) ?? ''), 'SecretName');
  checkExistence('config', objectsOf(Configs), one => configs.has(stringOf(one.ConfigID) ?? ''), 'ConfigName');
}

/** By id; what is missing is told by name. */
function checkExistence(
  kind: 'secret' | 'config',
  references: readonly JsonObject[],
  isKnown: (reference: JsonObject) => boolean,
  nameField: string,
): void {
  const missing = references.filter(one => !isKnown(one)).map(one => one[nameField] ?? '');
  if (missing.length === 0) return;
  const why = `${kind}${missing.length > 1 ? 's' : ''} not found: ${missing.join(', ')}`;
  throw refusal(400, 'InvalidArgument', why);
}

/** No two are the same file. */
function checkTargets(kind: 'secret' | 'config', references: readonly JsonObject[], nameField: string): void {
  const names = new Map<string, unknown>();
  for (const reference of references) {
    const target = stringOf(objectOf(reference.File).Name);
    if (target === undefined) continue;
    const name = reference[nameField];
    if (names.has(target)) {
      const both = `'${names.get(target)}' and '${name}'`;
      throw refusal(400, 'InvalidArgument', `${kind} references ${both} have a conflicting target: '${target}'`);
    }
    names.set(target, name);
  }
}

import type { ContainerRecord } from '../state/container-record.ts';
import type { ContainerSpec } from '../state/container-spec.ts';
import { createContainer } from '../state/create-container.ts';
import { parseContainerSpec } from '../wire/container-spec.ts';
import { type JsonObject, numberOf, objectOf, objectsOf, stringMapOf, stringOf, stringsOf } from '../wire/json.ts';
import { bringToNode, overlaysOf } from './overlays.ts';
import { payloadFiles } from './payload-files.ts';
import type { Swarm } from './swarm-record.ts';
import { slotName, type TaskRecord } from './task-record.ts';

/** The container of a task, as its agent makes it. @see moby, `daemon/cluster/executor/container/container.go` */
export function createTaskContainer(swarm: Swarm, task: TaskRecord): ContainerRecord {
  const { engine } = swarm;
  const overlays = overlaysOf(swarm, task.spec, task.endpointSpec);
  const name = `${slotName(task)}.${task.id}`;
  for (const network of overlays) bringToNode(swarm, network);
  const container = createContainer(engine, specFor(swarm, task, name), name);
  for (const network of overlays) {
    const endpoint = container.endpoints.get(network.name);
    const address = task.attachments.find(({ networkId }) => networkId === network.id)?.address;
    if (endpoint && address !== undefined) endpoint.reservedIp = address;
  }
  return container;
}

/** What networks of the swarm it is in, its network mode does not tell. */
function specFor(swarm: Swarm, task: TaskRecord, name: string): ContainerSpec {
  const spec = { ...parseContainerSpec(bodyFor(swarm, task, name)), givenFiles: payloadFiles(swarm, task) };
  const names = networkNames(swarm, task);
  return names.length === 0 ? spec : { ...spec, networks: new Map(names.map(network => [network, []])) };
}

/** The body of `POST /containers/create`. */
function bodyFor(swarm: Swarm, task: TaskRecord, name: string): JsonObject {
  const spec = objectOf(task.spec.raw.ContainerSpec);
  const expand = (text: string): string => expandTemplate(text, swarm, task, name);
  return {
    Image: task.spec.image,
    Entrypoint: stringsOf(spec.Command),
    Cmd: stringsOf(spec.Args),
    Env: stringsOf(spec.Env).map(expand),
    Labels: { ...stringMapOf(spec.Labels), ...systemLabels(swarm, task, name) },
    ...(stringOf(spec.Hostname) !== undefined && { Hostname: expand(stringOf(spec.Hostname) ?? '') }),
    ...pick(spec, ['User', 'StopSignal', 'OpenStdin']),
    ...(spec.Dir !== undefined && { WorkingDir: spec.Dir }),
    ...(spec.TTY !== undefined && { Tty: spec.TTY }),
    ...(spec.Healthcheck !== undefined && { Healthcheck: spec.Healthcheck }),
    AttachStdout: false,
    AttachStderr: false,
    ExposedPorts: Object.fromEntries(task.endpointSpec.ports.map(port => [`${port.targetPort}/${port.protocol}`, {}])),
    HostConfig: { ...hostConfigFor(task, expand), NetworkMode: predefinedNetwork(swarm, task) ?? 'default' },
  };
}

function systemLabels({ node }: Swarm, { id, serviceId, serviceName }: TaskRecord, name: string): JsonObject {
  return {
    'com.docker.swarm.node.id': node.id,
    'com.docker.swarm.service.id': serviceId,
    'com.docker.swarm.service.name': serviceName,
    'com.docker.swarm.task': '',
    'com.docker.swarm.task.id': id,
    'com.docker.swarm.task.name': name,
  };
}

function hostConfigFor({ spec, endpointSpec }: TaskRecord, expand: (text: string) => string): JsonObject {
  const { Mounts, Init, ReadOnly, Hosts, CapabilityAdd, CapabilityDrop } = objectOf(spec.raw.ContainerSpec);
  const { MemoryBytes, NanoCPUs, Pids } = objectOf(objectOf(spec.raw.Resources).Limits);
  const hostPorts = endpointSpec.ports.filter(({ mode }) => mode === 'host');
  return {
    Isolation: 'default',
    Ulimits: [],
    Mounts: objectsOf(Mounts).map(mount => ({ ...mount, Source: expand(stringOf(mount.Source) ?? '') })),
    PortBindings: Object.fromEntries(
      hostPorts.map(({ targetPort, protocol, publishedPort }) => [
        `${targetPort}/${protocol}`,
        [{ HostPort: publishedPort === 0 ? '' : String(publishedPort) }],
      ]),
    ),
    ...(Init !== undefined && { Init }),
    ...(ReadOnly === true && { ReadonlyRootfs: true }),
    ...(Hosts !== undefined && { ExtraHosts: stringsOf(Hosts).map(toExtraHost) }),
    ...(CapabilityAdd !== undefined && { CapAdd: CapabilityAdd }),
    ...(CapabilityDrop !== undefined && { CapDrop: CapabilityDrop }),
    ...(numberOf(MemoryBytes) !== undefined && { Memory: MemoryBytes }),
    ...(numberOf(NanoCPUs) !== undefined && { NanoCpus: NanoCPUs }),
    ...(numberOf(Pids) !== undefined && { PidsLimit: Pids }),
  };
}

/** `10.0.0.1 db` → `db:10.0.0.1` */
function toExtraHost(line: string): string {
  const [address, name] = line.split(/\s+/);
  return `${name}:${address}`;
}

/** `host` and the like, which are a network mode. */
function predefinedNetwork({ engine }: Swarm, { spec }: TaskRecord): string | undefined {
  const network = engine.networks.get(spec.networks[0]?.id ?? '');
  return network?.overlay ? undefined : network?.name;
}

/** Those of the node, e.g. `host`, too. */
function networkNames(swarm: Swarm, { spec, endpointSpec }: TaskRecord): string[] {
  const named = spec.networks.flatMap(({ id }) => swarm.engine.networks.get(id)?.name ?? []);
  return [...new Set([...overlaysOf(swarm, spec, endpointSpec).map(({ name }) => name), ...named])];
}

/** `{{.Service.Name}}` and the like, in the hostname, the environment and the sources of mounts. */
function expandTemplate(text: string, { node }: Swarm, task: TaskRecord, name: string): string {
  const values: Readonly<Record<string, string>> = {
    '.Service.ID': task.serviceId,
    '.Service.Name': task.serviceName,
    '.Node.ID': node.id,
    '.Node.Hostname': node.hostname,
    '.Task.ID': task.id,
    '.Task.Name': name,
    '.Task.Slot': task.slot === 0 ? node.id : String(task.slot),
  };
  return text.replace(/\{\{\s*([.\w]+)\s*\}\}/g, (whole, key: string) => values[key] ?? whole);
}

function pick(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.filter(key => object[key] !== undefined).map(key => [key, object[key]]));
}

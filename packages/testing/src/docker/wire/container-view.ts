import { createHash } from 'node:crypto';
import { type ContainerRecord, hasProcess, isRunning, processIdOf } from '../state/container-record.ts';
import { execIdsOf } from '../state/create-exec.ts';
import type { EngineState } from '../state/engine-state.ts';
import { endpointView, manifestView, mountView, networksView } from './container-parts.ts';
import { hostConfigView } from './host-config.ts';
import { formatTime } from './time.ts';

/** `GET /containers/{id}/json`. */
export function containerView(state: EngineState, container: ContainerRecord): Record<string, unknown> {
  const { id, spec } = container;
  const [path = '', ...args] = [...spec.entrypoint, ...spec.command];
  const execIds = execIdsOf(state, container);
  const { dataDirectory, imageStore } = state;
  const file = (name: string): string =>
    container.state.startedMs === undefined ? '' : `${dataDirectory}/containers/${id}/${name}`;
  return {
    Id: id,
    Created: formatTime(container.createdMs),
    Path: path,
    Args: args,
    State: stateView(container),
    Image: container.imageId,
    ResolvConfPath: file('resolv.conf'),
    HostnamePath: file('hostname'),
    HostsPath: file('hosts'),
    LogPath: file(`${id}-json.log`),
    Name: `/${container.name}`,
    RestartCount: container.restarts.count,
    Driver: imageStore === 'containerd' ? 'overlayfs' : 'overlay2',
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: '',
    ExecIDs: execIds.length > 0 ? execIds : null,
    HostConfig: hostConfigView(spec, state.profile),
    GraphDriver: graphDriverView(state, container),
    Mounts: container.mounts.map(mountView),
    Config: configView(container),
    NetworkSettings: networkSettingsView(state, container),
    ...manifestView(state, container),
  };
}

/** Where its layers are. containerd does not tell. */
function graphDriverView(
  { dataDirectory, imageStore, profile }: EngineState,
  { id }: ContainerRecord,
): Record<string, unknown> {
  if (imageStore === 'containerd') return { Data: null, Name: 'overlayfs' };
  const own = `${dataDirectory}/overlay2/${layerId('container', id)}`;
  const image = `${dataDirectory}/overlay2/${layerId('image', id)}`;
  return {
    Data: {
      ...(profile.isSince28 && { ID: id }),
      LowerDir: `${own}-init/diff:${image}/diff`,
      MergedDir: `${own}/merged`,
      UpperDir: `${own}/diff`,
      WorkDir: `${own}/work`,
    },
    Name: 'overlay2',
  };
}

function stateView(container: ContainerRecord): Record<string, unknown> {
  const { state, health, probes, failingStreak } = container;
  const { status, exitCode, error, isOutOfMemory, startedMs, finishedMs } = state;
  return {
    Status: status,
    Running: isRunning(container),
    Paused: status === 'paused',
    Restarting: status === 'restarting',
    OOMKilled: isOutOfMemory,
    Dead: false,
    Pid: processIdOf(container),
    ExitCode: exitCode,
    Error: error,
    StartedAt: formatTime(startedMs),
    FinishedAt: formatTime(finishedMs),
    ...(health && {
      Health: {
        Status: health,
        FailingStreak: failingStreak,
        Log: probes.map(({ startMs, endMs, exitCode: code, output }) => ({
          Start: formatTime(startMs),
          End: formatTime(endMs),
          ExitCode: code,
          Output: output,
        })),
      },
    }),
  };
}

function configView({ id, spec }: ContainerRecord): Record<string, unknown> {
  return {
    Domainname: '',
    User: '',
    AttachStdin: false,
    AttachStdout: false,
    AttachStderr: false,
    Tty: false,
    OpenStdin: false,
    StdinOnce: false,
    Volumes: null,
    WorkingDir: '',
    OnBuild: null,
    ...spec.config,
    Hostname: spec.hostname ?? id.slice(0, 12),
    Image: spec.image,
    Env: spec.env,
    Cmd: spec.command.length > 0 ? spec.command : null,
    Entrypoint: spec.entrypoint.length > 0 ? spec.entrypoint : null,
    Labels: spec.labels,
    ...(spec.exposedPorts.length > 0 && { ExposedPorts: Object.fromEntries(spec.exposedPorts.map(p => [p, {}])) }),
    ...(spec.healthcheck && { Healthcheck: spec.healthcheck.raw }),
  };
}

function networkSettingsView(state: EngineState, container: ContainerRecord): Record<string, unknown> {
  const bridge = container.endpoints.get('bridge');
  const top = bridge ? endpointView(state, bridge) : {};
  const [mode] = container.spec.networkMode.split(':');
  const hasSandbox = mode !== 'container' && hasSandboxNow(state, container);
  const sandboxId = layerId('sandbox', container.id);
  return {
    Bridge: '',
    SandboxID: hasSandbox ? sandboxId : '',
    SandboxKey: hasSandbox ? `/var/run/docker/netns/${mode === 'host' ? 'default' : sandboxId.slice(0, 12)}` : '',
    Ports: hasProcess(container) ? portMap(container) : {},
    HairpinMode: false,
    LinkLocalIPv6Address: '',
    LinkLocalIPv6PrefixLen: 0,
    SecondaryIPAddresses: null,
    SecondaryIPv6Addresses: null,
    EndpointID: top.EndpointID ?? '',
    Gateway: top.Gateway ?? '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    IPAddress: top.IPAddress ?? '',
    IPPrefixLen: top.IPPrefixLen ?? 0,
    IPv6Gateway: '',
    MacAddress: top.MacAddress ?? '',
    Networks: networksView(state, container),
  };
}

/** Before 28.0 what is left of the last one is shown. */
function hasSandboxNow({ profile }: EngineState, container: ContainerRecord): boolean {
  return hasProcess(container) || (!profile.isSince28 && container.state.startedMs !== undefined);
}

/** An id that is always the same for the same container. */
function layerId(kind: string, id: string): string {
  return createHash('sha256').update(`${kind} ${id}`).digest('hex');
}

/** Null for a port that is exposed and not published. */
function portMap({ ports, spec }: ContainerRecord): Record<string, unknown> {
  const map: Record<string, { HostIp: string; HostPort: string }[] | null> = {};
  for (const port of spec.exposedPorts) map[port] = null;
  for (const { containerPort, hostIp, hostPort } of ports) {
    const addresses = hostIp === '' ? ['0.0.0.0', '::'] : [hostIp];
    map[containerPort] = [
      ...(map[containerPort] ?? []),
      ...addresses.map(HostIp => ({ HostIp, HostPort: String(hostPort) })),
    ];
  }
  return map;
}

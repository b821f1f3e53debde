import { type ContainerRecord, hasProcess, isRunning, processIdOf } from '../state/container-record.ts';
import { execIdsOf } from '../state/create-exec.ts';
import type { EngineState } from '../state/engine-state.ts';
import { endpointView, mountView } from './container-parts.ts';
import { hostConfigView } from './host-config.ts';
import { formatTime } from './time.ts';

/** `GET /containers/{id}/json`. */
export function containerView(state: EngineState, container: ContainerRecord): Record<string, unknown> {
  const { id, spec } = container;
  const [path = '', ...args] = [...spec.entrypoint, ...spec.command];
  const execIds = execIdsOf(state, container);
  const directory = `/var/lib/docker/containers/${id}`;
  return {
    Id: id,
    Created: formatTime(container.createdMs),
    Path: path,
    Args: args,
    State: stateView(container),
    Image: container.imageId,
    ResolvConfPath: `${directory}/resolv.conf`,
    HostnamePath: `${directory}/hostname`,
    HostsPath: `${directory}/hosts`,
    LogPath: `${directory}/${id}-json.log`,
    Name: `/${container.name}`,
    RestartCount: container.restarts.count,
    Driver: state.imageStore === 'containerd' ? 'overlayfs' : 'overlay2',
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: '',
    ExecIDs: execIds.length > 0 ? execIds : null,
    HostConfig: hostConfigView(spec),
    GraphDriver: { Data: null, Name: 'overlay2' },
    Mounts: container.mounts.map(mountView),
    Config: configView(container),
    NetworkSettings: networkSettingsView(container),
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
    AttachStdout: true,
    AttachStderr: true,
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

function networkSettingsView(container: ContainerRecord): Record<string, unknown> {
  const bridge = container.endpoints.get('bridge');
  const top = bridge ? endpointView(bridge) : {};
  return {
    Bridge: '',
    SandboxID: hasProcess(container) ? container.id : '',
    SandboxKey: hasProcess(container) ? `/var/run/docker/netns/${container.id.slice(0, 12)}` : '',
    Ports: hasProcess(container) ? portMap(container) : {},
    EndpointID: top.EndpointID ?? '',
    Gateway: top.Gateway ?? '',
    IPAddress: top.IPAddress ?? '',
    IPPrefixLen: top.IPPrefixLen ?? 0,
    MacAddress: top.MacAddress ?? '',
    Networks: Object.fromEntries([...container.endpoints].map(([name, one]) => [name, endpointView(one)])),
  };
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

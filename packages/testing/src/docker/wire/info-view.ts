import { type EngineProfile, hostName } from '../engine-profile.ts';
import type { EngineState } from '../state/engine-state.ts';
import { swarmInfoView } from './swarm-view.ts';
import { formatTime } from './time.ts';

/** `GET /info`. */
export function infoView(state: EngineState): Record<string, unknown> {
  const { profile, imageStore } = state;
  const statuses = [...state.containers.values()].map(container => container.state.status);
  const count = (...wanted: readonly string[]): number => statuses.filter(status => wanted.includes(status)).length;
  return {
    ID: 'fa4ed0c4-0000-4000-8000-000000000000',
    Containers: statuses.length,
    ContainersRunning: count('running', 'restarting'),
    ContainersPaused: count('paused'),
    ContainersStopped: count('created', 'exited'),
    Images: state.images.all().length,
    Driver: imageStore === 'containerd' ? 'overlayfs' : 'overlay2',
    DriverStatus: imageStore === 'containerd' ? [['driver-type', 'io.containerd.snapshotter.v1']] : [],
    SystemTime: formatTime(state.clock.now()),
    DockerRootDir: state.dataDirectory,
    ServerVersion: profile.version,
    ...host,
    ...settings,
    ...(profile.isSince28 ? since28 : before28),
    Plugins: pluginsView(profile),
    RegistryConfig: registryView(profile),
    Swarm: swarmInfoView(state),
    Warnings: null,
  };
}

const host = {
  ...{ Name: hostName, OperatingSystem: 'fake-docker', OSVersion: '1', OSType: 'linux', Architecture: 'x86_64' },
  ...{ KernelVersion: '6.1.0', NCPU: 2, MemTotal: 4_294_967_296, NFd: 20, NGoroutines: 40, NEventsListener: 0 },
  ...{ CgroupDriver: 'systemd', CgroupVersion: '2', MemoryLimit: true, SwapLimit: true, CpuCfsPeriod: true },
  ...{ CpuCfsQuota: true, CPUShares: true, CPUSet: true, PidsLimit: true, IPv4Forwarding: true, KernelMemoryTCP: true },
  OomKillDisable: true,
};

/** What runc can. @see OCI Runtime Specification, "Features Structure" */
const features = JSON.stringify({
  ...{ ociVersionMin: '1.0.0', ociVersionMax: '1.2.0' },
  hooks: ['prestart', 'createRuntime', 'createContainer', 'startContainer', 'poststart', 'poststop'],
  mountOptions: ['async', 'bind', 'defaults', 'nodev', 'noexec', 'nosuid', 'private', 'rbind', 'ro', 'rprivate', 'rw'],
  linux: { namespaces: ['cgroup', 'ipc', 'mount', 'network', 'pid', 'user', 'uts'], cgroup: { v1: true, v2: true } },
});

const settings = {
  ...{ LoggingDriver: 'json-file', IndexServerAddress: 'https://index.docker.io/v1/', DefaultRuntime: 'runc' },
  ...{ Labels: [], ExperimentalBuild: false, LiveRestoreEnabled: false, Debug: false, Isolation: '' },
  ...{ HttpProxy: '', HttpsProxy: '', NoProxy: '', GenericResources: null, InitBinary: 'docker-init' },
  SecurityOptions: ['name=seccomp,profile=builtin'],
  Runtimes: Object.fromEntries(
    ['io.containerd.runc.v2', 'runc'].map(name => [
      name,
      { path: 'runc', status: { 'org.opencontainers.runtime-spec.features': features } },
    ]),
  ),
};

const since28 = {
  ContainerdCommit: { ID: '' },
  RuncCommit: { ID: '' },
  InitCommit: { ID: '' },
  CDISpecDirs: ['/etc/cdi', '/var/run/cdi'],
  Containerd: {
    Address: '/run/containerd/containerd.sock',
    Namespaces: { Containers: 'moby', Plugins: 'plugins.moby' },
  },
  FirewallBackend: { Driver: 'iptables' },
};

const before28 = {
  ContainerdCommit: { ID: '', Expected: '' },
  RuncCommit: { ID: '', Expected: '' },
  InitCommit: { ID: '', Expected: '' },
  ...{ CDISpecDirs: [], BridgeNfIptables: true, BridgeNfIp6tables: true },
};

function pluginsView({ isSince28 }: EngineProfile): Record<string, unknown> {
  return {
    Volume: ['local'],
    Network: ['bridge', 'host', 'ipvlan', 'macvlan', 'null', 'overlay'],
    Authorization: null,
    Log: [
      ...['awslogs', 'fluentd', ...(isSince28 ? [] : ['gcplogs'])],
      ...['gelf', 'journald', 'json-file', 'local', 'splunk', 'syslog'],
    ],
  };
}

function registryView({ isSince28 }: EngineProfile): Record<string, unknown> {
  return {
    ...(!isSince28 && { AllowNondistributableArtifactsCIDRs: null, AllowNondistributableArtifactsHostnames: null }),
    InsecureRegistryCIDRs: [...(isSince28 ? ['::1/128'] : []), '127.0.0.0/8'],
    IndexConfigs: { 'docker.io': { Name: 'docker.io', Mirrors: [], Secure: true, Official: true } },
    Mirrors: [],
  };
}

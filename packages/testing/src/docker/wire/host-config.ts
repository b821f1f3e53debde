import type { EngineProfile } from '../engine-profile.ts';
import type { ContainerSpec } from '../state/container-spec.ts';
import { objectOf, stringOf } from './json.ts';

/** What the engine fills in where a client sends nothing, in its order. */
const defaults: Readonly<Record<string, unknown>> = {
  ...{ Binds: null, ContainerIDFile: '', LogConfig: null, NetworkMode: '', PortBindings: null, RestartPolicy: null },
  ...{ AutoRemove: false, VolumeDriver: '', VolumesFrom: null, ConsoleSize: [0, 0], CapAdd: null, CapDrop: null },
  ...{ CgroupnsMode: 'private', Dns: null, DnsOptions: null, DnsSearch: null, ExtraHosts: null, GroupAdd: null },
  ...{ IpcMode: 'private', Cgroup: '', Links: null, OomScoreAdj: 0, PidMode: '', Privileged: false },
  ...{ PublishAllPorts: false, ReadonlyRootfs: false, SecurityOpt: null, UTSMode: '', UsernsMode: '' },
  ...{ ShmSize: 67_108_864, Runtime: 'runc', Isolation: '', CpuShares: 0, Memory: 0, NanoCpus: 0, CgroupParent: '' },
  ...{ BlkioWeight: 0, BlkioWeightDevice: null, BlkioDeviceReadBps: null, BlkioDeviceWriteBps: null },
  ...{ BlkioDeviceReadIOps: null, BlkioDeviceWriteIOps: null, CpuPeriod: 0, CpuQuota: 0, CpuRealtimePeriod: 0 },
  ...{ CpuRealtimeRuntime: 0, CpusetCpus: '', CpusetMems: '', Devices: null, DeviceCgroupRules: null },
  ...{ DeviceRequests: null, MemoryReservation: 0, MemorySwap: 0, MemorySwappiness: null, OomKillDisable: false },
  ...{ PidsLimit: null, Ulimits: null, CpuCount: 0, CpuPercent: 0, IOMaximumIOps: 0, IOMaximumBandwidth: 0 },
};

const readonlyPaths = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

export function hostConfigView(
  { hostConfig, networkMode, restartPolicy }: ContainerSpec,
  { maskedPaths }: EngineProfile,
): Record<string, unknown> {
  const log = objectOf(hostConfig.LogConfig);
  const isOpen = hostConfig.Privileged === true;
  const memory = Number(hostConfig.Memory ?? 0);
  return {
    ...defaults,
    ...hostConfig,
    LogConfig: { Type: stringOf(log.Type) ?? 'json-file', Config: objectOf(log.Config) },
    NetworkMode: networkMode,
    RestartPolicy: { Name: restartPolicy.name, MaximumRetryCount: restartPolicy.maxRetries },
    CgroupnsMode: stringOf(hostConfig.CgroupnsMode) ?? defaults.CgroupnsMode,
    IpcMode: stringOf(hostConfig.IpcMode) ?? defaults.IpcMode,
    ShmSize: hostConfig.ShmSize || defaults.ShmSize,
    Runtime: stringOf(hostConfig.Runtime) ?? defaults.Runtime,
    // As much swap as memory, unless it is said.
    MemorySwap: hostConfig.MemorySwap || 2 * memory,
    MaskedPaths: isOpen ? null : maskedPaths,
    ReadonlyPaths: isOpen ? null : readonlyPaths,
  };
}

import type { ContainerSpec } from '../state/container-spec.ts';
import { objectOf, stringOf } from './json.ts';

/** What the engine fills in where a client sends nothing. */
const defaults: Readonly<Record<string, unknown>> = {
  Binds: null,
  ContainerIDFile: '',
  PortBindings: {},
  AutoRemove: false,
  VolumeDriver: '',
  VolumesFrom: null,
  ConsoleSize: [0, 0],
  CapAdd: null,
  CapDrop: null,
  Dns: null,
  DnsOptions: null,
  DnsSearch: null,
  ExtraHosts: null,
  GroupAdd: null,
  Cgroup: '',
  Links: null,
  OomScoreAdj: 0,
  PidMode: '',
  Privileged: false,
  PublishAllPorts: false,
  ReadonlyRootfs: false,
  SecurityOpt: null,
  UTSMode: '',
  UsernsMode: '',
  Isolation: '',
  CpuShares: 0,
  Memory: 0,
  NanoCpus: 0,
  Devices: null,
  PidsLimit: null,
  Ulimits: null,
};

export function hostConfigView({ hostConfig, networkMode, restartPolicy }: ContainerSpec): Record<string, unknown> {
  const log = objectOf(hostConfig.LogConfig);
  return {
    ...defaults,
    ...hostConfig,
    LogConfig: { Type: stringOf(log.Type) ?? 'json-file', Config: objectOf(log.Config) },
    NetworkMode: networkMode,
    RestartPolicy: { Name: restartPolicy.name, MaximumRetryCount: restartPolicy.maxRetries },
    CgroupnsMode: stringOf(hostConfig.CgroupnsMode) ?? 'private',
    IpcMode: stringOf(hostConfig.IpcMode) ?? 'private',
    ShmSize: hostConfig.ShmSize || 67_108_864,
    Runtime: stringOf(hostConfig.Runtime) ?? 'runc',
  };
}

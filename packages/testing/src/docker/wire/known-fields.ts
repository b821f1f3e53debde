import { knownSwarmFields } from './known-swarm-fields.ts';

/** Fields of a query or a body. `HostConfig.Memory` stands for all below it, too; `*` for any key. */
export interface KnownFields {
  /** What the fake does something with, if only to refuse it. */
  readonly acted: readonly string[];
  /** What it takes, and shows again where the engine does, but does nothing with. */
  readonly kept?: readonly string[];
}

export interface RequestFields {
  readonly query?: KnownFields;
  readonly body?: KnownFields;
}

const none: RequestFields = {};
const filters: RequestFields = { query: { acted: ['filters'] } };

/** What an endpoint tells and clients send back. */
const endpointFacts = [
  ...['DNSNames', 'EndpointID', 'Gateway', 'GlobalIPv6Address', 'GlobalIPv6PrefixLen', 'IPAddress', 'IPPrefixLen'],
  ...['IPv6Gateway', 'NetworkID'],
];

/** By route. What is in no list is not modelled. */
export const knownFields: Readonly<Record<string, RequestFields>> = {
  'GET /_ping': none,
  'HEAD /_ping': none,
  'GET /version': none,
  'GET /info': none,
  'GET /events': { query: { acted: ['filters', 'since', 'until'] } },

  'GET /containers/json': { query: { acted: ['all', 'filters', 'limit', 'size'] } },
  'POST /containers/create': {
    query: { acted: ['name'] },
    body: {
      acted: [
        ...['Cmd', 'Entrypoint', 'Env', 'ExposedPorts', 'Healthcheck.Test', 'Image', 'Labels', 'StopSignal'],
        ...['StopTimeout', 'HostConfig.AutoRemove', 'HostConfig.Binds', 'HostConfig.Mounts.ReadOnly'],
        ...[
          'HostConfig.Mounts.Source',
          'HostConfig.Mounts.Target',
          'HostConfig.Mounts.Type',
          'HostConfig.Mounts.VolumeOptions.Labels',
        ],
        ...['HostConfig.NetworkMode', 'HostConfig.PortBindings', 'HostConfig.RestartPolicy', 'HostConfig.VolumesFrom'],
        'NetworkingConfig.EndpointsConfig.*.Aliases',
      ],
      kept: [
        ...['ArgsEscaped', 'AttachStderr', 'AttachStdin', 'AttachStdout', 'Domainname', 'Healthcheck.Interval'],
        ...['Healthcheck.Retries', 'Healthcheck.StartInterval', 'Healthcheck.StartPeriod', 'Healthcheck.Timeout'],
        ...['Hostname', 'OnBuild', 'OpenStdin', 'Shell', 'StdinOnce', 'Tty', 'User', 'WorkingDir'],
        ...[
          ...['Annotations', 'BlkioDeviceReadBps', 'BlkioDeviceReadIOps', 'BlkioDeviceWriteBps'],
          ...['BlkioDeviceWriteIOps', 'BlkioWeight', 'BlkioWeightDevice', 'CapAdd', 'CapDrop', 'Cgroup'],
          ...['CgroupParent', 'CgroupnsMode', 'ConsoleSize', 'ContainerIDFile', 'CpuCount', 'CpuPercent'],
          ...['CpuPeriod', 'CpuQuota', 'CpuRealtimePeriod', 'CpuRealtimeRuntime', 'CpuShares', 'CpusetCpus'],
          ...['CpusetMems', 'DeviceCgroupRules', 'DeviceRequests', 'Devices', 'Dns', 'DnsOptions', 'DnsSearch'],
          ...['ExtraHosts', 'GroupAdd', 'IOMaximumBandwidth', 'IOMaximumIOps', 'Init', 'IpcMode', 'Isolation'],
          ...['KernelMemory', 'KernelMemoryTCP', 'LogConfig', 'MaskedPaths', 'Memory', 'MemoryReservation'],
          ...['MemorySwap', 'MemorySwappiness', 'Mounts.BindOptions', 'Mounts.Consistency', 'NanoCpus'],
          ...['OomKillDisable', 'OomScoreAdj', 'PidMode', 'PidsLimit', 'Privileged', 'ReadonlyPaths'],
          ...['ReadonlyRootfs', 'Runtime', 'SecurityOpt', 'ShmSize', 'StorageOpt', 'Sysctls', 'Tmpfs', 'UTSMode'],
          ...['Ulimits', 'UsernsMode'],
        ].map(name => `HostConfig.${name}`),
        ...endpointFacts.map(name => `NetworkingConfig.EndpointsConfig.*.${name}`),
      ],
    },
  },
  'GET /containers/{id}/json': none,
  'GET /containers/{id}/logs': { query: { acted: ['follow', 'tail'], kept: ['stderr', 'stdout'] } },
  'POST /containers/{id}/start': { query: { acted: [], kept: ['detachKeys'] } },
  'POST /containers/{id}/stop': { query: { acted: ['t'] } },
  'POST /containers/{id}/restart': { query: { acted: ['t'] } },
  'POST /containers/{id}/kill': { query: { acted: ['signal'] } },
  'POST /containers/{id}/pause': none,
  'POST /containers/{id}/unpause': none,
  'POST /containers/{id}/rename': { query: { acted: ['name'] } },
  'POST /containers/{id}/wait': { query: { acted: ['condition'] } },
  'DELETE /containers/{id}': { query: { acted: ['force', 'link', 'v'] } },

  'GET /images/json': { query: { acted: ['filters'], kept: ['all', 'digests'] } },
  'POST /images/create': { query: { acted: ['fromImage', 'fromSrc', 'tag'] } },
  'GET /images/{name}/json': none,
  'POST /images/{name}/tag': { query: { acted: ['repo', 'tag'] } },
  'DELETE /images/{name}': { query: { acted: ['force'], kept: ['noprune'] } },
  'GET /distribution/{name}/json': none,

  'GET /networks': filters,
  'POST /networks/create': {
    body: {
      acted: ['Attachable', 'Driver', 'Internal', 'Labels', 'Name', 'Options'],
      kept: ['CheckDuplicate', 'EnableIPv4', 'IPAM.Driver'],
    },
  },
  'GET /networks/{id}': { query: { acted: [], kept: ['scope', 'verbose'] } },
  'DELETE /networks/{id}': none,
  'POST /networks/{id}/connect': {
    body: { acted: ['Container', 'EndpointConfig.Aliases'], kept: endpointFacts.map(name => `EndpointConfig.${name}`) },
  },
  'POST /networks/{id}/disconnect': { body: { acted: ['Container'], kept: ['Force'] } },

  'GET /volumes': filters,
  'POST /volumes/create': { body: { acted: ['Driver', 'DriverOpts', 'Labels', 'Name'] } },
  'GET /volumes/{id}': none,
  'DELETE /volumes/{id}': { query: { acted: ['force'] } },

  ...knownSwarmFields,
};

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

/** dockerode sends its filters twice. */
const prune: RequestFields = { ...filters, body: { acted: ['filters'] } };

/** What dockerode is told and passes on. */
const dockerodes = { acted: [], kept: ['hijack', 'stdin'] };

/** What a container may use. */
const resources = [
  ...['BlkioDeviceReadBps', 'BlkioDeviceReadIOps', 'BlkioDeviceWriteBps', 'BlkioDeviceWriteIOps', 'BlkioWeight'],
  ...['BlkioWeightDevice', 'CgroupParent', 'CpuCount', 'CpuPercent', 'CpuPeriod', 'CpuQuota', 'CpuRealtimePeriod'],
  ...['CpuRealtimeRuntime', 'CpuShares', 'CpusetCpus', 'CpusetMems', 'DeviceCgroupRules', 'DeviceRequests', 'Devices'],
  ...['IOMaximumBandwidth', 'IOMaximumIOps', 'KernelMemory', 'KernelMemoryTCP', 'Memory', 'MemoryReservation'],
  ...['MemorySwap', 'MemorySwappiness', 'NanoCpus', 'OomKillDisable', 'PidsLimit', 'Ulimits'],
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
        ...['Cmd', 'Entrypoint', 'Env', 'ExposedPorts', 'Healthcheck', 'Hostname', 'Image', 'Labels', 'OpenStdin'],
        ...['Shell', 'StdinOnce', 'StopSignal', 'StopTimeout', 'Tty', 'User', 'Volumes', 'WorkingDir'],
        ...['HostConfig.Init', 'HostConfig.LogConfig', 'HostConfig.ReadonlyRootfs'],
        ...['HostConfig.AutoRemove', 'HostConfig.Binds', 'HostConfig.Mounts.ReadOnly'],
        ...['HostConfig.Mounts.Source', 'HostConfig.Mounts.Target', 'HostConfig.Mounts.Type'],
        'HostConfig.Mounts.VolumeOptions.Labels',
        ...['HostConfig.NetworkMode', 'HostConfig.PortBindings', 'HostConfig.RestartPolicy', 'HostConfig.VolumesFrom'],
        'HostConfig.PublishAllPorts',
        'NetworkingConfig.EndpointsConfig.*.Aliases',
      ],
      kept: [
        ...['ArgsEscaped', 'AttachStderr', 'AttachStdin', 'AttachStdout', 'Dns', 'Domainname', 'OnBuild', 'Runtime'],
        ...[
          ...['Annotations', 'BlkioDeviceReadBps', 'BlkioDeviceReadIOps', 'BlkioDeviceWriteBps'],
          ...['BlkioDeviceWriteIOps', 'BlkioWeight', 'BlkioWeightDevice', 'CapAdd', 'CapDrop', 'Cgroup'],
          ...['CgroupParent', 'CgroupnsMode', 'ConsoleSize', 'ContainerIDFile', 'CpuCount', 'CpuPercent'],
          ...['CpuPeriod', 'CpuQuota', 'CpuRealtimePeriod', 'CpuRealtimeRuntime', 'CpuShares', 'CpusetCpus'],
          ...['CpusetMems', 'DeviceCgroupRules', 'DeviceRequests', 'Devices', 'Dns', 'DnsOptions', 'DnsSearch'],
          ...['ExtraHosts', 'GroupAdd', 'IOMaximumBandwidth', 'IOMaximumIOps', 'IpcMode', 'Isolation'],
          ...['KernelMemory', 'KernelMemoryTCP', 'MaskedPaths', 'Memory', 'MemoryReservation'],
          ...['MemorySwap', 'MemorySwappiness', 'Mounts.BindOptions', 'Mounts.Consistency', 'NanoCpus'],
          ...['OomKillDisable', 'OomScoreAdj', 'PidMode', 'PidsLimit', 'Privileged', 'ReadonlyPaths'],
          ...['Runtime', 'SecurityOpt', 'ShmSize', 'StorageOpt', 'Sysctls', 'Tmpfs', 'UTSMode'],
          ...['Ulimits', 'UsernsMode', 'VolumeDriver'],
        ].map(name => `HostConfig.${name}`),
        ...endpointFacts.map(name => `NetworkingConfig.EndpointsConfig.*.${name}`),
      ],
    },
  },
  'GET /containers/{name}/json': { query: { acted: ['size'] } },
  'GET /containers/{id}/logs': {
    query: { acted: ['follow', 'since', 'stderr', 'stdout', 'tail', 'timestamps', 'until'] },
  },
  'POST /containers/{id}/attach': {
    query: { acted: ['detachKeys', 'logs', 'stderr', 'stdin', 'stdout', 'stream'] },
    body: dockerodes,
  },
  'GET /containers/{id}/attach/ws': {
    query: { acted: ['detachKeys', 'logs', 'stderr', 'stdin', 'stdout', 'stream'] },
  },
  'POST /containers/{id}/resize': { query: { acted: ['h', 'w'] } },
  'GET /containers/{id}/top': { query: { acted: ['ps_args'] } },
  'GET /containers/{id}/stats': { query: { acted: ['one-shot', 'stream'] } },
  'GET /containers/{id}/changes': none,
  'GET /containers/{id}/export': none,
  'HEAD /containers/{id}/archive': { query: { acted: ['path'] } },
  'GET /containers/{id}/archive': { query: { acted: ['path'] } },
  'PUT /containers/{id}/archive': { query: { acted: ['noOverwriteDirNonDir', 'path'], kept: ['copyUIDGID'] } },
  'POST /containers/{id}/update': { body: { acted: ['RestartPolicy'], kept: resources } },
  'POST /containers/{id}/exec': {
    body: {
      acted: [
        ...['AttachStderr', 'AttachStdin', 'AttachStdout', 'Cmd', 'DetachKeys', 'Env', 'Privileged', 'Tty', 'User'],
        'WorkingDir',
      ],
      kept: ['ConsoleSize', 'Container', 'Detach'],
    },
  },
  'POST /exec/{id}/start': { body: { acted: ['Detach', 'Tty'], kept: ['ConsoleSize', ...dockerodes.kept] } },
  'POST /exec/{id}/resize': { query: { acted: [], kept: ['h', 'w'] } },
  'GET /exec/{id}/json': none,
  'POST /containers/{id}/start': { query: { acted: [], kept: ['detachKeys'] } },
  'POST /containers/{id}/stop': { query: { acted: ['t', 'signal'] } },
  'POST /containers/{id}/restart': { query: { acted: ['t'] } },
  'POST /containers/{id}/kill': { query: { acted: ['signal'] } },
  'POST /containers/{id}/pause': none,
  'POST /containers/{id}/unpause': none,
  'POST /containers/{id}/rename': { query: { acted: ['name'] } },
  'POST /containers/{id}/wait': { query: { acted: ['condition'] } },
  'DELETE /containers/{id}': { query: { acted: ['force', 'link', 'v'] } },

  'GET /system/df': { query: { acted: ['type'] } },
  'POST /containers/prune': prune,
  'POST /networks/prune': prune,
  'POST /volumes/prune': prune,
  'POST /images/prune': prune,
  'POST /build/prune': { query: { acted: [], kept: ['all', 'filters', 'keep-storage'] } },
  'POST /auth': { body: { acted: ['password', 'serveraddress', 'username'], kept: ['email'] } },
  'POST /commit': {
    query: { acted: ['author', 'changes', 'comment', 'container', 'repo', 'tag'], kept: ['pause'] },
    body: { acted: ['*'] },
  },
  'GET /plugins': none,
  'GET /plugins/{name}/json': none,

  'GET /images/get': { query: { acted: ['names'] } },
  'GET /images/{name}/get': none,
  'POST /images/load': { query: { acted: [], kept: ['quiet'] } },
  'POST /images/{name}/push': { query: { acted: ['tag'] } },
  'GET /images/json': { query: { acted: ['filters'], kept: ['all', 'digests', 'filter'] } },
  'POST /images/create': { query: { acted: ['changes', 'fromImage', 'fromSrc', 'message', 'repo', 'tag'] } },
  'GET /images/{name}/json': none,
  'GET /images/{name}/history': none,
  'POST /images/{name}/tag': { query: { acted: ['repo', 'tag'] } },
  'DELETE /images/{name}': { query: { acted: ['force'], kept: ['noprune'] } },
  'GET /distribution/{name}/json': none,

  'GET /networks': filters,
  'GET /networks/': filters,
  'POST /networks/create': {
    body: {
      acted: ['Attachable', 'Driver', 'Internal', 'Labels', 'Name', 'Options'],
      kept: ['CheckDuplicate', 'EnableIPv4', 'IPAM.Config', 'IPAM.Driver', 'IPAM.Options'],
    },
  },
  'GET /networks/{name}': { query: { acted: [], kept: ['scope', 'verbose'] } },
  'DELETE /networks/{id}': none,
  'POST /networks/{id}/connect': {
    body: { acted: ['Container', 'EndpointConfig.Aliases'], kept: endpointFacts.map(name => `EndpointConfig.${name}`) },
  },
  'POST /networks/{id}/disconnect': { body: { acted: ['Container'], kept: ['Force'] } },

  'GET /volumes': filters,
  'POST /volumes/create': { body: { acted: ['Driver', 'DriverOpts', 'Labels', 'Name'] } },
  'GET /volumes/{name}': none,
  'DELETE /volumes/{id}': { query: { acted: ['force'] } },

  ...knownSwarmFields,
};

import { fieldPaths } from './field-tree.ts';
import { knownSwarmFields } from './known-swarm-fields.ts';

/** Fields of a query or a body, each by its whole path. @see fieldPaths */
export interface KnownFields {
  /** What the fake does something with, if only to refuse it. */
  readonly acted: readonly string[];
  /** What it takes, and shows again where the engine does, but does nothing with. */
  readonly kept?: readonly string[];
}

export interface RequestFields {
  readonly query?: KnownFields;
  readonly body?: KnownFields;
  /** Of fields of the body of which not every value is modelled, those that are. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
}

const query = (acted: string, kept = ''): RequestFields => ({
  query: { acted: fieldPaths(acted), kept: fieldPaths(kept) },
});
const body = (acted: string, kept = ''): RequestFields => ({
  body: { acted: fieldPaths(acted), kept: fieldPaths(kept) },
});
const none: RequestFields = {};
const filters = query('filters');

/** What an endpoint tells and clients send back. */
const endpointFacts = `
  DNSNames EndpointID Gateway GlobalIPv6Address GlobalIPv6PrefixLen IPAddress IPPrefixLen IPv6Gateway NetworkID
`;

/** dockerode sends its filters twice. */
const prune: RequestFields = { ...filters, ...body('filters filters.**') };

/** What dockerode is told and passes on. */
const dockerodes = 'hijack stdin';

/** What a container may use. */
const resources = `
  BlkioDeviceReadBps{Path Rate} BlkioDeviceReadIOps{Path Rate} BlkioDeviceWriteBps{Path Rate}
  BlkioDeviceWriteIOps{Path Rate} BlkioWeight BlkioWeightDevice{Path Weight} CgroupParent CpuCount CpuPercent CpuPeriod
  CpuQuota CpuRealtimePeriod CpuRealtimeRuntime CpuShares CpusetCpus CpusetMems DeviceCgroupRules
  DeviceRequests{Driver Count DeviceIDs Capabilities Options.*} Devices{PathOnHost PathInContainer CgroupPermissions}
  IOMaximumBandwidth IOMaximumIOps KernelMemory KernelMemoryTCP Memory MemoryReservation MemorySwap MemorySwappiness
  NanoCpus OomKillDisable PidsLimit Ulimits{Name Soft Hard}
`;

/** What an image says of its containers, too. */
const imageConfig = `
  Cmd Entrypoint Env ExposedPorts.* Healthcheck{Test Interval Timeout Retries StartPeriod StartInterval} Labels.* Shell
  StopSignal User Volumes.* WorkingDir
`;

/** By route. What is in no list is not modelled. */
export const knownFields: Readonly<Record<string, RequestFields>> = {
  'GET /_ping': none,
  'HEAD /_ping': none,
  'GET /version': none,
  'GET /info': none,
  'GET /events': query('filters since until'),

  'GET /containers/json': query('all filters limit size'),
  'POST /containers/create': {
    ...query('name'),
    ...body(
      `${imageConfig} Hostname Image OpenStdin StdinOnce StopTimeout Tty
      HostConfig{
        AutoRemove Binds Init LogConfig{Type Config.*} Mounts{ReadOnly Source Target Type VolumeOptions{Labels.* NoCopy}}
        NetworkMode PortBindings.*{HostIp HostPort} PublishAllPorts ReadonlyRootfs
        RestartPolicy{Name MaximumRetryCount} VolumesFrom
      }
      NetworkingConfig{EndpointsConfig{*{Aliases}}}`,
      `ArgsEscaped AttachStderr AttachStdin AttachStdout Dns Domainname OnBuild Runtime
      HostConfig{
        ${resources}
        Annotations.* CapAdd CapDrop Cgroup CgroupnsMode ConsoleSize ContainerIDFile Dns DnsOptions DnsSearch ExtraHosts
        GroupAdd IpcMode Isolation MaskedPaths
        Mounts{
          BindOptions{Propagation NonRecursive CreateMountpoint ReadOnlyNonRecursive ReadOnlyForceRecursive} Consistency
        }
        OomScoreAdj PidMode Privileged ReadonlyPaths Runtime SecurityOpt ShmSize StorageOpt.* Sysctls.* Tmpfs.* UTSMode
        UsernsMode VolumeDriver
      }
      NetworkingConfig{EndpointsConfig{*{${endpointFacts}}}}`,
    ),
    values: { 'HostConfig.Mounts.Type': ['bind', 'volume', 'tmpfs'] },
  },
  'GET /containers/{name}/json': query('size'),
  'GET /containers/{id}/logs': query('follow since stderr stdout tail timestamps until'),
  'POST /containers/{id}/attach': {
    ...query('detachKeys logs stderr stdin stdout stream'),
    ...body('', dockerodes),
  },
  'GET /containers/{id}/attach/ws': query('detachKeys logs stderr stdin stdout stream'),
  'POST /containers/{id}/resize': query('h w'),
  'GET /containers/{id}/top': query('ps_args'),
  'GET /containers/{id}/stats': query('one-shot stream'),
  'GET /containers/{id}/changes': none,
  'GET /containers/{id}/export': none,
  'HEAD /containers/{id}/archive': query('path'),
  'GET /containers/{id}/archive': query('path'),
  'PUT /containers/{id}/archive': query('noOverwriteDirNonDir path', 'copyUIDGID'),
  'POST /containers/{id}/update': body('RestartPolicy{Name MaximumRetryCount}', resources),
  'POST /containers/{id}/exec': body(
    'AttachStderr AttachStdin AttachStdout Cmd DetachKeys Env Privileged Tty User WorkingDir',
    'ConsoleSize Container Detach',
  ),
  'POST /exec/{id}/start': body('Detach Tty', `ConsoleSize ${dockerodes}`),
  'POST /exec/{id}/resize': query('', 'h w'),
  'GET /exec/{id}/json': none,
  'POST /containers/{id}/start': query('', 'detachKeys'),
  'POST /containers/{id}/stop': query('t signal'),
  'POST /containers/{id}/restart': query('t'),
  'POST /containers/{id}/kill': query('signal'),
  'POST /containers/{id}/pause': none,
  'POST /containers/{id}/unpause': none,
  'POST /containers/{id}/rename': query('name'),
  'POST /containers/{id}/wait': query('condition'),
  'DELETE /containers/{id}': query('force link v'),

  'GET /system/df': query('type'),
  'POST /containers/prune': prune,
  'POST /networks/prune': prune,
  'POST /volumes/prune': prune,
  'POST /images/prune': prune,
  'POST /build/prune': query('', 'all filters keep-storage'),
  'POST /auth': body('password serveraddress username', 'email'),
  'POST /commit': {
    ...query('author changes comment container repo tag', 'pause'),
    ...body(
      imageConfig,
      `ArgsEscaped AttachStderr AttachStdin AttachStdout Domainname Hostname Image OnBuild OpenStdin StdinOnce
      StopTimeout Tty`,
    ),
  },
  'GET /plugins': none,
  'GET /plugins/{name}/json': none,

  'GET /images/get': query('names'),
  'GET /images/{name}/get': none,
  'POST /images/load': query('', 'quiet'),
  'POST /images/{name}/push': query('tag'),
  'GET /images/json': query('filters', 'all digests filter'),
  'POST /images/create': query('changes fromImage fromSrc message repo tag'),
  'GET /images/{name}/json': none,
  'GET /images/{name}/history': none,
  'POST /images/{name}/tag': query('repo tag'),
  'DELETE /images/{name}': query('force', 'noprune'),
  'GET /distribution/{name}/json': none,

  'GET /networks': filters,
  'GET /networks/': filters,
  'POST /networks/create': body(
    'Attachable Driver Internal Labels.* Name Options.*',
    'CheckDuplicate EnableIPv4 IPAM{Config{Subnet IPRange Gateway AuxiliaryAddresses.*} Driver Options.*}',
  ),
  'GET /networks/{name}': query('', 'scope verbose'),
  'DELETE /networks/{id}': none,
  'POST /networks/{id}/connect': body('Container EndpointConfig{Aliases}', `EndpointConfig{${endpointFacts}}`),
  'POST /networks/{id}/disconnect': body('Container', 'Force'),

  'GET /volumes': filters,
  'POST /volumes/create': body('Driver DriverOpts.* Labels.* Name'),
  'GET /volumes/{name}': none,
  'DELETE /volumes/{id}': query('force'),

  ...knownSwarmFields,
};

import type Docker from './dockerode.ts';
import type {
  ContainerDetails,
  ContainerNetwork,
  ContainerRights,
  ContainerSettings,
  ContainerState,
  Image,
  Mount,
  Sharing,
} from './engine.ts';

const states = new Set<string>(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']);

export function isState(text: string): text is ContainerState {
  return states.has(text);
}

/** What the daemon answers to `GET /containers/{id}/json`. */
export function detailsOf(info: Docker.ContainerInspectInfo): ContainerDetails {
  const { Health: health, Status: state, ExitCode: exitCode, FinishedAt: finishedAt } = info.State;
  const endedAt = Date.parse(finishedAt);
  const status = health?.Status;
  return {
    id: info.Id,
    name: info.Name.replace(/^\//, ''),
    imageId: info.Image,
    state: isState(state) ? state : 'dead',
    exitCode,
    // The year 1 means never.
    endedAt: endedAt > 0 ? endedAt : undefined,
    restartCount: info.RestartCount,
    health:
      status === 'starting' || status === 'healthy' || status === 'unhealthy'
        ? { status, output: health?.Log?.at(-1)?.Output.trim() ?? '' }
        : undefined,
    addresses: Object.values(info.NetworkSettings.Networks ?? {}).flatMap(({ IPAddress }) => IPAddress || []),
    settings: settingsOf(info),
    mounts: info.Mounts.map(mountOf),
    network: networkOf(info),
    rights: rightsOf(info),
    sharing: sharingOf(info.HostConfig),
  };
}

function sharingOf({ NetworkMode, PidMode, IpcMode, VolumesFrom }: HostConfig): readonly Sharing[] {
  const modes = [
    ['network', NetworkMode],
    ['pid', PidMode],
    ['ipc', IpcMode],
  ] as const;
  const volumes: readonly string[] = VolumesFrom ?? [];
  return [
    ...modes.flatMap(([what, mode]) => {
      const [kind, container] = (mode ?? '').split(':');
      return kind === 'container' && container !== undefined ? [{ what, container }] : [];
    }),
    ...volumes.map(from => ({ what: 'volumes', container: from.split(':')[0] ?? '' }) as const),
  ];
}

type HostConfig = Docker.ContainerInspectInfo['HostConfig'];

function mountOf({ Type, Name, Source, Destination, RW }: InspectedMount): Mount {
  const common = { target: Destination, readOnly: !RW };
  if (Type === 'volume') return { type: 'volume', source: Name ?? '', ...common };
  return { type: Type === 'bind' ? 'bind' : 'other', source: Source, ...common };
}

type InspectedMount = Docker.ContainerInspectInfo['Mounts'][number];

function networkOf({ HostConfig, NetworkSettings }: Docker.ContainerInspectInfo): ContainerNetwork {
  return {
    mode: HostConfig.NetworkMode ?? '',
    names: Object.keys(NetworkSettings.Networks ?? {}),
    dns: HostConfig.Dns ?? [],
    extraHosts: [HostConfig.ExtraHosts ?? []].flat(),
  };
}

function rightsOf({ Config, HostConfig }: Docker.ContainerInspectInfo): ContainerRights {
  return {
    user: Config.User,
    groups: HostConfig.GroupAdd ?? [],
    securityOptions: HostConfig.SecurityOpt ?? [],
    privileged: HostConfig.Privileged ?? false,
    userNamespace: HostConfig.UsernsMode ?? '',
  };
}

function settingsOf({ Config, HostConfig, Mounts, NetworkSettings }: Docker.ContainerInspectInfo): ContainerSettings {
  const bindings: Readonly<Record<string, readonly PortBinding[] | null>> = HostConfig.PortBindings ?? {};
  return {
    environment: Config.Env ?? [],
    entrypoint: [Config.Entrypoint ?? []].flat(),
    command: Config.Cmd ?? [],
    user: Config.User,
    labels: Config.Labels ?? {},
    networks: Object.keys(NetworkSettings.Networks ?? {}),
    networkMode: HostConfig.NetworkMode ?? '',
    ports: Object.entries(bindings).flatMap(([target, hosts]) =>
      (hosts ?? []).flatMap(({ HostIp: ip, HostPort: port }) =>
        port ? [`${ip ? `${ip}:` : ''}${port}:${target}`] : [],
      ),
    ),
    mounts: Mounts.map(({ Name: name, Source: source, Destination: target }) => `${name || source}:${target}`),
    restart: HostConfig.RestartPolicy?.Name || 'no',
  };
}

interface PortBinding {
  readonly HostIp?: string;
  readonly HostPort?: string;
}

/**
 * What the daemon answers to `GET /images/{name}/json`.
 *
 * With the containerd image store, a pull by digest leaves that among the tags, and an image whose tag has moved has no
 * `RepoDigests` left; its descriptor (API 1.48) still has the digest.
 */
export function imageOf(
  info: Docker.ImageInspectInfo & { readonly Descriptor?: { readonly digest?: string | undefined } | null | undefined },
): Image {
  const { Config: config } = info;
  const repositoryDigests = info.RepoDigests ?? [];
  const digests = repositoryDigests.map(name => name.slice(name.indexOf('@') + 1));
  if (info.Descriptor?.digest !== undefined) digests.push(info.Descriptor.digest);
  return {
    id: info.Id,
    tags: (info.RepoTags ?? []).filter(name => !name.includes('@')),
    digests: [...new Set(digests)],
    repositoryDigests,
    labels: config?.Labels ?? {},
    config: {
      platform: `${info.Os}/${info.Architecture}`,
      created: info.Created || undefined,
      environment: config?.Env ?? [],
      entrypoint: [config?.Entrypoint ?? []].flat(),
      command: config?.Cmd ?? [],
      user: config?.User ?? '',
      exposedPorts: Object.keys(config?.ExposedPorts ?? {}),
      volumes: Object.keys(config?.Volumes ?? {}),
    },
  };
}

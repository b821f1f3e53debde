import type Docker from './dockerode.ts';
import type { ContainerSpec, Mount } from './engine.ts';

/** The body of `POST /containers/create`. */
export function createRequest(spec: ContainerSpec): Docker.ContainerCreateOptions {
  const {
    image,
    command,
    workingDirectory,
    environment = {},
    labels,
    mounts = [],
    volumesFrom,
    network,
    rights,
  } = spec;
  return {
    Image: image,
    Entrypoint: [...command],
    Cmd: [],
    Env: Object.entries(environment).map(([name, value]) => (value === undefined ? name : `${name}=${value}`)),
    Labels: { ...labels },
    User: rights.user,
    // The image's own is for what the image usually runs.
    Healthcheck: { Test: ['NONE'] },
    ...(workingDirectory !== undefined && { WorkingDir: workingDirectory }),
    HostConfig: {
      Mounts: mounts.flatMap(mountRequest),
      ...(volumesFrom !== undefined && { VolumesFrom: [volumesFrom] }),
      NetworkMode: network.mode,
      Dns: [...network.dns],
      ExtraHosts: [...network.extraHosts],
      GroupAdd: [...rights.groups],
      SecurityOpt: [...rights.securityOptions],
      Privileged: rights.privileged,
      UsernsMode: rights.userNamespace,
      RestartPolicy: { Name: spec.restart ?? 'no' },
      // What it prints must be readable here, wherever the engine sends it usually.
      LogConfig: { Type: 'json-file', Config: {} },
    },
    NetworkingConfig: { EndpointsConfig: Object.fromEntries(network.names.map(name => [name, {}])) },
  };
}

function mountRequest({ type, source, target, readOnly }: Mount): readonly Docker.MountSettings[] {
  return type === 'other' ? [] : [{ Type: type, Source: source, Target: target, ReadOnly: readOnly }];
}

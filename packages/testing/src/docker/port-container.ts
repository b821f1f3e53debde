import type { ContainerNetwork, ContainerRights, ContainerSpec, Mount, Sharing } from '@gopdater/core';
import type { ContainerRecord } from './state/container-record.ts';
import type { ContainerSpec as FakeSpec } from './state/container-spec.ts';
import { parseContainerSpec } from './wire/container-spec.ts';
import { stringOf, stringsOf } from './wire/json.ts';

/** What the port's `createContainer` asks for, as the engine keeps it. */
export function specOf(spec: ContainerSpec): FakeSpec {
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
  return parseContainerSpec({
    Image: image,
    Entrypoint: command,
    Env: Object.entries(environment).map(([name, value]) => (value === undefined ? name : `${name}=${value}`)),
    Labels: labels,
    User: rights.user,
    WorkingDir: workingDirectory,
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      Mounts: mounts.map(({ type, source, target, readOnly }) => ({
        Type: type,
        Source: source,
        Target: target,
        ReadOnly: readOnly,
      })),
      VolumesFrom: volumesFrom === undefined ? [] : [volumesFrom],
      NetworkMode: network.mode,
      Dns: network.dns,
      ExtraHosts: network.extraHosts,
      GroupAdd: rights.groups,
      SecurityOpt: rights.securityOptions,
      Privileged: rights.privileged,
      UsernsMode: rights.userNamespace,
      RestartPolicy: { Name: spec.restart ?? 'no' },
    },
    NetworkingConfig: { EndpointsConfig: Object.fromEntries(network.names.map(name => [name, {}])) },
  });
}

export function mountsOf({ mounts }: ContainerRecord): readonly Mount[] {
  return mounts.map(({ type, name, source, destination, isWritable }) => ({
    type: type === 'tmpfs' ? 'other' : type,
    source: type === 'volume' ? name : source,
    target: destination,
    readOnly: !isWritable,
  }));
}

export function networkOf({ spec, endpoints }: ContainerRecord): ContainerNetwork {
  const { Dns, ExtraHosts } = spec.hostConfig;
  return {
    mode: spec.networkMode,
    names: [...endpoints.keys()],
    dns: stringsOf(Dns),
    extraHosts: stringsOf(ExtraHosts),
  };
}

export function rightsOf({ spec: { config, hostConfig } }: ContainerRecord): ContainerRights {
  return {
    user: stringOf(config.User) ?? '',
    groups: stringsOf(hostConfig.GroupAdd),
    securityOptions: stringsOf(hostConfig.SecurityOpt),
    privileged: hostConfig.Privileged === true,
    userNamespace: stringOf(hostConfig.UsernsMode) ?? '',
  };
}

/** What it uses of other containers. */
export function sharingOf({ spec }: ContainerRecord): readonly Sharing[] {
  const modes = [
    ['network', spec.networkMode],
    ['pid', stringOf(spec.hostConfig.PidMode)],
    ['ipc', stringOf(spec.hostConfig.IpcMode)],
  ] as const;
  return [
    ...modes.flatMap(([what, mode = '']) =>
      mode.startsWith('container:') ? [{ what, container: mode.slice('container:'.length) }] : [],
    ),
    ...spec.volumesFrom.map(from => ({ what: 'volumes', container: from.replace(/:.*/, '') }) as const),
  ];
}

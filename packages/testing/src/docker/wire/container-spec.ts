import { EngineError } from '../../errors.ts';
import type { ContainerSpec, HealthcheckSpec, MountSpec, PortBinding, RestartPolicy } from '../state/container-spec.ts';
import { type JsonObject, numberOf, objectOf, objectsOf, stringMapOf, stringOf, stringsOf } from './json.ts';

/** Narrows the body of `POST /containers/create`. */
export function parseContainerSpec(body: JsonObject): ContainerSpec {
  const { HostConfig, NetworkingConfig, ...config } = body;
  const hostConfig = objectOf(HostConfig);
  const image = stringOf(config.Image);
  if (image === undefined) throw new EngineError(400, 'config cannot be empty in order to create a container');
  const mode = stringOf(hostConfig.NetworkMode) ?? 'default';
  const stopTimeoutSeconds = numberOf(config.StopTimeout);
  return {
    image,
    labels: stringMapOf(config.Labels),
    env: stringsOf(config.Env),
    entrypoint: stringsOf(config.Entrypoint),
    command: stringsOf(config.Cmd),
    exposedPorts: Object.keys(objectOf(config.ExposedPorts)),
    healthcheck: parseHealthcheck(config.Healthcheck),
    hostname: stringOf(config.Hostname),
    stopSignal: stringOf(config.StopSignal),
    stopTimeoutMs: stopTimeoutSeconds === undefined ? undefined : stopTimeoutSeconds * 1000,
    networkMode: mode === 'default' ? 'bridge' : mode,
    autoRemove: hostConfig.AutoRemove === true,
    restartPolicy: parseRestartPolicy(hostConfig.RestartPolicy),
    portBindings: parsePortBindings(hostConfig.PortBindings),
    mounts: [...stringsOf(hostConfig.Binds).map(parseBind), ...objectsOf(hostConfig.Mounts).flatMap(parseMount)],
    volumesFrom: stringsOf(hostConfig.VolumesFrom),
    networks: parseNetworks(mode, NetworkingConfig),
    config,
    hostConfig,
  };
}

export function parseRestartPolicy(
  value: unknown,
  { whenMissing = { name: 'no', maxRetries: 0 } }: { readonly whenMissing?: RestartPolicy } = {},
): RestartPolicy {
  const { Name, MaximumRetryCount } = objectOf(value);
  const name = stringOf(Name);
  return name === undefined ? whenMissing : { name, maxRetries: numberOf(MaximumRetryCount) ?? 0 };
}

function parseHealthcheck(value: unknown): HealthcheckSpec | undefined {
  const raw = objectOf(value);
  const test = stringsOf(raw.Test);
  return test.length === 0 ? undefined : { test, raw };
}

function parsePortBindings(value: unknown): PortBinding[] {
  return Object.entries(objectOf(value)).flatMap(([containerPort, bindings]) =>
    objectsOf(bindings).map(({ HostIp, HostPort }) => ({
      containerPort: containerPort.includes('/') ? containerPort : `${containerPort}/tcp`,
      hostIp: stringOf(HostIp) ?? '',
      hostPort: stringOf(HostPort) ?? '',
    })),
  );
}

/** `source:destination[:options]`; a source that is no path is a volume. */
function parseBind(text: string): MountSpec {
  const [source = '', destination = '', options = ''] = text.split(':');
  const type = source.startsWith('/') ? 'bind' : 'volume';
  return { type, source, destination, isWritable: !options.split(',').includes('ro') };
}

function parseMount({ Type, Source, Target, ReadOnly, VolumeOptions }: JsonObject): MountSpec[] {
  if (Type !== 'bind' && Type !== 'volume') return [];
  const { Labels } = objectOf(VolumeOptions);
  return [
    {
      type: Type,
      source: stringOf(Source) ?? '',
      destination: stringOf(Target) ?? '',
      isWritable: ReadOnly !== true,
      ...(Labels ? { labels: stringMapOf(Labels) } : {}),
    },
  ];
}

/** The network of the mode first; a mode such as `container:ID` has none of its own. */
function parseNetworks(mode: string, networkingConfig: unknown): Map<string, readonly string[]> {
  const networks = new Map<string, readonly string[]>();
  if (!mode.includes(':')) networks.set(mode === 'default' ? 'bridge' : mode, []);
  for (const [name, endpoint] of Object.entries(objectOf(objectOf(networkingConfig).EndpointsConfig))) {
    networks.set(name === 'default' ? 'bridge' : name, stringsOf(objectOf(endpoint).Aliases));
  }
  return networks;
}

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
  const restartPolicy = parseRestartPolicy(hostConfig.RestartPolicy);
  if (hostConfig.AutoRemove === true && restartPolicy.name !== 'no') {
    throw new EngineError(400, "can't create 'AutoRemove' container with restart policy");
  }
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
    restartPolicy,
    portBindings: parsePortBindings(hostConfig.PortBindings),
    mounts: parseMounts(config, hostConfig),
    publishesAll: hostConfig.PublishAllPorts === true,
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
  if (name === undefined) return whenMissing;
  const policy = { name, maxRetries: numberOf(MaximumRetryCount) ?? 0 };
  const reason = reasonAgainst(policy);
  if (reason !== undefined) throw new EngineError(400, `invalid restart policy: ${reason}`);
  return policy;
}

function reasonAgainst({ name, maxRetries }: RestartPolicy): string | undefined {
  if (!['no', 'always', 'on-failure', 'unless-stopped'].includes(name)) {
    return `unknown policy '${name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`;
  }
  if (name !== 'on-failure' && maxRetries !== 0) return "maximum retry count can only be used with 'on-failure'";
  return maxRetries < 0 ? 'maximum retry count cannot be negative' : undefined;
}

function parseHealthcheck(value: unknown): HealthcheckSpec | undefined {
  const raw = objectOf(value);
  checkHealthcheck(raw);
  const test = stringsOf(raw.Test);
  return test.length === 0 ? undefined : { test, raw };
}

const longerThan1ms = ['Interval', 'Timeout', 'StartPeriod', 'StartInterval'];

function checkHealthcheck(raw: JsonObject): void {
  for (const name of longerThan1ms) {
    const value = numberOf(raw[name]) ?? 0;
    if (value !== 0 && value < 1e6) throw new EngineError(400, `${name} in Healthcheck cannot be less than 1ms`);
  }
  if ((numberOf(raw.Retries) ?? 0) < 0) throw new EngineError(400, 'Retries in Healthcheck cannot be negative');
}

function parsePortBindings(value: unknown): PortBinding[] {
  return Object.entries(objectOf(value)).flatMap(([containerPort, bindings]) =>
    objectsOf(bindings).map(({ HostIp, HostPort }) => {
      const hostPort = stringOf(HostPort) ?? '';
      checkPort(containerPort.split('/')[0] ?? '');
      if (hostPort !== '') checkPort(hostPort);
      return {
        containerPort: containerPort.includes('/') ? containerPort : `${containerPort}/tcp`,
        hostIp: stringOf(HostIp) ?? '',
        hostPort,
      };
    }),
  );
}

function checkPort(text: string): void {
  if (!/^\d+(-\d+)?$/.test(text)) throw new EngineError(400, `invalid port specification: "${text}"`);
}

/** Those of `Binds` and `Mounts`, and anonymous volumes where there is none of them. */
function parseMounts(config: JsonObject, hostConfig: JsonObject): MountSpec[] {
  const named = [...stringsOf(hostConfig.Binds).map(parseBind), ...objectsOf(hostConfig.Mounts).flatMap(parseMount)];
  const destinations = named.map(({ destination }) => destination);
  const anonymous = Object.keys(objectOf(config.Volumes)).filter(destination => !destinations.includes(destination));
  return [
    ...named,
    ...anonymous.map(destination => ({ type: 'volume' as const, source: '', destination, isWritable: true, mode: '' })),
  ];
}

/** `source:destination[:options]`; a source that is no path is a volume. */
function parseBind(text: string): MountSpec {
  const parts = text.split(':');
  // One path alone is where an anonymous volume goes.
  const [source = '', destination = '', options = ''] = parts.length === 1 ? ['', ...parts] : parts;
  const type = source.startsWith('/') ? 'bind' : 'volume';
  return {
    ...{ type, source, destination, isWritable: !options.split(',').includes('ro') },
    copies: !options.split(',').includes('nocopy'),
    mode: options === '' && type === 'volume' ? 'z' : options,
    bind: text,
  };
}

function parseMount({ Type, Source, Target, ReadOnly, VolumeOptions }: JsonObject): MountSpec[] {
  if (Type !== 'bind' && Type !== 'volume' && Type !== 'tmpfs') return [];
  const { Labels, NoCopy } = objectOf(VolumeOptions);
  return [
    {
      type: Type,
      source: stringOf(Source) ?? '',
      destination: stringOf(Target) ?? '',
      isWritable: ReadOnly !== true,
      copies: NoCopy !== true,
      mode: Type === 'volume' ? 'z' : '',
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

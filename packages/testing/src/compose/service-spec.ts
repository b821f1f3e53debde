import type { ComposeProject, ComposeService } from '@gopdater/core';
import type { ContainerSpec, HealthcheckSpec, RestartPolicy } from '../docker/state/container-spec.ts';
import { objectOf, stringOf } from '../docker/wire/json.ts';
import { configHash } from './config-hash.ts';
import { labels } from './labels.ts';
import { imageOf } from './select-services.ts';
import {
  conditionOf,
  durationMsOf,
  environmentOf,
  networksOf,
  portsOf,
  volumesOf,
  wordsOf,
} from './service-attributes.ts';

export interface ContainerIdentity {
  /** Its final name. */
  readonly name: string;
  readonly number: number;
  /** Of the image that the service's reference names now. */
  readonly imageId: string;
  /** Of Compose. */
  readonly version: string;
  /** Services that go into the label; none with `--no-deps`. */
  readonly dependsOn: readonly string[];
  /** Set on a container that takes another one's place. */
  readonly replaces: string | undefined;
}

/** What Compose asks the engine to create for one container of a service. */
export function serviceSpec(
  project: ComposeProject,
  service: ComposeService,
  identity: ContainerIdentity,
): ContainerSpec {
  const { attributes } = service;
  const ports = portsOf(service);
  const networks = [...networksOf(service)].map(
    ([key, aliases]) => [networkName(project, key), [identity.name, service.name, ...aliases]] as const,
  );
  return {
    image: imageOf(project, service),
    labels: { ...service.labels, ...composeLabels(project, service, identity) },
    env: environmentOf(service),
    entrypoint: wordsOf(attributes.entrypoint),
    command: wordsOf(attributes.command),
    exposedPorts: ports.map(({ containerPort }) => containerPort),
    healthcheck: healthcheckOf(service),
    hostname: stringOf(attributes.hostname),
    stopSignal: stringOf(attributes.stop_signal),
    stopTimeoutMs: durationMsOf(attributes.stop_grace_period),
    networkMode: stringOf(attributes.network_mode) ?? networks[0]?.[0] ?? 'bridge',
    autoRemove: false,
    restartPolicy: restartPolicyOf(service),
    portBindings: ports,
    mounts: volumesOf(service).map(({ type, source, target, isWritable }) => ({
      type,
      source: type === 'volume' && source !== '' ? volumeName(project, source) : source,
      destination: target,
      isWritable,
    })),
    volumesFrom: [],
    networks: attributes.network_mode === undefined ? new Map(networks) : new Map(),
    config: {},
    hostConfig: {},
  };
}

export function networkName({ name }: ComposeProject, key: string): string {
  return `${name}_${key}`;
}

export function volumeName({ name }: ComposeProject, key: string): string {
  return `${name}_${key}`;
}

function composeLabels(
  project: ComposeProject,
  service: ComposeService,
  { number, imageId, version, dependsOn, replaces }: ContainerIdentity,
): Record<string, string> {
  return {
    [labels.configHash]: configHash(service),
    [labels.number]: String(number),
    [labels.dependsOn]: dependsOn.map(name => `${name}:${conditionOf(service, name)}:false`).join(','),
    [labels.image]: imageId,
    [labels.oneOff]: 'False',
    [labels.project]: project.name,
    [labels.configFiles]: project.files.join(','),
    [labels.workingDirectory]: project.workingDirectory,
    ...(project.envFiles.length > 0 && { [labels.environmentFile]: project.envFiles.join(',') }),
    ...(replaces !== undefined && { [labels.replace]: replaces }),
    [labels.service]: service.name,
    [labels.version]: version,
  };
}

/** `NAME` or `NAME:RETRIES` */
function restartPolicyOf({ attributes }: ComposeService): RestartPolicy {
  const [name = 'no', retries] = (stringOf(attributes.restart) ?? 'no').split(':');
  return { name, maxRetries: Number(retries ?? 0) };
}

/** A text is for a shell; `disable: true` takes the image's away. */
function healthcheckOf({ attributes }: ComposeService): HealthcheckSpec | undefined {
  const healthcheck = objectOf(attributes.healthcheck);
  if (healthcheck.disable === true) return { test: ['NONE'], raw: { Test: ['NONE'] } };
  const test = Array.isArray(healthcheck.test)
    ? healthcheck.test.map(String)
    : typeof healthcheck.test === 'string'
      ? ['CMD-SHELL', healthcheck.test]
      : [];
  return test.length === 0 ? undefined : { test, raw: { Test: test } };
}

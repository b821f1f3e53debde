import type { ComposeService } from '@gopdater/core';
import { objectOf, objectsOf, stringOf } from '../docker/wire/json.ts';

/** `KEY: value` or `- KEY=value`; a key without a value is left out. */
export function environmentOf({ attributes }: ComposeService): string[] {
  const { environment } = attributes;
  if (Array.isArray(environment)) return environment.map(String).filter(line => line.includes('='));
  return Object.entries(objectOf(environment))
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([key, value]) => `${key}=${String(value)}`);
}

/** Network keys with their aliases; `default` if the service names none. */
export function networksOf({ attributes }: ComposeService): ReadonlyMap<string, readonly string[]> {
  const { networks } = attributes;
  if (Array.isArray(networks) && networks.length > 0) return new Map(networks.map(name => [String(name), []]));
  const entries = Object.entries(objectOf(networks));
  if (entries.length === 0) return new Map([['default', []]]);
  return new Map(
    entries.map(([name, network]) => {
      const { aliases } = objectOf(network);
      return [name, Array.isArray(aliases) ? aliases.map(String) : []];
    }),
  );
}

export interface ServicePort {
  /** e.g. `80/tcp` */
  readonly containerPort: string;
  readonly hostIp: string;
  /** A port, a range, or empty for any. */
  readonly hostPort: string;
}

/** The long form, or `[[IP:]HOST:]CONTAINER[/PROTOCOL]` with single container ports. */
export function portsOf({ attributes }: ComposeService): ServicePort[] {
  const { ports } = attributes;
  if (!Array.isArray(ports)) return [];
  const long = objectsOf(ports).map(({ target, published, host_ip, protocol }) => ({
    containerPort: `${String(target)}/${stringOf(protocol) ?? 'tcp'}`,
    hostIp: stringOf(host_ip) ?? '',
    hostPort: published === undefined || published === null ? '' : String(published),
  }));
  const short = ports
    .filter(port => typeof port === 'string' || typeof port === 'number')
    .map(port => parsePort(String(port)));
  return [...long, ...short];
}

function parsePort(text: string): ServicePort {
  const [numbers = '', protocol = 'tcp'] = text.split('/');
  const parts = numbers.split(':');
  const target = parts.pop() ?? '';
  const hostPort = parts.pop() ?? '';
  return { containerPort: `${target}/${protocol}`, hostIp: parts.join(':'), hostPort };
}

export interface ServiceVolume {
  readonly type: 'volume' | 'bind';
  /** The volume's key or a path; empty for an anonymous volume. */
  readonly source: string;
  readonly target: string;
  readonly isWritable: boolean;
}

/** The long form, or `[SOURCE:]TARGET[:ro]`. Other kinds of mounts are left out. */
export function volumesOf({ attributes }: ComposeService): ServiceVolume[] {
  const { volumes } = attributes;
  if (!Array.isArray(volumes)) return [];
  const long = objectsOf(volumes).flatMap(({ type, source, target, read_only }) =>
    type === 'bind' || type === 'volume'
      ? [
          {
            type,
            source: stringOf(source) ?? '',
            target: stringOf(target) ?? '',
            isWritable: read_only !== true,
          } as const,
        ]
      : [],
  );
  return [...long, ...volumes.filter(volume => typeof volume === 'string').map(parseVolume)];
}

function parseVolume(text: string): ServiceVolume {
  const [first = '', second, options = ''] = text.split(':');
  if (second === undefined) return { type: 'volume', source: '', target: first, isWritable: true };
  const type = /^[./~]/.test(first) ? 'bind' : 'volume';
  return { type, source: first, target: second, isWritable: !options.split(',').includes('ro') };
}

/** A list, or one string that stands for a shell's words. */
export function wordsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  return typeof value === 'string' ? value.split(/\s+/).filter(word => word !== '') : [];
}

/** `service_started` unless the long form says otherwise. */
export function conditionOf({ attributes }: ComposeService, dependency: string): string {
  return stringOf(objectOf(objectOf(attributes.depends_on)[dependency]).condition) ?? 'service_started';
}

const unitsMs: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/** e.g. `1m30s`; `undefined` for what is none. */
export function durationMsOf(value: unknown): number | undefined {
  const parts = [...(stringOf(value) ?? '').matchAll(/([\d.]+)(ms|[hms])/g)];
  if (parts.length === 0) return undefined;
  return parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (unitsMs[unit] ?? 0), 0);
}

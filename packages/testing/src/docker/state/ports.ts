import { EngineError } from '../../errors.ts';
import type { PortBinding } from './container-spec.ts';

export interface PublishedPort {
  readonly containerPort: string;
  readonly hostIp: string;
  readonly hostPort: number;
}

/** Where the engine looks for a free port when none was asked for. */
const ephemeralPorts = { first: 32_768, last: 60_999 };

/**
 * Gives every binding a host port that is free.
 *
 * @throws Error with the engine's words for a taken port
 */
export function allocatePorts(bindings: readonly PortBinding[], taken: readonly PublishedPort[]): PublishedPort[] {
  const published: PublishedPort[] = [];
  for (const binding of bindings) {
    published.push(allocate(binding, [...taken, ...published]));
  }
  return published;
}

function allocate({ containerPort, hostIp, hostPort }: PortBinding, taken: readonly PublishedPort[]): PublishedPort {
  const { first, last } = parseRange(hostPort);
  for (let port = first; port <= last; port += 1) {
    const candidate = { containerPort, hostIp, hostPort: port };
    if (!taken.some(other => collide(candidate, other))) return candidate;
  }
  throw new Error(`Bind for ${hostIp || '0.0.0.0'}:${first} failed: port is already allocated`);
}

function parseRange(text: string): { first: number; last: number } {
  if (text === '' || text === '0') return ephemeralPorts;
  const [, first, last] = text.match(/^(\d+)(?:-(\d+))?$/) ?? [];
  if (first === undefined) throw new EngineError(400, `invalid port specification: "${text}"`);
  return { first: Number(first), last: Number(last ?? first) };
}

function collide(a: PublishedPort, b: PublishedPort): boolean {
  if (a.hostPort !== b.hostPort || protocolOf(a) !== protocolOf(b)) return false;
  return isAny(a.hostIp) || isAny(b.hostIp) || a.hostIp === b.hostIp;
}

function protocolOf({ containerPort }: PublishedPort): string {
  return containerPort.split('/')[1] ?? 'tcp';
}

function isAny(hostIp: string): boolean {
  return hostIp === '' || hostIp === '0.0.0.0' || hostIp === '::';
}

import { invalid } from './problem.ts';
import { scalarText } from './scalar-text.ts';
import {
  entryOf,
  type Mapping,
  mapChildren,
  mapping,
  type Node,
  type Scalar,
  scalar,
  sequence,
  stringOf,
  withEntry,
} from './tree.ts';

/**
 * Writes the ports of every service in their long form, one item for each port of a range.
 *
 * @throws GopdaterError `COMPOSE_FILE_INVALID`
 * @see Compose Specification, "ports"
 */
export function withLongPorts(model: Mapping): Mapping {
  const services = entryOf(model, 'services');
  if (services?.kind !== 'mapping') return model;
  const long = mapChildren(services, (service, name) => {
    const ports = entryOf(service, 'ports');
    if (service.kind !== 'mapping' || ports?.kind !== 'sequence') return service;
    const items = ports.items.flatMap((port, index) => longPorts(port, `services.${name}.ports.${index}`));
    return withEntry(service, 'ports', sequence(items, ports.at));
  });
  return withEntry(model, 'services', long);
}

function longPorts(port: Node, path: string): readonly Node[] {
  if (port.kind === 'scalar') return fromShort(port, scalarText(port.value), path);
  checkHostIp(path, port, stringOf(entryOf(port, 'host_ip')) ?? '');
  if (port.kind !== 'mapping') return [port];
  const published = entryOf(port, 'published');
  const text = published?.kind === 'scalar' ? scalar(scalarText(published.value), published.at) : undefined;
  const given = text === undefined ? port : withEntry(port, 'published', text);
  return [mapping(new Map([...defaults(port), ...given.entries]), port.at)];
}

function defaults(port: Node): readonly [string, Scalar][] {
  return [
    ['mode', scalar('ingress', port.at)],
    ['protocol', scalar('tcp', port.at)],
  ];
}

/** `[[HOST_IP:]PUBLISHED:]TARGET[/PROTOCOL]`, where ports may be ranges; an address of version 6 may lack its brackets. */
const shortPattern =
  /^(?:(?:(?<ip>\[[^\]]*\]|[^:[\]]*|[0-9a-fA-F:]*:[0-9a-fA-F:]*):)?(?<published>\d*(?:-\d+)?):)?(?<target>\d+(?:-\d+)?)(?:\/(?<protocol>[a-zA-Z]+))?$/;

/** The longest address and the longest ranges there are, and some. */
const maxLength = 100;

function fromShort(port: Node, text: string, path: string): readonly Node[] {
  const groups = text.length > maxLength ? undefined : shortPattern.exec(text)?.groups;
  if (groups === undefined) {
    throw invalid(
      port,
      `${path} is not HOST_IP:PUBLISHED:TARGET/PROTOCOL.`,
      'Fill in what is empty; a variable may be unset.',
    );
  }
  const hostIp = groups.ip?.replace(/^\[|\]$/g, '') ?? '';
  checkHostIp(path, port, hostIp);
  const targets = portsIn(groups.target ?? '');
  const published = portsIn(groups.published ?? '');
  if (published === undefined || targets === undefined)
    throw invalid(port, `${path} has a port range that is not one.`);
  if (targets.length > 1 && published.length > 0 && published.length !== targets.length) {
    throw invalid(
      port,
      `${path} maps ${published.length} ports to ${targets.length}.`,
      'Make both ranges equally long.',
    );
  }
  return targets.map((target, index) => {
    // A range published for a single port stays one: the engine picks from it.
    const host = targets.length > 1 ? published[index]?.toString() : groups.published;
    const entries = new Map<string, Node>(defaults(port));
    entries.set('target', scalar(BigInt(target), port.at));
    if (hostIp !== '') entries.set('host_ip', scalar(hostIp, port.at));
    if (host) entries.set('published', scalar(host, port.at));
    if (groups.protocol !== undefined) entries.set('protocol', scalar(groups.protocol.toLowerCase(), port.at));
    return mapping(entries, port.at);
  });
}

/** The ports of a range; `undefined` if it runs backwards or beyond 65535. */
function portsIn(range: string): readonly number[] | undefined {
  if (range === '') return [];
  const [first = 0, last = first] = range.split('-').map(Number);
  if (last < first || last > 65_535) return undefined;
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function checkHostIp(path: string, port: Node, ip: string): void {
  const isAddress =
    ip === '' || /^(?:\d{1,3}\.){3}\d{1,3}$/.test(ip) || (ip.includes(':') && /^[0-9a-fA-F:.%]+$/.test(ip));
  if (!isAddress)
    throw invalid(port, `${path} has a host address that is not an IP address.`, 'Write the address in digits.');
}

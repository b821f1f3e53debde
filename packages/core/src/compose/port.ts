import { isIP } from 'node:net';
import { Layout } from './layout.ts';
import { mapping, type Node, scalar } from './node.ts';
import { invalid } from './problem.ts';
import { scalarText } from './scalar-text.ts';
import type { TreePath } from './tree-path.ts';

/**
 * The long form of a port, one item for each port of a range.
 *
 * @throws GopdaterError `COMPOSE_FILE_INVALID`
 * @see Compose Specification, "ports"
 */
export function longPorts(port: Node, path: TreePath): readonly Node[] {
  if (port.kind !== 'scalar') return [port];
  if (typeof port.value === 'number')
    throw invalid(port, `${path} must be a string or an integer.`, 'Put it in quotes.');
  return fromShort(port, scalarText(port.value), path);
}

/**
 * `[[HOST_IP:]PUBLISHED:]TARGET[/PROTOCOL]`, where ports may be ranges; an address of version 6 has brackets. Compose
 * does not look at what follows the end of a range.
 */
const shortPattern =
  /^(?:(?:(\[[^\]]*\]|[^:[\]]*):)?((?:\d+(?:-\d+(?:-[^:]*)?)?)?):)?(\d+(?:-\d+(?:-[^:/]*)?)?)(?:\/([^:/]*)(?:\/[^:]*)?)?$/;

/** The longest address and the longest ranges there are, and some. */
const maxLength = 100;

function fromShort(port: Node, text: string, path: TreePath): readonly Node[] {
  const match = text.length > maxLength ? null : shortPattern.exec(text);
  if (match === null) {
    throw invalid(
      port,
      `${path} is not HOST_IP:PUBLISHED:TARGET/PROTOCOL.`,
      'Fill in what is empty; a variable may be unset.',
    );
  }
  const [, ip = '', publishedRange = '', targetRange = '', givenProtocol] = match;
  const hostIp = ip.replace(/^\[|\]$/g, '');
  if (hostIp !== '') checkHostIp(path, port, hostIp);
  const targets = portsIn(targetRange);
  const published = portsIn(publishedRange);
  if (published === undefined || targets === undefined)
    throw invalid(port, `${path} has a port range that is not one.`);
  if (targets.length > 1 && published.length > 0 && published.length !== targets.length) {
    throw invalid(
      port,
      `${path} maps ${published.length} ports to ${targets.length}.`,
      'Make both ranges equally long.',
    );
  }
  if (targets[0] === 0) throw invalid(port, `${path} has the target port 0.`, 'Name a port of the container.');
  const protocol = (givenProtocol || 'tcp').toLowerCase();
  if (!protocols.has(protocol)) throw invalid(port, `${path} has the protocol "${protocol}", which is none.`);
  const mode = scalar('ingress', port);
  const protocolNode = scalar(protocol, port);
  const hostIpNode = hostIp === '' ? undefined : scalar(hostIp, port);
  const ports = targets.map((target, index) => {
    // A range published for a single port stays one: the engine picks from it.
    const isRange = targets.length === 1 && published.length > 1;
    const host = isRange ? `${published[0]}-${published.at(-1)}` : published[index]?.toString();
    const entries = layout.entries<Node>(
      mode,
      scalar(BigInt(target), port),
      hostIpNode,
      host ? scalar(host, port) : undefined,
      protocolNode,
    );
    return [`${target}`, mapping(entries, port)] as const;
  });
  // As text, like Compose.
  if (ports.length > 1) ports.sort(([one], [other]) => (one < other ? -1 : 1));
  return ports.map(([, long]) => long);
}

const layout = new Layout('mode', 'target', 'host_ip', 'published', 'protocol');

const protocols: ReadonlySet<string> = new Set(['tcp', 'udp', 'sctp']);

/** The ports of a range; `undefined` if it runs backwards or beyond 65535. */
function portsIn(range: string): readonly number[] | undefined {
  if (range === '') return [];
  const [start = '', end = start] = range.split('-');
  const [first, last] = [Number(start), Number(end)];
  if (last < first || last > 65_535) return undefined;
  return first === last ? [first] : Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

export function checkHostIp(path: TreePath, port: Node, ip: string): void {
  const isAddress = isIP(ip) !== 0 && !ip.includes('%');
  if (!isAddress)
    throw invalid(port, `${path} has a host address that is not an IP address.`, 'Write the address in digits.');
}

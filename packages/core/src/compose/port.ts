import { invalid } from './problem.ts';
import { scalarText } from './scalar-text.ts';
import { entryOf, itemsOf, type Node, stringOf } from './tree.ts';

/** Checks the published ports of a service. */
export function checkPorts(service: string, node: Node): void {
  for (const [index, port] of itemsOf(entryOf(node, 'ports')).entries()) {
    const path = `services.${service}.ports.${index}`;
    if (port.kind === 'scalar') checkShort(path, port, scalarText(port.value));
    else checkHostIp(path, port, stringOf(entryOf(port, 'host_ip')) ?? '');
  }
}

/** `[[HOST_IP:]PUBLISHED:]TARGET[/PROTOCOL]`, where ports may be ranges. */
const shortPattern =
  /^(?:(?:(?<ip>\[[^\]]*\]|[^:[\]]*):)?(?<published>\d*(?:-\d+)?):)?(?<target>\d+(?:-\d+)?)(?:\/(?<protocol>[a-zA-Z]+))?$/;
const bareIpv6Pattern =
  /^(?<ip>[0-9a-fA-F:]*::?[0-9a-fA-F:]*):(?<published>\d*(?:-\d+)?):(?<target>\d+(?:-\d+)?)(?:\/[a-zA-Z]+)?$/;

function checkShort(path: string, port: Node, text: string): void {
  const groups = (shortPattern.exec(text) ?? bareIpv6Pattern.exec(text))?.groups;
  if (groups === undefined) {
    throw invalid(
      port,
      `${path} is not HOST_IP:PUBLISHED:TARGET/PROTOCOL.`,
      'Fill in what is empty; a variable may be unset.',
    );
  }
  checkHostIp(path, port, groups.ip?.replace(/^\[|\]$/g, '') ?? '');
  const [published, target] = [sizeOf(groups.published ?? ''), sizeOf(groups.target ?? '')];
  if (published === undefined || target === undefined) throw invalid(port, `${path} has a port range that is not one.`);
  if (target > 1 && published > 0 && published !== target) {
    throw invalid(port, `${path} maps ${published} ports to ${target}.`, 'Make both ranges equally long.');
  }
}

/** How many ports a range has: none for nothing, `undefined` if it runs backwards or beyond 65535. */
function sizeOf(range: string): number | undefined {
  if (range === '') return 0;
  const [first = 0, last = first] = range.split('-').map(Number);
  return last < first || last > 65535 ? undefined : last - first + 1;
}

function checkHostIp(path: string, port: Node, ip: string): void {
  const isAddress =
    ip === '' || /^(?:\d{1,3}\.){3}\d{1,3}$/.test(ip) || (ip.includes(':') && /^[0-9a-fA-F:.%]+$/.test(ip));
  if (!isAddress)
    throw invalid(port, `${path} has a host address that is not an IP address.`, 'Write the address in digits.');
}

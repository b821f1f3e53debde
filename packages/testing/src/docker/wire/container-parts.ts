import type { Mount } from '../state/container-record.ts';
import type { Endpoint } from '../state/network-record.ts';

/** An endpoint as containers show it. */
export function endpointView(endpoint: Endpoint): Record<string, unknown> {
  const { id, networkId, aliases, ipAddress, macAddress, reservedIp } = endpoint;
  // Networks of a swarm lead nowhere else.
  const isOverlay = reservedIp !== undefined;
  return {
    IPAMConfig: isOverlay ? { IPv4Address: reservedIp } : null,
    Links: null,
    Aliases: aliases.length > 0 ? aliases : null,
    MacAddress: macAddress,
    DriverOpts: null,
    GwPriority: 0,
    NetworkID: networkId,
    EndpointID: id,
    Gateway: isOverlay ? '' : ipAddress.replace(/\.\d+\.\d+$/, '.0.1'),
    IPAddress: ipAddress,
    IPPrefixLen: ipAddress === '' ? 0 : isOverlay ? 24 : 16,
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    DNSNames: null,
  };
}

export function mountView({ type, name, source, destination, isWritable }: Mount): Record<string, unknown> {
  const common = {
    Type: type,
    Source: source,
    Destination: destination,
    Mode: isWritable ? 'rw' : 'ro',
    RW: isWritable,
  };
  return type === 'bind'
    ? { ...common, Propagation: 'rprivate' }
    : { ...common, Name: name, Driver: 'local', Propagation: '' };
}

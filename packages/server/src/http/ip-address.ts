import ipaddr from 'ipaddr.js';

/**
 * Who is counted as one sender: an IPv4 address, also where it came as IPv6; of IPv6 a /64, as that is what one has.
 * `unknown` for what is no address.
 */
export function senderOfAddress(address: string | undefined): string {
  if (address === undefined || !ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  return `${new ipaddr.IPv6([...parsed.parts.slice(0, 4), 0, 0, 0, 0]).toString()}/64`;
}

/** False for loopback, private, link-local and all other addresses that are not the internet's. */
export function isPublicAddress(address: string): boolean {
  return ipaddr.process(address).range() === 'unicast';
}

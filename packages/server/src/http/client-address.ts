import type { IncomingMessage } from 'node:http';
import { GopdaterError } from '@gopdater/core';
import ipaddr from 'ipaddr.js';
import proxyAddress from 'proxy-addr';

/** Who sent a request, as an address without a port. */
export type ClientAddress = (request: IncomingMessage) => string;

/**
 * Reads the client's address: that of the connection; where this is a trusted proxy's, the last one in
 * `X-Forwarded-For` that is none.
 *
 * @param trustedProxies  addresses, ranges (`10.0.0.0/8`), `loopback`, `linklocal` or `uniquelocal`
 * @throws GopdaterError `CONFIG_INVALID`
 */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const trust = compile(trustedProxies);
  return request => normalise(proxyAddress(request, trust));
}

function compile(trustedProxies: readonly string[]) {
  try {
    return proxyAddress.compile([...trustedProxies]);
  } catch (cause) {
    throw new GopdaterError('CONFIG_INVALID', `No list of proxies: ${trustedProxies.join(', ')}.`, {
      hint: 'Set GOPDATER_TRUSTED_PROXIES to addresses, or ranges such as 10.0.0.0/8.',
      cause,
    });
  }
}

/** An IPv4 address that came as IPv6 is itself; of IPv6 a sender has a whole /64. */
function normalise(address: string | undefined): string {
  if (address === undefined || !ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  return `${new ipaddr.IPv6([...parsed.parts.slice(0, 4), 0, 0, 0, 0]).toString()}/64`;
}

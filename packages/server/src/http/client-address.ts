import type { IncomingMessage } from 'node:http';
import { GopdaterError } from '@gopdater/core';
import proxyAddress from 'proxy-addr';
import { senderOfAddress } from './ip-address.ts';

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
  return request => senderOfAddress(proxyAddress(request, trust));
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

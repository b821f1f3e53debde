import { lookup as systemLookup } from 'node:dns';
import { request } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import { isPublicAddress } from './ip-address.ts';

/** Where a connection goes: the addresses are looked up, and all of them public. */
export interface PublicTarget {
  readonly hostname: string;
  readonly addresses: readonly { readonly address: string; readonly family: number }[];
}

/** How requests leave this machine. */
export interface PublicNetwork {
  /** Default: the system's. */
  readonly lookup?: LookupFunction | undefined;
  /** Default: TLS on port 443, to those addresses and no others. */
  readonly dial?: ((target: PublicTarget) => Duplex) | undefined;
}

export interface PublicRequest {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const timeoutMs = 5_000;
const maxBytes = 64 * 1024;

/**
 * Asks a server of the internet that a stranger has named: https on its own port, no user, no redirect, an address that
 * is a public one, five seconds, 64 kB.
 *
 * @throws Error whose message says what is wrong, and holds the host at most
 */
export async function requestPublic(
  text: string,
  { method = 'GET', headers = {}, body }: PublicRequest,
  { lookup = systemLookup, dial = dialTls }: PublicNetwork,
): Promise<string> {
  const url = checkedUrl(text);
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  const signal = AbortSignal.timeout(timeoutMs);
  const addresses = await within(signal, publicAddresses(hostname, lookup)).catch((error: unknown) => {
    throw new Error(`${hostname}: ${wordsOf(error)}`);
  });
  return await new Promise((resolve, reject) => {
    const fail = (why: string) => {
      outgoing.destroy();
      reject(new Error(`${hostname}: ${why}`));
    };
    const createConnection = () => dial({ hostname, addresses });
    const options = { method, headers, signal, createConnection, defaultPort: 443 };
    const outgoing = request(url, options, response => {
      const { statusCode = 0 } = response;
      if (statusCode < 200 || statusCode > 299) return fail(`it answered ${statusCode}`);
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxBytes) fail(`more than ${maxBytes} bytes`);
        else chunks.push(chunk);
      });
      response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
      response.on('error', error => fail(error.message));
    });
    outgoing.on('error', error => fail(signal.aborted ? tooLong : error.message));
    outgoing.end(body);
  });
}

const tooLong = `no answer in ${timeoutMs / 1000} seconds`;

function checkedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' && url.username === '' && url.password === '' && url.port === '') return url;
  throw new Error('the URL is not a plain https one');
}

/** What is looked up is what is dialled: a name cannot be public once, and private the next moment. */
async function publicAddresses(hostname: string, lookup: LookupFunction): Promise<PublicTarget['addresses']> {
  const addresses = await new Promise<PublicTarget['addresses']>((resolve, reject) => {
    lookup(hostname, { all: true }, (error, found) => {
      if (error === null) resolve(Array.isArray(found) ? found : []);
      else reject(error);
    });
  });
  if (addresses.length === 0) throw new Error('it has no address');
  if (addresses.every(({ address }) => isPublicAddress(address))) return addresses;
  throw new Error('its address is no public one');
}

function dialTls({ hostname, addresses }: PublicTarget): Duplex {
  const lookup: LookupFunction = (_, { all }, done) => {
    const [first] = addresses;
    if (all === true) done(null, [...addresses]);
    else done(null, first?.address ?? '', first?.family ?? 0);
  };
  return connect({ host: hostname, servername: hostname, port: 443, lookup });
}

async function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return await new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error(tooLong)), { once: true });
    work.then(resolve, reject);
  });
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import { lookup as systemLookup } from 'node:dns';
import { request } from 'node:https';
import type { LookupFunction } from 'node:net';
import { type Clock, GopdaterError } from '@gopdater/core';
import { isPublicAddress } from './ip-address.ts';

export interface FetchTextOptions {
  readonly clock: Clock;
  /** Default: the system's. */
  readonly lookup?: LookupFunction | undefined;
}

const timeoutMs = 5_000;
const maxBytes = 64 * 1024;
/** Keys and certificates change seldom, and their senders keep old ones for longer than this. */
const keptMs = 3_600_000;
const maxKept = 100;

/**
 * Gets a text that a sender's deliveries are checked with. What a delivery names is never trusted with more: https on its
 * own port, no user, no redirect, an address that is a public one, five seconds, 64 kB.
 *
 * @returns a function that throws GopdaterError `KEYS_UNREACHABLE`, and keeps what it got for an hour
 */
export function createFetchText({ clock, lookup = systemLookup }: FetchTextOptions): (url: string) => Promise<string> {
  const kept = new Map<string, { readonly text: string; readonly at: number }>();
  return async url => {
    const known = kept.get(url);
    if (known !== undefined && clock.now() - known.at < keptMs) return known.text;
    const text = await fetchOnce(checkedUrl(url), lookup);
    kept.delete(url);
    kept.set(url, { text, at: clock.now() });
    for (const oldest of kept.keys()) {
      if (kept.size <= maxKept) break;
      kept.delete(oldest);
    }
    return text;
  };
}

function checkedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' && url.username === '' && url.password === '' && url.port === '') return url;
  throw unreachable('the URL is not a plain https one');
}

async function fetchOnce(url: URL, lookup: LookupFunction): Promise<string> {
  return await new Promise((resolve, reject) => {
    const fail = (why: string) => {
      outgoing.destroy();
      reject(unreachable(`${url.hostname}: ${why}`));
    };
    const options = { agent: false, lookup: publicOnly(lookup), signal: AbortSignal.timeout(timeoutMs) };
    const outgoing = request(url, options, response => {
      if (response.statusCode !== 200) return fail(`it answered ${response.statusCode}`);
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
    outgoing.on('error', error => fail(error.message));
    outgoing.end();
  });
}

/** What is looked up is what is dialled: a name cannot be public once, and private the next moment. */
function publicOnly(lookup: LookupFunction): LookupFunction {
  return (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      const addresses = Array.isArray(found) ? found : [];
      const [first] = addresses;
      if (error !== null || first === undefined) return done(error ?? new Error('it has no address'), '', 0);
      const hidden = addresses.find(({ address }) => !isPublicAddress(address));
      if (hidden !== undefined) return done(new Error('its address is no public one'), '', 0);
      if (options.all === true) return done(null, addresses);
      done(null, first.address, first.family);
    });
  };
}

function unreachable(why: string): GopdaterError {
  return new GopdaterError('KEYS_UNREACHABLE', `What a delivery is checked with cannot be had: ${why}.`, {
    hint: 'Check this server’s way to the internet; the sender is asked to try again.',
  });
}

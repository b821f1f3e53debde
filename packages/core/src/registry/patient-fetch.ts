import { GopdaterError } from '../errors.ts';
import type { Clock } from '../time.ts';
import { retryAfterMs } from './retry-after.ts';

/** One request to a registry or to its token server. */
export interface RegistryRequest {
  readonly method: 'HEAD' | 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: URLSearchParams;
}

/** What came back, read to its end. */
export interface RegistryAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

export type PatientFetch = (url: URL, request: RegistryRequest) => Promise<RegistryAnswer>;

/** How long to wait, and for what. */
export interface Patience {
  readonly clock: Clock;
  /** For each request, in milliseconds. */
  readonly timeoutMs: number;
  /** For all waits between requests together, in milliseconds. */
  readonly maxWaitMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Where a server does not say when to come again. */
const maxTries = 4;
const firstWaitMs = 500;

/**
 * A fetch that asks again when the server limits us or is away for a moment: after `Retry-After`, else after 0.5, 1 and
 * 2 seconds. Gives the last answer, whatever its status, when that did not help or would take too long.
 *
 * It rejects with `REGISTRY_UNREACHABLE` or `ABORTED`.
 */
export function createPatientFetch(patience: Patience): PatientFetch {
  const { clock, maxWaitMs, signal } = patience;
  let waitedMs = 0;
  return async (url, request) => {
    for (let tries = 1; ; tries += 1) {
      const outcome = await exchange(url, request, patience);
      const waitMs = nextWaitMs(outcome, request, { tries, now: clock.now() });
      if (waitMs === undefined || waitedMs + waitMs > maxWaitMs) {
        if (outcome instanceof Error) throw unreachable(url, outcome);
        return outcome;
      }
      waitedMs += waitMs;
      await clock.sleep(waitMs, { signal });
    }
  };
}

/** A connection that failed is a value here: it may be tried again. */
async function exchange(
  url: URL,
  { method, headers = {}, body }: RegistryRequest,
  { timeoutMs, signal }: Patience,
): Promise<RegistryAnswer | Error> {
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    signal?.throwIfAborted();
    const response = await fetch(url, {
      method,
      headers,
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
      // A redirect would carry the body, thus a token, to wherever it leads.
      ...(body && { body, redirect: 'error' }),
    });
    return {
      status: response.status,
      headers: response.headers,
      body: new Uint8Array(await response.arrayBuffer()),
    };
  } catch (cause) {
    if (signal?.aborted) throw new GopdaterError('ABORTED', 'Asking the registry was stopped.', { cause });
    if (limit.aborted) return new Error(`no answer within ${timeoutMs} ms`, { cause });
    return cause instanceof Error ? cause : new Error(String(cause));
  }
}

/** `undefined`: asking again does not help. */
function nextWaitMs(
  outcome: RegistryAnswer | Error,
  request: RegistryRequest,
  { tries, now }: { readonly tries: number; readonly now: number },
): number | undefined {
  if (!isTemporary(outcome, request)) return undefined;
  const backoffMs = firstWaitMs * 2 ** (tries - 1);
  const askedMs = outcome instanceof Error ? undefined : retryAfterMs(outcome.headers, now);
  // One that says 0 each time must not be asked without end.
  if (askedMs !== undefined) return Math.max(askedMs, backoffMs);
  return tries < maxTries ? backoffMs : undefined;
}

function isTemporary(outcome: RegistryAnswer | Error, { method }: RegistryRequest): boolean {
  // What a POST did before its answer was lost is not known.
  if (outcome instanceof Error) return method !== 'POST' && isReset(outcome);
  return (method === 'POST' ? [429, 503] : [429, 502, 503, 504]).includes(outcome.status);
}

function isReset(error: Error): boolean {
  const { cause = error } = error;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET';
}

function unreachable(url: URL, cause: Error): GopdaterError {
  const message = `The registry at ${url.origin} cannot be reached: ${innermost(cause)}.`;
  return new GopdaterError('REGISTRY_UNREACHABLE', message, {
    hint: 'Check the name and the network; a registry without TLS goes into INSECURE_REGISTRIES.',
    cause,
  });
}

/** fetch hides the reason in `cause`. */
function innermost(error: Error): string {
  return error.cause instanceof Error && error.name === 'TypeError' ? innermost(error.cause) : error.message;
}

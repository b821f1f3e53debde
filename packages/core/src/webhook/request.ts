/** One request as it came over the wire, nothing of it believed yet. */
export interface HookRequest {
  /** e.g. `POST`; `OPTIONS` is the handshake of CloudEvents */
  readonly method: string;
  /** By their names in lower case; a header that was sent twice has two values. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly query: URLSearchParams;
  /** What stands behind the receiver's name in the path, if anything does. */
  readonly pathSecret: string | undefined;
  /** The raw bytes: signatures are over these. */
  readonly body: Uint8Array;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
}

/** Headers from Node's `rawHeaders`: names and values in turn. */
export function readHeaders(rawHeaders: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const headers = new Map<string, readonly string[]>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    const others = headers.get(name);
    headers.set(name, others === undefined ? [value] : [...others, value]);
  }
  return headers;
}

/** A header that was sent once and says something; a doubled one is none, as it could mean either. */
export function headerOf({ headers }: Pick<HookRequest, 'headers'>, name: string): string | undefined {
  const [value, ...more] = headers.get(name) ?? [];
  return more.length > 0 || value === '' ? undefined : value;
}

/** The media type of the body, without its parameters, e.g. `application/json`. */
export function mediaTypeOf(request: Pick<HookRequest, 'headers'>): string {
  return (headerOf(request, 'content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** What the registry was told to do instead of an answer, to which requests, and how often. */
export type RegistryFault = (RegistryRefusal | { /** The connection is cut. */ readonly drop: true }) & {
  /** How many requests it concerns; default 1. */
  readonly times?: number;
  /** Which requests; default `manifests`. A pull that fails at `blobs` fails inside its stream. */
  readonly on?: RegistryResource;
  /** Only this repository, e.g. `acme/web`; default all. */
  readonly repository?: string;
};

export interface RegistryRefusal {
  /** e.g. 429, 500, 503 */
  readonly status: number;
  /** The registry's error code; default: what belongs to the status, e.g. `TOOMANYREQUESTS`. */
  readonly code?: string;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type RegistryResource = 'manifests' | 'blobs' | 'tags' | 'token';

const codes: Readonly<Record<number, string>> = {
  401: 'UNAUTHORIZED',
  403: 'DENIED',
  404: 'MANIFEST_UNKNOWN',
  429: 'TOOMANYREQUESTS',
};

/** What a registry says when it refuses; `headers` are sent with it. Status 0: it says nothing and cuts the connection. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What it is about, e.g. `{ Tag: 'latest' }`. */
  readonly detail: unknown;

  constructor(
    status: number,
    code: string,
    message: string,
    headers: Readonly<Record<string, string>> = {},
    detail: unknown = null,
  ) {
    super(message);
    this.detail = detail;
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** Faults in the order they were asked for; each is used up after its `times`. */
export class FailureList {
  readonly #pending: { readonly fault: RegistryFault; left: number }[] = [];

  add(fault: RegistryFault): void {
    this.#pending.push({ fault, left: fault.times ?? 1 });
  }

  /** Those that no request has met. */
  unreached(): readonly RegistryFault[] {
    return this.#pending.filter(({ fault, left }) => left === (fault.times ?? 1)).map(({ fault }) => fault);
  }

  clear(): void {
    this.#pending.length = 0;
  }

  /** Throws the first fault that concerns the request. */
  check(resource: RegistryResource, path: string | undefined): void {
    const hit = this.#pending.find(
      ({ fault, left }) =>
        left > 0 &&
        (fault.on ?? 'manifests') === resource &&
        (fault.repository === undefined || fault.repository === path),
    );
    if (!hit) return;
    hit.left -= 1;
    if ('drop' in hit.fault) throw new RegistryError(0, 'UNKNOWN', 'EOF');
    const { status, code = codes[status] ?? 'UNKNOWN', message = code.toLowerCase(), headers } = hit.fault;
    throw new RegistryError(status, code, message, headers);
  }
}

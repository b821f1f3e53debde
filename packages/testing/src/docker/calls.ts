/** A request that was answered, or was not. */
export interface RecordedCall {
  readonly method: string;
  /** Without the version prefix and the query, e.g. `/containers/json`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** `undefined` if the connection was cut instead. */
  readonly status: number | undefined;
}

/** Requests in the order they arrived, those of the in-process engine and Compose included. */
export class CallRecorder {
  readonly #calls: RecordedCall[] = [];
  readonly #waiting = new Set<() => void>();

  get all(): readonly RecordedCall[] {
    return this.#calls;
  }

  /** Calls that fit a pattern, see {@link fitsPattern}. */
  matching(pattern: string): readonly RecordedCall[] {
    return this.#calls.filter(call => fitsPattern(pattern, call));
  }

  /** `GET /containers/json` and so on, in order. */
  sequence(): readonly string[] {
    return this.#calls.map(({ method, path }) => `${method} ${path}`);
  }

  /** Resolves with the first call that fits the pattern, once it has arrived; it may not be answered yet. */
  async arrived(pattern: string): Promise<RecordedCall> {
    const [found] = this.matching(pattern);
    if (found) return found;
    await new Promise<void>(resolve => this.#waiting.add(resolve));
    return this.arrived(pattern);
  }

  clear(): void {
    this.#calls.length = 0;
  }

  /** The place in the order is taken now; the status follows with the answer. */
  record(call: Omit<RecordedCall, 'status'>): (status: number | undefined) => void {
    const at = this.#calls.push({ ...call, status: undefined }) - 1;
    const calls = this.#calls;
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
    return status => {
      const pending = calls[at];
      if (pending?.method === call.method && pending.path === call.path) calls[at] = { ...call, status };
    };
  }
}

/** `*` stands for one element of the path, `**` for any number. */
export function fitsPattern(pattern: string, { method, path }: { method: string; path: string }): boolean {
  const [wantedMethod, wantedPath = '**'] = pattern.split(' ');
  if (wantedMethod !== '*' && wantedMethod !== method) return false;
  const source = wantedPath
    .split(/(\*\*|\*)/)
    .map(part => (part === '**' ? '.*' : part === '*' ? '[^/]+' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')))
    .join('');
  return new RegExp(`^${source}$`).test(path);
}

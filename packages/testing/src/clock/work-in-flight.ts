import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** What `fetch` tells of each of its requests. @see Undici, "Diagnostics Channel Support" */
const channels = {
  begin: 'undici:request:create',
  end: ['undici:request:trailers', 'undici:request:error'],
} as const;

/** How many rounds of the event loop without any work count as quiet: what has just been answered is looked at by then. */
const quietRounds = 3;

/** What this process waits for besides time: requests of `fetch`, the file system, and what it is told of. */
export class WorkInFlight implements Disposable {
  readonly #requests = new Set<unknown>();
  readonly #told: ReadonlySet<unknown>;

  constructor(told: ReadonlySet<unknown>) {
    this.#told = told;
    subscribe(channels.begin, this.#begin);
    for (const channel of channels.end) subscribe(channel, this.#end);
  }

  /** Resolves once there is no such work, and nothing that could begin some but the passing of time. */
  async ended(): Promise<void> {
    for (let round = 0; round < quietRounds; round += 1) {
      await new Promise(resolve => setImmediate(resolve));
      if (this.#told.size > 0 || this.#requests.size > 0 || hasFileRequests()) round = -1;
    }
  }

  [Symbol.dispose](): void {
    unsubscribe(channels.begin, this.#begin);
    for (const channel of channels.end) unsubscribe(channel, this.#end);
  }

  readonly #begin = (message: unknown): void => void this.#requests.add(requestOf(message));
  readonly #end = (message: unknown): void => void this.#requests.delete(requestOf(message));
}

function requestOf(message: unknown): unknown {
  return typeof message === 'object' && message !== null && 'request' in message ? message.request : undefined;
}

/** A chain of calls such as `readFile` has one of them open in every round. */
function hasFileRequests(): boolean {
  return process.getActiveResourcesInfo().some(name => name.startsWith('FSReq') || name === 'CloseReq');
}

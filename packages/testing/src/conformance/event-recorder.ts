import { askEngine, type ClientAnswer } from './engine-client.ts';
import type { Scenario } from './scenario.ts';
import { at, isMap, type Json } from './transcript.ts';

/**
 * Hears what an engine tells and keeps what concerns one scenario: all of it if it is alone, else what is named after it
 * or was made by it.
 */
export class EventRecorder {
  readonly #scenario: string;
  readonly #isAlone: boolean;
  readonly #socketPath: string;
  readonly #own = new Set<string>();
  readonly #heard: Json[] = [];
  #connection = new AbortController();
  #isOpen = false;

  constructor({ name, isExclusive = false }: Scenario, socketPath: string) {
    this.#scenario = name;
    this.#isAlone = isExclusive;
    this.#socketPath = socketPath;
  }

  /** What has this id is the scenario's. */
  own(id: string): void {
    this.#own.add(id);
  }

  async open(): Promise<void> {
    const answer = await askEngine(this.#socketPath, {
      method: 'GET',
      path: '/events',
      signal: this.#connection.signal,
    });
    listen(answer, event => this.#heard.push(event));
    this.#isOpen = true;
    void answer.body.then(() => {
      this.#isOpen = false;
    });
  }

  /** Hears nothing any more; what was heard stays. */
  pause(): void {
    this.#connection.abort();
    this.#connection = new AbortController();
  }

  /** All of them: the engine tells them in order, so it has told all once it has told of a last deed of ours. */
  async close(): Promise<readonly Json[]> {
    const last = `${this.#scenario}.is-over`;
    const body = JSON.stringify({ Name: last });
    const headers = { 'Content-Type': 'application/json' };
    await this.#ask('POST', '/volumes/create', { body, headers });
    await this.#ask('DELETE', `/volumes/${last}`);
    const isLast = (event: Json): boolean => at(event, '/Actor/ID') === last;
    while (!this.#heard.some(event => isLast(event) && at(event, '/Action') === 'destroy')) {
      if (!this.#isOpen) throw new Error('The engine has closed its stream of events.');
      await new Promise(resolve => setImmediate(resolve));
    }
    this.pause();
    return this.#ownEvents().filter(event => !isLast(event));
  }

  async #ask(method: string, path: string, options: { body?: string; headers?: Record<string, string> } = {}) {
    await (await askEngine(this.#socketPath, { method, path, ...options })).body;
  }

  /** An anonymous volume is known by the container that mounts it later. */
  #ownEvents(): readonly Json[] {
    const named = new RegExp(`(^|[/"])${this.#scenario}[./]`);
    const isOwn = (event: Json): boolean =>
      this.#isAlone ||
      named.test(JSON.stringify(event)) ||
      this.#own.has(String(at(event, '/Actor/ID'))) ||
      this.#own.has(String(at(event, '/Actor/Attributes/container')));
    for (const event of this.#heard) {
      if (!isOwn(event)) continue;
      const isPredefined = isMap(event) && event.Type === 'network' && !named.test(JSON.stringify(event));
      if (!isPredefined) this.own(String(at(event, '/Actor/ID')));
    }
    return this.#heard.filter(isOwn);
  }
}

function listen(answer: ClientAnswer, hear: (event: Json) => void): void {
  let rest = '';
  answer.onData(bytes => {
    const lines = (rest + bytes.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') hear(JSON.parse(line));
  });
}

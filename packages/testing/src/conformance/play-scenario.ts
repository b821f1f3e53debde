import type { PushOptions } from '../registry/fake-registry.ts';
import type { ConformanceEngine } from './conformance-engine.ts';
import { askAndHangUp, askEngine, type ClientAnswer, type ClientRequestOptions } from './engine-client.ts';
import { EventRecorder } from './event-recorder.ts';
import { readAnswer } from './read-answer.ts';
import { imageOf, type RequestStep, type Scenario, type Step } from './scenario.ts';
import { at, type Exchange, isMap, type Json, type Transcript } from './transcript.ts';

/** A transcript as it was recorded, and what its normal form depends on. */
export interface Recording {
  readonly transcript: Transcript;
  readonly startMs: number;
  readonly endMs: number;
  /** Where the engine keeps its data. */
  readonly rootDirectory: string;
  /** By id, what it is the id of, e.g. `container lifecycle-web`. */
  readonly names: ReadonlyMap<string, string>;
}

const pollMs = 50;
const longestPollMs = 120_000;

/** Plays the steps one after the other on an engine that answers at this socket. */
export async function playScenario(scenario: Scenario, engine: ConformanceEngine): Promise<Recording> {
  const startMs = engine.clock.now();
  const player = new Player(scenario, engine);
  try {
    await player.prepare();
    for (const step of scenario.steps) await player.play(step);
    return { ...(await player.finish()), startMs, endMs: engine.clock.now() };
  } finally {
    await player.cleanUp();
  }
}

class Player {
  readonly #scenario: Scenario;
  readonly #engine: ConformanceEngine;
  readonly #over = new AbortController();
  readonly #exchanges: (Exchange | Promise<Exchange>)[] = [];
  readonly #background = new Map<string, Promise<unknown>>();
  readonly #ids = new Map<string, string>();
  readonly #images = new Set<string>();
  readonly #names = new Map<string, string>();
  readonly #events: EventRecorder;
  readonly #startMs: number;

  constructor(scenario: Scenario, engine: ConformanceEngine) {
    this.#startMs = engine.clock.now();
    this.#scenario = scenario;
    this.#engine = engine;
    this.#events = new EventRecorder(scenario, engine.socketPath);
  }

  async prepare(): Promise<void> {
    await this.#events.open();
    for (const network of list(await this.#json('/networks'))) {
      this.#names.set(String(at(network, '/Id')), `network ${at(network, '/Name')}`);
    }
    for (const [name, options] of Object.entries(this.#scenario.images ?? {})) {
      this.#push(name, options);
      await this.#ask('POST', `/images/create?fromImage=${encodeURIComponent(imageOf(name))}`);
      // Which of its digests is the id depends on the engine.
      const id = at(await this.#json(`/images/${imageOf(name)}/json`), '/Id');
      this.#ids.set(`image ${name}`, String(id));
    }
  }

  async play(step: Step): Promise<void> {
    switch (step.kind) {
      case 'request':
        return await this.#request(step);
      case 'answered':
        await this.#background.get(step.background);
        return;
      case 'until':
        return await this.#until(step);
      case 'pause':
        return await this.#engine.clock.sleep(step.ms);
      case 'registry':
        return step.act({
          push: (name, options) => this.#push(name, options),
          removeTag: name => void this.#engine.registry.removeTag(imageOf(name)),
          fail: fault => this.#engine.registry.fail({ ...fault, times: Number.POSITIVE_INFINITY }),
          heal: () => this.#engine.registry.heal(),
        });
      case 'restart-daemon':
        // Its events are told once it is back: what was before is closed.
        this.#events.pause();
        await this.#engine.restartDaemon();
        return await this.#events.open();
    }
  }

  async finish(): Promise<Omit<Recording, 'startMs' | 'endMs'>> {
    const events = await this.#events.close();
    const info = await this.#json('/info');
    const rootDirectory = at(info, '/DockerRootDir');
    const transcript = {
      exchanges: await Promise.all(this.#exchanges),
      events: this.#scenario.withoutEvents === undefined ? events : [],
    };
    return { transcript, rootDirectory: String(rootDirectory), names: this.#names };
  }

  /** Leaves the engine as it was, as far as the scenario's own things go. */
  async cleanUp(): Promise<void> {
    this.#over.abort();
    this.#events.pause();
    const isOwn = (name: Json | undefined): boolean =>
      String(name).replace(/^\//, '').startsWith(`${this.#scenario.name}.`);
    for (const container of list(await this.#json('/containers/json?all=1'))) {
      if (isOwn(at(container, '/Names/0')))
        await this.#ask('DELETE', `/containers/${at(container, '/Id')}?force=1&v=1`);
    }
    for (const network of list(await this.#json('/networks'))) {
      if (isOwn(at(network, '/Name'))) await this.#ask('DELETE', `/networks/${at(network, '/Id')}`);
    }
    for (const volume of list(at(await this.#json('/volumes'), '/Volumes'))) {
      if (isOwn(at(volume, '/Name'))) await this.#ask('DELETE', `/volumes/${at(volume, '/Name')}?force=1`);
    }
    for (const id of this.#images) await this.#ask('DELETE', `/images/${id}?force=1`);
  }

  /** Every scenario's images are its own: no other one has their layers. */
  #push(name: string, options: PushOptions = {}): void {
    const version = `${this.#scenario.name} ${options.version ?? name}`;
    const { id, digest } = this.#engine.registry.push(imageOf(name), { ...options, version });
    const count = this.#images.size / 2;
    for (const [own, what] of [
      [id, 'image'],
      [digest, 'digest'],
    ] as const) {
      this.#images.add(own);
      this.#events.own(own);
      if (what === 'digest' && !this.#ids.has(`digest ${name}`)) this.#ids.set(`digest ${name}`, own);
      this.#names.set(own, `${what} ${name}${count === 0 ? '' : ` ${count + 1}`}`);
    }
  }

  async #request(step: RequestStep): Promise<void> {
    const { background, isCut = false } = step;
    const request = await this.#requestOf(step);
    const place = this.#exchanges.push(noExchange(step)) - 1;
    if (isCut) return await askAndHangUp(this.#engine.socketPath, request);
    const answer = await askEngine(this.#engine.socketPath, request);
    const exchange = this.#record(step, answer);
    // What is cut at the end of the scenario has been answered as far as it was.
    this.#exchanges[place] = exchange;
    if (background !== undefined) this.#background.set(background, exchange);
    else await exchange;
  }

  async #requestOf({
    method,
    path: template,
    body: content,
    headers = {},
    input,
  }: RequestStep): Promise<ClientRequestOptions> {
    const path = await this.#withFacts(this.#fill(template));
    const body = bodyOf(content, text => this.#fill(text));
    const type = typeof content === 'object' ? { 'Content-Type': 'application/json' } : {};
    const options = { method, path, headers: { ...type, ...headers }, signal: this.#over.signal };
    return { ...options, ...(body !== undefined && { body }), ...(input !== undefined && { input }) };
  }

  async #record(step: RequestStep, answer: ClientAnswer): Promise<Exchange> {
    const bytes = await answer.body;
    const read = readAnswer(bytes, answer.headers['content-type'] ?? '');
    this.#remember(step, read);
    return {
      ...noExchange(step),
      status: answer.status,
      headers: readHeaders(answer.headers),
      answer: shown(step, read),
    };
  }

  #remember(step: RequestStep, answer: Json): void {
    if (step.method !== 'POST' || !isMap(answer)) return;
    const id = answer.Id ?? answer.ID;
    if (typeof id !== 'string') return;
    const name = nameOf(step);
    const [kind = ''] = step.path.split('/').slice(1);
    this.#ids.set(name, id);
    this.#names.set(id, `${step.path.endsWith('/exec') ? 'exec' : kind.replace(/s$/, '')} ${name}`);
    this.#events.own(id);
  }

  async #until({ path, pointer, is, again }: Extract<Step, { readonly kind: 'until' }>): Promise<void> {
    const { clock } = this.#engine;
    const endMs = clock.now() + longestPollMs;
    for (;;) {
      if (again !== undefined) {
        await (await askEngine(this.#engine.socketPath, await this.#requestOf(again))).body;
      }
      const value = at(await this.#json(this.#fill(path)), pointer);
      if (JSON.stringify(value) === JSON.stringify(is)) return;
      if (clock.now() > endMs) {
        throw new Error(`${path} has ${JSON.stringify(value)} at ${pointer}, not ${JSON.stringify(is)}`);
      }
      await clock.sleep(pollMs);
    }
  }

  /** What is to be asked for: `{version NAME}` must be named by a change of the service. */
  async #withFacts(path: string): Promise<string> {
    const [placeholder = '', kind, name] = /\{(version|container) ([^}]+)\}/.exec(path) ?? [];
    if (kind === undefined) return path;
    const fact = kind === 'version' ? await this.#versionOf(`${name}`) : await this.#containerOf(`${name}`);
    return path.replace(placeholder, fact);
  }

  async #versionOf(service: string): Promise<string> {
    return String(at(await this.#json(`/services/${service}`), '/Version/Index'));
  }

  async #containerOf(service: string): Promise<string> {
    const label = `com.docker.swarm.service.name=${service}`;
    const filters = encodeURIComponent(JSON.stringify({ label: [label] }));
    const id = String(at(await this.#json(`/containers/json?filters=${filters}`), '/0/Id'));
    this.#names.set(id, `container of ${service}`);
    return id;
  }

  async #ask(method: string, path: string): Promise<Buffer> {
    return await (await askEngine(this.#engine.socketPath, { method, path })).body;
  }

  async #json(path: string): Promise<Json> {
    return JSON.parse((await this.#ask('GET', path)).toString());
  }

  #fill(text: string): string {
    return text
      .replaceAll('{now}', () => (this.#engine.clock.now() / 1000).toFixed(3))
      .replaceAll('{start}', () => (this.#startMs / 1000).toFixed(3))
      .replace(/(?:\{|%7B)(id|id12|image|digest)(?: |%20)([^}%]+)(?:\}|%7D)/g, (_, kind: string, name: string) => {
        const id = this.#ids.get(kind.startsWith('id') ? name : `${kind} ${name}`);
        if (id === undefined) throw new Error(`Nothing named ${name} has been created`);
        return kind === 'id12' ? id.slice(0, 12) : id;
      });
  }
}

/** What does not have the part is recorded as it is: an error, say. */
function shown({ show, each }: RequestStep, answer: Json): Json {
  const part = show === undefined ? answer : (at(answer, show) ?? answer);
  if (each === undefined || !Array.isArray(part)) return part;
  return part.map(item => at(item, `/${each}`) ?? null);
}

/** One header of archives holds JSON in base64. */
function readHeaders(headers: Exchange['headers']): Exchange['headers'] {
  const stat = headers['x-docker-container-path-stat'];
  if (stat === undefined) return headers;
  return { ...headers, 'x-docker-container-path-stat': Buffer.from(stat, 'base64').toString() };
}

const noExchange = ({ method, path }: RequestStep): Exchange => ({
  request: `${method} ${decodeURIComponent(path)}`,
  status: 0,
  headers: {},
  answer: null,
});

/** Of what is created: in the query, in the body, or the container that an exec is in. */
function nameOf({ path, body }: RequestStep): string {
  const inQuery = /[?&]name=([^&]+)/.exec(path)?.[1];
  if (inQuery !== undefined) return inQuery;
  if (typeof body === 'object' && body !== null && 'Name' in body) return String(body.Name);
  return path.split('/')[2]?.replace(/^\{container (.+)\}$/, '$1') ?? path;
}

function bodyOf(body: unknown, fill: (text: string) => string): string | Uint8Array | undefined {
  if (body === undefined || body instanceof Uint8Array) return body;
  return typeof body === 'string' ? body : fill(JSON.stringify(body));
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

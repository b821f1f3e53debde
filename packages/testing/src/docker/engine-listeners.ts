import { mkdtemp, rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HttpListener } from '../http-listener.ts';

export interface ListenersOptions {
  /** Default: a socket in a new temporary folder; `false`: none. */
  readonly socketPath?: string | false;
  /** 0 takes a free one; default: none. */
  readonly tcpPort?: number;
}

/** Where the engine listens: a unix socket, a port of 127.0.0.1, both or neither; the same place after `close`. */
export class EngineListeners {
  readonly #options: ListenersOptions;
  readonly #socket: HttpListener;
  readonly #tcp: HttpListener;
  #folder: string | undefined;
  #socketPath = '';
  #tcpPort: number | undefined;

  constructor(handle: RequestListener, options: ListenersOptions) {
    this.#options = options;
    this.#socket = new HttpListener(handle);
    this.#tcp = new HttpListener(handle);
  }

  get socketPath(): string {
    return this.#socketPath;
  }

  get tcpPort(): number | undefined {
    return this.#tcpPort;
  }

  get host(): string {
    if (this.#socketPath === '' && this.#tcpPort !== undefined) return `tcp://127.0.0.1:${this.#tcpPort}`;
    return `unix://${this.#socketPath}`;
  }

  async open(): Promise<void> {
    const { socketPath, tcpPort } = this.#options;
    if (socketPath !== false) {
      this.#socketPath ||= socketPath ?? join(await this.#makeFolder(), 'docker.sock');
      await this.#socket.listen({ path: this.#socketPath });
    }
    if (tcpPort === undefined) return;
    await this.#tcp.listen({ host: '127.0.0.1', port: this.#tcpPort ?? tcpPort });
    this.#tcpPort = this.#tcp.port;
  }

  async close(): Promise<void> {
    await Promise.all([this.#socket.close(), this.#tcp.close()]);
  }

  async cleanUp(): Promise<void> {
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }

  async #makeFolder(): Promise<string> {
    this.#folder = await mkdtemp(join(tmpdir(), 'fake-docker-'));
    return this.#folder;
  }
}

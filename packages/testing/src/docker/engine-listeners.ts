import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { HttpListener } from '../http-listener.ts';
import { ClientFolder } from './client-folder.ts';

export interface ListenersOptions {
  /** Default: a socket in a new temporary folder; `false`: none. */
  readonly socketPath?: string | false;
  /** 0 takes a free one; default: none. */
  readonly tcpPort?: number;
}

/** What `new Dockerode(…)` takes to speak to an engine. */
export type DockerodeOptions =
  | { readonly socketPath: string }
  | { readonly protocol: 'http'; readonly host: string; readonly port: number };

/** Where the engine listens: a unix socket, a port of 127.0.0.1, both or neither; the same place after `close`. */
export class EngineListeners {
  readonly #options: ListenersOptions;
  readonly #socket: HttpListener;
  readonly #tcp: HttpListener;
  readonly #folder = new ClientFolder();
  #socketPath = '';
  #tcpPort: number | undefined;

  constructor(handle: RequestListener, options: ListenersOptions) {
    this.#options = options;
    this.#socket = new HttpListener(handle, { takesUpgrades: true });
    this.#tcp = new HttpListener(handle, { takesUpgrades: true });
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

  /** For `DOCKER_CONFIG`; `undefined` if it listens nowhere. */
  get clientConfig(): string | undefined {
    return this.#folder.path;
  }

  get dockerodeOptions(): DockerodeOptions {
    if (this.#socketPath === '' && this.#tcpPort !== undefined) {
      return { protocol: 'http', host: '127.0.0.1', port: this.#tcpPort };
    }
    return { socketPath: this.#socketPath };
  }

  async open(): Promise<void> {
    const { socketPath, tcpPort } = this.#options;
    if (socketPath === false && tcpPort === undefined) return;
    const folder = await this.#folder.make();
    if (socketPath !== false) {
      this.#socketPath ||= socketPath ?? join(folder, 'docker.sock');
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
    await this.#folder.remove();
  }
}

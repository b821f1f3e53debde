import { createServer, type RequestListener, type Server, ServerResponse } from 'node:http';
import type { AddressInfo, ListenOptions, Socket } from 'node:net';

export interface HttpListenerOptions {
  /**
   * Requests that ask for another protocol are handled like all others; their handler may write on the socket, from
   * which nothing has been read but the head. Default: such a wish is not heard.
   */
  readonly takesUpgrades?: boolean;
}

/** One HTTP server on one address, which can be closed with its connections and opened again. */
export class HttpListener {
  readonly #handle: RequestListener;
  readonly #takesUpgrades: boolean;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(handle: RequestListener, { takesUpgrades = false }: HttpListenerOptions = {}) {
    this.#handle = handle;
    this.#takesUpgrades = takesUpgrades;
  }

  /** TCP port; `undefined` while closed and on a unix socket. */
  get port(): number | undefined {
    const address = this.#server?.address();
    return address !== null && typeof address === 'object' ? (address satisfies AddressInfo).port : undefined;
  }

  async listen(target: ListenOptions): Promise<void> {
    if (this.#server) return;
    const server = createServer({ keepAliveTimeout: 60_000 }, this.#handle);
    server.on('connection', socket => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    if (this.#takesUpgrades) {
      server.on('upgrade', (request, socket: Socket, head) => {
        // A client that is gone is noticed by the handler.
        socket.on('error', () => {});
        const response = new ServerResponse(request);
        response.shouldKeepAlive = false;
        response.assignSocket(socket);
        response.once('finish', () => socket.end());
        if (head.length > 0) socket.unshift(head);
        this.#handle(request, response);
      });
    }
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(target, resolve);
    });
    this.#server = server;
  }

  /** Stops listening and cuts every connection. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = new Promise<void>(resolve => server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

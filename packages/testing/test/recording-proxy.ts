import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { connect } from 'node:net';

/** What a client asked for, and the status of the answer. */
export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  readonly status: number;
}

/** Stands between a client and an engine, and changes nothing. */
export class RecordingProxy implements AsyncDisposable {
  readonly requests: RecordedRequest[] = [];
  readonly socketPath: string;
  readonly #server: Server;

  constructor(socketPath: string, upstream: string) {
    this.socketPath = socketPath;
    const server = createServer();
    server.on('request', (incoming, response) => {
      const { method = 'GET', url = '/', headers } = incoming;
      const sent = request({ socketPath: upstream, method, path: url, headers }, answer => {
        this.#record(incoming, answer.statusCode);
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        // Who waits for a container needs the headers before there is a body.
        response.flushHeaders();
        answer.pipe(response);
      });
      sent.on('error', () => response.destroy());
      response.on('close', () => sent.destroy());
      incoming.pipe(sent);
    });
    server.on('upgrade', (incoming, socket, head) => {
      const lines = [`${incoming.method} ${incoming.url} HTTP/1.1`];
      for (let at = 0; at < incoming.rawHeaders.length; at += 2) {
        lines.push(`${incoming.rawHeaders[at]}: ${incoming.rawHeaders[at + 1]}`);
      }
      const up = connect({ path: upstream, allowHalfOpen: true });
      up.once('data', (bytes: Buffer) => this.#record(incoming, Number(bytes.toString().split(' ')[1])));
      up.write(`${lines.join('\r\n')}\r\n\r\n`);
      up.write(head);
      socket.pipe(up).pipe(socket);
      for (const end of [up, socket]) end.on('error', () => end.destroy());
      up.on('close', () => socket.destroy());
    });
    this.#server = server;
  }

  async listen(): Promise<void> {
    await new Promise<void>(resolve => this.#server.listen({ path: this.socketPath }, resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }

  #record({ method = 'GET', url = '/' }: IncomingMessage, status = 0): void {
    this.requests.push({ method, url, status });
  }
}

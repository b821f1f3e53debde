import type { IncomingMessage } from 'node:http';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Connection } from '../router.ts';

export interface WebSocketConnection extends Connection {
  close(): void;
}

export function isWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

/** Answers the upgrade; what is written goes out in binary messages. @see RFC 6455 */
export async function acceptWebSocket(request: IncomingMessage): Promise<WebSocketConnection> {
  const server = new WebSocketServer({ noServer: true });
  const socket = await new Promise<WebSocket>(resolve => {
    server.handleUpgrade(request, request.socket, Buffer.alloc(0), resolve);
  });
  return {
    write: bytes => socket.send(bytes, { binary: true }),
    onInput: listener => {
      socket.on('message', data => listener(bufferOf(data)));
      socket.once('close', () => listener(undefined));
    },
    close: () => socket.close(),
  };
}

function bufferOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}

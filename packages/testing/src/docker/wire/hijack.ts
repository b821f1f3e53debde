import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import { systemClock } from '../../clock/engine-clock.ts';
import type { Connection, Reply } from '../router.ts';
import type { EngineState } from '../state/engine-state.ts';
import { commonHeaders } from './respond.ts';
import { acceptWebSocket, isWebSocket } from './websocket.ts';

/** Gives the connection to the route, in one of the engine's ways. @see Engine API, `ContainerAttach`, "Stream format" */
export async function hijack(
  request: IncomingMessage,
  response: ServerResponse,
  { status, type, hasUsualHeaders, serve }: Extract<Reply, { kind: 'hijack' }>,
  { profile, clock }: Pick<EngineState, 'profile' | 'clock'>,
): Promise<void> {
  const { socket } = request;
  response.detachSocket(socket);
  if (isWebSocket(request)) {
    const connection = await acceptWebSocket(request);
    await serve(connection);
    connection.close();
    return;
  }
  // Who does not ask for an upgrade is told of the older type of stream, whatever it is.
  const isUpgraded = status === undefined && isUpgrade(request);
  const headers = {
    'Content-Type': isUpgraded ? type : 'application/vnd.docker.raw-stream',
    ...(isUpgraded && { Connection: 'Upgrade', Upgrade: 'tcp' }),
    ...(hasUsualHeaders && commonHeaders(profile)),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const statusLine = isUpgraded ? '101 UPGRADED' : `${status ?? 200} ${STATUS_CODES[status ?? 200]}`;
  socket.write(`HTTP/1.1 ${statusLine}\r\n${lines.join('')}\r\n`);
  if (!isUpgrade(request) && request.headers['transfer-encoding'] === undefined) leaveToRoute(socket);
  // Python's clients lose what comes together with the head; no engine is that fast.
  const apart = clock === systemClock ? clock.sleep(headMs) : undefined;
  const write = (bytes: Buffer): void => {
    if (!socket.destroyed) socket.write(bytes);
  };
  await serve({
    write: apart === undefined ? write : bytes => void apart.then(() => write(bytes)),
    onInput: listener => readFrom(socket, listener),
  });
  await apart;
  // What still comes from the client is read, so that what was sent to it is not lost.
  socket.resume();
  socket.end();
}

const headMs = 5;

/** What comes after the body is no further request. */
function leaveToRoute(socket: IncomingMessage['socket']): void {
  socket.removeAllListeners('data');
  socket.removeAllListeners('end');
}

export function isUpgrade({ headers }: IncomingMessage): boolean {
  return headers.upgrade !== undefined && /upgrade/i.test(headers.connection ?? '');
}

/** What comes after it on an upgraded connection is left there. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  if (isUpgrade(request)) return await readExactly(request, Number(request.headers['content-length'] ?? 0));
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function readExactly({ socket }: IncomingMessage, length: number): Promise<Buffer> {
  if (length === 0) return Buffer.alloc(0);
  for (;;) {
    const bytes: Buffer | null = socket.read(length);
    if (bytes !== null) return bytes;
    await once(socket, 'readable');
  }
}

function readFrom(
  source: IncomingMessage | IncomingMessage['socket'],
  listener: Parameters<Connection['onInput']>[0],
): void {
  let isEnded = false;
  const end = (): void => {
    if (!isEnded) listener(undefined);
    isEnded = true;
  };
  source.on('data', listener);
  source.once('end', end);
  source.once('close', end);
  if (source.readableEnded) end();
}

import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';

export interface ClientRequestOptions {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
  /** Takes the connection over, sends this and closes our side. */
  readonly input?: string;
}

export interface ClientAnswer {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** All of it, once it has ended. */
  readonly body: Promise<Buffer>;
  /** As it comes. */
  readonly onData: (listener: (bytes: Buffer) => void) => void;
}

/** A client of the API that adds and hides nothing. It resolves with the headers. */
export async function askEngine(
  socketPath: string,
  { method, path, headers = {}, body, signal, input }: ClientRequestOptions,
): Promise<ClientAnswer> {
  const upgrade = input === undefined ? {} : { Connection: 'Upgrade', Upgrade: 'tcp' };
  const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
  const sent = request({
    ...{ socketPath, method, path, agent: false, signal },
    headers: { ...length, ...headers, ...upgrade },
  });
  const answer = answerOf(sent, input);
  sent.end(body);
  return await answer;
}

/** Sends a request and hangs up. */
export async function askAndHangUp(
  socketPath: string,
  { method, path, headers = {}, body }: ClientRequestOptions,
): Promise<void> {
  await new Promise<void>(resolve => {
    const sent = request({ socketPath, method, path, headers, agent: false });
    sent.on('error', () => resolve());
    sent.on('close', () => resolve());
    sent.end(body, () => sent.destroy());
  });
}

async function answerOf(sent: ClientRequest, input: string | undefined): Promise<ClientAnswer> {
  return await new Promise((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', response => resolve(readAnswer(response, response)));
    sent.on('upgrade', (response, socket, head) => {
      if (head.length > 0) socket.unshift(head);
      resolve(readAnswer(response, socket));
      socket.end(input ?? '');
    });
  });
}

function readAnswer(response: IncomingMessage, stream: IncomingMessage | Socket): ClientAnswer {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  const body = new Promise<Buffer>(resolve => {
    // A stream that is cut has what came until then.
    for (const end of ['end', 'close', 'error']) stream.on(end, () => resolve(Buffer.concat(chunks)));
  });
  return {
    status: response.statusCode ?? 0,
    headers: Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
    ),
    body,
    onData: listener => void stream.on('data', listener),
  };
}

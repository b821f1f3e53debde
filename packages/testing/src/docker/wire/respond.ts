import type { ServerResponse } from 'node:http';
import { ApiVersionError, EngineError, NoAnswerError, PageNotFoundError } from '../../errors.ts';
import type { EngineProfile } from '../engine-profile.ts';
import type { Reply } from '../router.ts';

/** Go knows the length of an answer that it can keep; a longer one goes out in chunks. @see net/http, `bufferBeforeChunkingSize` */
export const longestBuffered = 2048;

export async function sendReply(
  response: ServerResponse,
  reply: Exclude<Reply, { kind: 'hijack' }>,
  profile: EngineProfile,
): Promise<void> {
  const common = commonHeaders(profile);
  switch (reply.kind) {
    case 'json':
      return sendJson(response, reply.status, reply.body, common);
    case 'empty':
      response.writeHead(
        reply.status,
        reply.status === 204 || reply.status === 304 ? common : { ...common, 'Content-Length': 0 },
      );
      response.end();
      return;
    case 'text':
      response.writeHead(200, { ...common, ...textHeaders(response, reply) });
      response.end(reply.body);
      return;
    case 'bytes':
      response.writeHead(200, { ...common, ...reply.headers, 'Content-Type': reply.type });
      response.flushHeaders();
      for await (const bytes of reply.body) response.write(bytes);
      response.end();
      return;
    case 'stream':
      return sendStream(response, reply, common);
  }
}

/** The status and the headers, without the body that they announce. */
export function sendHead(
  response: ServerResponse,
  reply: Extract<Reply, { kind: 'json' | 'empty' | 'text' }>,
  profile: EngineProfile,
): void {
  const body = reply.kind === 'json' ? toText(reply.body) : reply.kind === 'text' ? reply.body : '';
  response.writeHead(reply.kind === 'text' ? 200 : reply.status, {
    ...commonHeaders(profile),
    ...(reply.kind === 'json' && { 'Content-Type': 'application/json' }),
    ...(reply.kind === 'text' ? textHeaders(response, reply) : { 'Content-Length': Buffer.byteLength(body) }),
  });
  response.flushHeaders();
}

/** Go does not count what is not sent. */
function textHeaders(
  { req }: ServerResponse,
  { headers, body }: Extract<Reply, { kind: 'text' }>,
): Readonly<Record<string, string>> {
  return req.method === 'HEAD' ? headers : { ...headers, 'Content-Length': String(Buffer.byteLength(body)) };
}

export function sendError(response: ServerResponse, error: unknown, profile: EngineProfile): void {
  const message = error instanceof Error ? error.message : String(error);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const status = error instanceof EngineError ? error.status : 500;
  if (error instanceof ApiVersionError && error.isTooOld && profile.isSince28) {
    response.writeHead(status, {
      ...errorHeaders(error, profile),
      ...{ 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' },
      'Content-Length': Buffer.byteLength(message) + 1,
    });
    response.end(`${message}\n`);
  } else {
    sendJson(response, status, { message }, errorHeaders(error, profile));
  }
}

/** What is refused before it comes to a route has not yet got all of them. */
function errorHeaders(error: unknown, profile: EngineProfile): Record<string, string> {
  if (error instanceof PageNotFoundError) return {};
  const { 'Docker-Experimental': experimental = '', ...early } = commonHeaders(profile);
  return error instanceof ApiVersionError ? early : { ...early, 'Docker-Experimental': experimental };
}

/** An error on the way ends the stream with an object that tells it, as the engine does. */
async function sendStream(
  response: ServerResponse,
  { items, separator }: Extract<Reply, { kind: 'stream' }>,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  response.writeHead(200, { ...headers, 'Content-Type': 'application/json' });
  response.flushHeaders();
  try {
    for await (const item of items) {
      if (response.destroyed) return;
      response.write(JSON.stringify(item) + separator);
    }
  } catch (error) {
    if (response.destroyed) return;
    if (error instanceof NoAnswerError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    response.write(JSON.stringify({ errorDetail: { message }, error: message }) + separator);
  }
  response.end();
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): void {
  const text = toText(body);
  const length = Buffer.byteLength(text);
  response.writeHead(status, {
    ...headers,
    'Content-Type': 'application/json',
    ...(length <= longestBuffered && { 'Content-Length': length }),
  });
  // Without a length, what `end` is given would get one.
  response.write(text);
  response.end();
}

function toText(body: unknown): string {
  return `${JSON.stringify(body)}\n`;
}

export function commonHeaders({ apiVersion, version }: EngineProfile): Record<string, string> {
  return {
    'Api-Version': apiVersion,
    'Docker-Experimental': 'false',
    Ostype: 'linux',
    Server: `Docker/${version} (linux)`,
  };
}

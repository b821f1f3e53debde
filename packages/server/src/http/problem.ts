import { type OutgoingHttpHeaders, type ServerResponse, STATUS_CODES } from 'node:http';

/**
 * An answer that says what is wrong with the request.
 *
 * @see RFC 9457, "Problem Details for HTTP APIs"
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;

  constructor(status: number, detail: string, headers: OutgoingHttpHeaders = {}) {
    super(detail);
    this.status = status;
    this.headers = headers;
  }
}

export function sendProblem(response: ServerResponse, { status, message, headers }: Problem): void {
  const body = { type: 'about:blank', title: STATUS_CODES[status], status, detail: message };
  send(response, status, body, { ...headers, 'content-type': 'application/problem+json' });
}

export function sendJson(response: ServerResponse, status: number, body: object): void {
  send(response, status, body, { 'content-type': 'application/json' });
}

function send(response: ServerResponse, status: number, body: object, headers: OutgoingHttpHeaders): void {
  if (response.headersSent) return;
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    // Without it Node.js sends the head, the body and its end in pieces.
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

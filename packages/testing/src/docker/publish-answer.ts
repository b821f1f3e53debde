import { type Channel, channel } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';

/** An answer of the fake engine over HTTP. */
export interface PublishedAnswer {
  readonly method: string;
  /** Without the version prefix and the query. */
  readonly path: string;
  /** The newest that the engine speaks, e.g. `1.51`. */
  readonly apiVersion: string;
  readonly status: number;
  readonly mediaType: string;
  readonly body: string;
}

/** Where every answer is published, for who wants to hold all of them against something; nobody does unless subscribed. */
export const answerChannel: Channel = channel('@gopdater/testing:answer');

/** Publishes the answer once it has been sent, or cut. */
export function publishAnswer(
  response: ServerResponse,
  request: Pick<PublishedAnswer, 'method' | 'path' | 'apiVersion'>,
): void {
  if (!answerChannel.hasSubscribers) return;
  const chunks: Buffer[] = [];
  const keep = (chunk: unknown): void => {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
  };
  const { write, end } = response;
  response.write = (...args: unknown[]): boolean => {
    keep(args[0]);
    return Reflect.apply(write, response, args);
  };
  response.end = (...args: unknown[]): typeof response => {
    keep(args[0]);
    return Reflect.apply(end, response, args);
  };
  response.once('close', () => {
    if (!response.headersSent) return;
    const answer: PublishedAnswer = {
      ...request,
      status: response.statusCode,
      mediaType: String(response.getHeader('Content-Type') ?? ''),
      body: Buffer.concat(chunks).toString(),
    };
    answerChannel.publish(answer);
  });
}

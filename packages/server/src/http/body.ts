import type { IncomingMessage } from 'node:http';
import { maxBodyBytes } from './limits.ts';
import { Problem } from './problem.ts';

/**
 * Reads a request's body; gives up as soon as it is too long.
 *
 * @throws Problem 415 for one that is packed, 413, 400 when the sender breaks off
 */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  if (isPacked(request.headers['content-encoding'])) {
    throw new Problem(415, 'The body must not be packed.', { 'accept-encoding': 'identity', connection: 'close' });
  }
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // The iterator must not destroy the connection that the answer goes out on.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      const bytes = Buffer.from(chunk);
      size += bytes.length;
      if (size > maxBodyBytes) throw tooLarge();
      chunks.push(bytes);
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(400, 'The body broke off.');
  }
  return Buffer.concat(chunks);
}

/** @param encoding  what `Content-Encoding` says; several with commas */
export function isPacked(encoding = ''): boolean {
  return !['', 'identity'].includes(encoding.trim().toLowerCase());
}

function tooLarge(): Problem {
  return new Problem(413, `The body is larger than ${maxBodyBytes} bytes.`, { connection: 'close' });
}

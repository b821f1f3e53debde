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
  return await new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const take = (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= maxBodyBytes) return;
      request.off('data', take);
      request.pause();
      reject(tooLarge());
    };
    const breakOff = () => {
      if (!request.readableEnded) reject(new Problem(400, 'The body broke off.'));
    };
    // One that is closed already says so no more.
    if (request.destroyed) breakOff();
    request.on('data', take);
    request.on('end', () => resolve(chunks.length > 1 ? Buffer.concat(chunks) : (chunks[0] ?? Buffer.alloc(0))));
    request.on('error', breakOff);
    request.on('close', breakOff);
  });
}

/** @param encoding  what `Content-Encoding` says; several with commas */
export function isPacked(encoding = ''): boolean {
  return !['', 'identity'].includes(encoding.trim().toLowerCase());
}

function tooLarge(): Problem {
  return new Problem(413, `The body is larger than ${maxBodyBytes} bytes.`, { connection: 'close' });
}

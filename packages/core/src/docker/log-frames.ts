import type { LogLine } from './engine.ts';

const headerBytes = 8;

/**
 * The lines of a container's log: frames of both outputs, or plain text when the container has a terminal.
 *
 * @see Docker Engine API, "Attach to a container", "Stream format"
 */
export function parseLog(bytes: Buffer): readonly string[] {
  return textOf(bytes)
    .split(/\r?\n/)
    .filter(line => line !== '');
}

function textOf(bytes: Buffer): string {
  const texts: Buffer[] = [];
  for (let at = 0; at + headerBytes <= bytes.length; ) {
    const [stream = 0, ...zeros] = bytes.subarray(at, at + 4);
    if (stream > 2 || zeros.some(Boolean)) return bytes.toString('utf8');
    const end = at + headerBytes + bytes.readUInt32BE(at + 4);
    texts.push(bytes.subarray(at + headerBytes, end));
    at = end;
  }
  return Buffer.concat(texts).toString('utf8');
}

/**
 * The lines of a log that is still being written, by a container without a terminal. A long line comes in several frames,
 * and those of the other output may stand between them.
 */
export async function* logLinesOf(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<LogLine> {
  const open = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  for await (const { output, bytes } of framesOf(stream)) {
    const lines = Buffer.concat([open[output], bytes]);
    let from = 0;
    for (let end = lines.indexOf('\n'); end >= 0; end = lines.indexOf('\n', from)) {
      yield { output, text: lines.toString('utf8', from, end) };
      from = end + 1;
    }
    open[output] = lines.subarray(from);
  }
  for (const output of ['stdout', 'stderr'] as const) {
    if (open[output].length > 0) yield { output, text: open[output].toString('utf8') };
  }
}

interface Frame {
  readonly output: 'stdout' | 'stderr';
  readonly bytes: Buffer;
}

async function* framesOf(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<Frame> {
  let rest = Buffer.alloc(0);
  for await (const chunk of stream) {
    rest = Buffer.concat([rest, typeof chunk === 'string' ? Buffer.from(chunk) : chunk]);
    while (rest.length >= headerBytes) {
      const end = headerBytes + rest.readUInt32BE(4);
      if (rest.length < end) break;
      yield { output: rest[0] === 2 ? 'stderr' : 'stdout', bytes: rest.subarray(headerBytes, end) };
      rest = rest.subarray(end);
    }
  }
}

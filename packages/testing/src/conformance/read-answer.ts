import type { Json } from './transcript.ts';

/** The bytes of an answer as what they mean, by their media type. */
export function readAnswer(bytes: Buffer, mediaType: string): Json {
  if (mediaType.startsWith('application/json') || mediaType.includes('json')) return readJson(bytes.toString());
  if (mediaType === 'application/vnd.docker.multiplexed-stream') return readFrames(bytes);
  // Without a terminal there are frames in it nevertheless.
  if (mediaType === 'application/vnd.docker.raw-stream' && isFrame(bytes)) return readFrames(bytes);
  if (mediaType === 'application/x-tar') return readTar(bytes);
  return bytes.toString();
}

/** One value, or a list of those of a stream. An empty text stays one. */
function readJson(text: string): Json {
  const lines = text.split('\n').filter(line => line.trim() !== '');
  if (lines.length === 0) return text;
  const values = lines.map((line): Json => JSON.parse(line));
  return values.length === 1 && values[0] !== undefined ? values[0] : values;
}

function isFrame(bytes: Buffer): boolean {
  return bytes.length >= 8 && (bytes[0] ?? 3) < 3 && bytes.subarray(1, 4).every(byte => byte === 0);
}

/** How the outputs are cut into frames is a matter of time: what follows on the same output is one text. */
function readFrames(bytes: Buffer): Json {
  const texts: string[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const end = at + 8 + bytes.readUInt32BE(at + 4);
    const output = ['stdin', 'stdout', 'stderr'][bytes[at] ?? 0] ?? 'unknown';
    const text = bytes.subarray(at + 8, end).toString();
    const last = texts.at(-1);
    if (last?.startsWith(`${output}: `)) texts.splice(-1, 1, last + text);
    else texts.push(`${output}: ${text}`);
    at = end;
  }
  return texts;
}

/** What is in an archive, without times. @see POSIX.1-1988, ustar */
function readTar(bytes: Buffer): Json {
  const entries: Json[] = [];
  for (let at = 0; at + 512 <= bytes.length && bytes[at] !== 0; ) {
    const text = (start: number, length: number): string =>
      bytes
        .subarray(at + start, at + start + length)
        .toString()
        .replace(/\0.*$/s, '');
    const size = Number.parseInt(text(124, 12), 8) || 0;
    const content = bytes.subarray(at + 512, at + 512 + size);
    entries.push({
      name: text(0, 100),
      mode: text(100, 8),
      type: text(156, 1),
      link: text(157, 100),
      content: content.toString(),
    });
    at += 512 + 512 * Math.ceil(size / 512);
  }
  return entries;
}

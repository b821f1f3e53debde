import { isUtf8 } from 'node:buffer';
import { invalid, invalidProject } from './problem.ts';

/**
 * The text of a YAML file: UTF-8, or UTF-16 if it begins with that one's byte order mark.
 *
 * @throws GopdaterError `COMPOSE_FILE_INVALID`
 * @see YAML 1.1, section 4.2
 */
export function decodeYaml(bytes: Buffer, file: string): string {
  const mark = bytes.toString('latin1', 0, 2);
  if (mark === '\xFF\xFE') return decodeUtf16(bytes, 'utf-16le', file);
  if (mark === '\xFE\xFF') return decodeUtf16(bytes, 'utf-16be', file);
  const text = bytes.toString();
  if (isUtf8(bytes)) return text;
  throw invalid(
    { source: { file, text }, offset: firstReplaced(text, bytes) },
    'this is not UTF-8.',
    'Save the file as UTF-8.',
  );
}

function decodeUtf16(bytes: Buffer, encoding: 'utf-16le' | 'utf-16be', file: string): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    throw invalidProject(`${file}: it begins as UTF-16, but is not UTF-16.`, 'Save the file as UTF-8.', error);
  }
}

/** Where a replacement character stands for something else. */
function firstReplaced(text: string, bytes: Buffer): number {
  const replacement = '\uFFFD';
  let at = text.indexOf(replacement);
  let offset = Buffer.byteLength(text.slice(0, at));
  while (bytes.toString('utf8', offset, offset + 3) === replacement && bytes[offset] === 0xef) {
    const next = text.indexOf(replacement, at + 1);
    if (next < 0) break;
    offset += Buffer.byteLength(text.slice(at, next));
    at = next;
  }
  return at;
}

import { gunzipSync } from 'node:zlib';
import type { TarEntry } from './tar.ts';

const blockBytes = 512;

/** Reads an archive, gzipped or not: ustar, pax and GNU long names. Throws Error for what is none. */
export function readTar(bytes: Buffer): TarEntry[] {
  const tar = isGzip(bytes) ? gunzipSync(bytes) : bytes;
  const entries: TarEntry[] = [];
  let overrides: Readonly<Record<string, string>> = {};
  for (let at = 0; at < tar.length; ) {
    if (at + blockBytes > tar.length) throw new Error('unexpected EOF');
    const header = tar.subarray(at, at + blockBytes);
    if (header.every(byte => byte === 0)) break;
    if (header.toString('latin1', 257, 262) !== 'ustar') throw new Error('archive/tar: invalid tar header');
    const size = readNumber(header, 124, 12);
    const content = tar.subarray(at + blockBytes, at + blockBytes + size);
    if (content.length < size) throw new Error('unexpected EOF');
    at += blockBytes + Math.ceil(size / blockBytes) * blockBytes;
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === 'x') overrides = { ...overrides, ...readPax(content) };
    else if (type === 'L') overrides = { ...overrides, path: readText(content, 0, size) };
    else if (type === 'K') overrides = { ...overrides, linkpath: readText(content, 0, size) };
    else if (type !== 'g') {
      entries.push(readEntry(header, type, content, overrides));
      overrides = {};
    }
  }
  return entries;
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function readEntry(
  header: Buffer,
  type: string,
  content: Buffer,
  overrides: Readonly<Record<string, string>>,
): TarEntry {
  const prefix = readText(header, 345, 155);
  const name = readText(header, 0, 100);
  const common = {
    path: trimSlashes(overrides.path ?? (prefix === '' ? name : `${prefix}/${name}`)),
    mode: readNumber(header, 100, 8) & 0o7777,
    uid: Number(overrides.uid ?? readNumber(header, 108, 8)),
    gid: Number(overrides.gid ?? readNumber(header, 116, 8)),
    modifiedMs: overrides.mtime === undefined ? readNumber(header, 136, 12) * 1000 : Number(overrides.mtime) * 1000,
  };
  const target = overrides.linkpath ?? readText(header, 157, 100);
  switch (type) {
    case '1':
      return { ...common, kind: 'hardlink', target: trimSlashes(target) };
    case '2':
      return { ...common, kind: 'link', target };
    case '3':
    case '4':
    case '6':
      return { ...common, kind: 'device' };
    case '5':
      return { ...common, kind: 'directory' };
    default:
      return { ...common, kind: 'file', bytes: Buffer.from(content) };
  }
}

/** `./a/b/` → `a/b` */
function trimSlashes(path: string): string {
  return path.replace(/^(\.?\/)+/, '').replace(/\/+$/, '') || (path.startsWith('.') ? '' : path);
}

function readText(bytes: Buffer, start: number, length: number): string {
  const end = bytes.indexOf(0, start);
  return bytes.toString('utf8', start, end === -1 ? start + length : Math.min(end, start + length));
}

/** Octal digits, or GNU's base 256. */
function readNumber(bytes: Buffer, start: number, length: number): number {
  if (((bytes[start] ?? 0) & 0x80) !== 0) return Number(bytes.readBigUInt64BE(start + length - 8));
  return Number.parseInt(readText(bytes, start, length).trim() || '0', 8);
}

function readPax(content: Buffer): Record<string, string> {
  const records: Record<string, string> = {};
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at);
    const length = Number(content.toString('latin1', at, space));
    if (!(length > 0)) throw new Error('archive/tar: invalid tar header');
    const record = content.toString('utf8', space + 1, at + length - 1);
    const equals = record.indexOf('=');
    records[record.slice(0, equals)] = record.slice(equals + 1);
    at += length;
  }
  return records;
}

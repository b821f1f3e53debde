import type { Attributes } from './file-node.ts';

/** One member of an archive; the path of a folder has no slash at its end. */
export type TarEntry = Attributes & { readonly path: string } & (
    | { readonly kind: 'file'; readonly bytes: Buffer }
    | { readonly kind: 'directory' }
    | { readonly kind: 'link'; readonly target: string }
    | { readonly kind: 'hardlink'; readonly target: string }
    | { readonly kind: 'device' }
  );

const blockBytes = 512;
const longestName = 100;
const typeflags = { file: '0', hardlink: '1', link: '2', device: '3', directory: '5' } as const;

/** The same bytes for the same entries. @see POSIX.1-2001, "ustar Interchange Format" and "pax Header Block" */
export function writeTar(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(writeEntry), Buffer.alloc(2 * blockBytes)]);
}

function writeEntry(entry: TarEntry): Buffer[] {
  const path = entry.kind === 'directory' && entry.path !== '' ? `${entry.path}/` : entry.path;
  const target = 'target' in entry ? entry.target : '';
  const bytes = entry.kind === 'file' ? entry.bytes : Buffer.alloc(0);
  const header = writeHeader({ ...entry, path, target, size: bytes.length, type: typeflags[entry.kind] });
  return [...writeLongNames(entry, path, target), header, ...padded(bytes)];
}

/** What does not fit into a header goes before it. */
function writeLongNames(entry: TarEntry, path: string, target: string): Buffer[] {
  const records = [
    ...(Buffer.byteLength(path) > longestName ? [paxRecord('path', path)] : []),
    ...(Buffer.byteLength(target) > longestName ? [paxRecord('linkpath', target)] : []),
  ];
  if (records.length === 0) return [];
  const bytes = Buffer.from(records.join(''));
  const header = { ...entry, path: 'PaxHeaders', target: '', mode: 0o644, size: bytes.length, type: 'x' };
  return [writeHeader(header), ...padded(bytes)];
}

/** The length counts itself. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(rest);
  while (String(length).length + Buffer.byteLength(rest) !== length) {
    length = String(length).length + Buffer.byteLength(rest);
  }
  return `${length}${rest}`;
}

interface Header extends Attributes {
  readonly path: string;
  readonly target: string;
  readonly size: number;
  readonly type: string;
}

function writeHeader({ path, target, mode, uid, gid, modifiedMs, size, type }: Header): Buffer {
  const header = Buffer.alloc(blockBytes);
  header.write(path, 0, longestName);
  header.write(octal(mode, 7), 100);
  header.write(octal(uid, 7), 108);
  header.write(octal(gid, 7), 116);
  header.write(octal(size, 11), 124);
  header.write(octal(Math.max(0, Math.floor(modifiedMs / 1000)), 11), 136);
  header.write(type, 156);
  header.write(target, 157, longestName);
  header.write('ustar\x0000', 257);
  header.write(`${octal(checksum(header), 6)} `, 148);
  return header;
}

function octal(value: number, digits: number): string {
  return `${value.toString(8).padStart(digits, '0')}\0`;
}

/** The checksum field itself counts as eight spaces. */
function checksum(header: Buffer): number {
  return header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0);
}

function padded(bytes: Buffer): Buffer[] {
  return [bytes, Buffer.alloc((blockBytes - (bytes.length % blockBytes)) % blockBytes)];
}

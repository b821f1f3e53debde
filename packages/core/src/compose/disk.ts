import { constants } from 'node:fs';
import { lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import { type ErrorCode, GopdaterError } from '../errors.ts';
import type { Node } from './node.ts';
import { formatPlace } from './tree.ts';
import { decodeYaml } from './yaml-encoding.ts';

/** One question to the disk and what it answered; asked again, it tells whether anything has changed. */
export interface Look {
  readonly kind: 'text' | 'is-file' | 'is-directory' | 'real-path' | 'names';
  readonly path: string;
  /** Of `names`: those that were asked for. */
  readonly asked: readonly string[];
  readonly found: string | Uint8Array;
}

/** The disk as one load sees it: whatever it looks at goes through here. */
export interface Disk {
  /**
   * What is no UTF-8 of it is replaced.
   *
   * @param mentionedAt  the node that names the file, for the error message
   */
  readText(file: string, mentionedAt?: Node): Promise<string>;
  /** As {@link decodeYaml} reads it. */
  readYaml(file: string, mentionedAt?: Node): Promise<string>;
  /** Whether there is something that is no directory. */
  isFile(path: string): Promise<boolean>;
  isDirectory(path: string): Promise<boolean>;
  /** An absolute path without the first link in it; `undefined` if that leads nowhere. */
  realPath(path: string): Promise<string | undefined>;
  /** Those of the names that a directory holds; none, if it cannot be listed. */
  namesIn(directory: string, names: readonly string[]): Promise<readonly string[]>;
}

/** A compose file of 1 MB is large; what is larger than this is none. */
const maxFileBytes = 4_000_000;
/** What one load may read: a file may be named many times. */
const maxTotalBytes = 64_000_000;

/** @param onLook  told of everything that is looked at */
export function createDisk(onLook: (look: Look) => void = () => {}): Disk {
  let totalBytes = 0;
  const read = async (file: string, mentionedAt?: Node): Promise<Buffer> => {
    let bytes: Buffer;
    try {
      bytes = await readBounded(file);
    } catch (error) {
      const { code, what, hint } = reasonOf(error);
      onLook({ kind: 'text', path: file, asked: [], found: `\0${what}` });
      throw problem(code, what, hint, error);
    }
    onLook({ kind: 'text', path: file, asked: [], found: bytes });
    totalBytes += bytes.length;
    if (totalBytes <= maxTotalBytes) return bytes;
    const limit = `is one too many: its project has ${maxTotalBytes / 1e6} MB of files`;
    throw problem('COMPOSE_FILE_INVALID', limit, 'Name each file once.');

    function problem(code: ErrorCode, what: string, hint: string, cause?: unknown): GopdaterError {
      const place = mentionedAt === undefined ? '' : `${formatPlace(mentionedAt)}: `;
      return new GopdaterError(code, `${place}the file ${file} ${what}.`, { hint, cause });
    }
  };
  return {
    readText: async (file, mentionedAt) => (await read(file, mentionedAt)).toString(),
    readYaml: async (file, mentionedAt) => decodeYaml(await read(file, mentionedAt), file),
    async isFile(path) {
      const found = await isFile(path);
      onLook({ kind: 'is-file', path, asked: [], found: `${found}` });
      return found;
    },
    async isDirectory(path) {
      const found = await isDirectory(path);
      onLook({ kind: 'is-directory', path, asked: [], found: `${found}` });
      return found;
    },
    async realPath(path) {
      const found = await realPath(path);
      onLook({ kind: 'real-path', path, asked: [], found: found ?? '' });
      return found;
    },
    async namesIn(directory, names) {
      const found = await namesIn(directory, names);
      onLook({ kind: 'names', path: directory, asked: names, found: found.join() });
      return found;
    },
  };
}

/** The disk as if these files had these texts. */
export function withTexts(disk: Disk, texts: Readonly<Record<string, string>>): Disk {
  return {
    ...disk,
    readText: async (file, mentionedAt) => texts[file] ?? (await disk.readText(file, mentionedAt)),
    readYaml: async (file, mentionedAt) => texts[file] ?? (await disk.readYaml(file, mentionedAt)),
  };
}

async function readBounded(file: string): Promise<Buffer> {
  const { size, isRegular } = await kindOf(file);
  if (file === '/dev/null') return Buffer.alloc(0);
  if (!isRegular) throw new UnreadableError('is neither a file nor a directory');
  if (size > maxFileBytes) throw new UnreadableError(`is larger than ${maxFileBytes / 1e6} MB`);
  await using handle = await open(file, constants.O_RDONLY);
  const buffer = Buffer.alloc(size + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length);
    length += bytesRead;
    if (bytesRead === 0 || length === size) return buffer.subarray(0, length);
    if (length === buffer.length) throw new UnreadableError('grows while it is read');
  }
}

async function kindOf(file: string): Promise<{ readonly size: number; readonly isRegular: boolean }> {
  const stats = await stat(file);
  if (stats.isDirectory()) throw new UnreadableError('is a directory');
  return { size: stats.size, isRegular: stats.isFile() };
}

async function isFile(path: string): Promise<boolean> {
  try {
    return !(await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

async function realPath(path: string): Promise<string | undefined> {
  for (let end = path.indexOf('/', 1); ; end = path.indexOf('/', end + 1)) {
    const part = end < 0 ? path : path.slice(0, end);
    const isLink = await lstat(part).then(
      stats => stats.isSymbolicLink(),
      () => false,
    );
    if (isLink) {
      return await realpath(part).then(
        real => `${real}${path.slice(part.length)}`,
        () => undefined,
      );
    }
    if (end < 0) return path;
  }
}

async function namesIn(directory: string, names: readonly string[]): Promise<readonly string[]> {
  try {
    const held = new Set(await readdir(directory));
    return names.filter(name => held.has(name));
  } catch {
    return [];
  }
}

class UnreadableError extends Error {}

interface Reason {
  readonly code: ErrorCode;
  readonly what: string;
  readonly hint: string;
}

function reasonOf(error: unknown): Reason {
  if (error instanceof UnreadableError) {
    const hint = error.message === 'is a directory' ? 'Name the file inside it.' : 'Name a text file.';
    return { code: 'COMPOSE_FILE_INVALID', what: error.message, hint };
  }
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return { code: 'COMPOSE_FILE_NOT_FOUND', what: 'does not exist', hint: 'Check the path, or create the file.' };
  }
  return { code: 'COMPOSE_FILE_INVALID', what: `cannot be read (${code})`, hint: 'Check its permissions.' };
}

import { posix } from 'node:path';
import { type Directory, type FileNode, makeDirectory, makeFile, nodeAt, splitPath, withNode } from './file-node.ts';

/** Why a path cannot be used, in the words of the C library. */
export class FileError extends Error {
  override readonly name = 'FileError';
  readonly code: keyof typeof reasons;

  constructor(code: keyof typeof reasons) {
    super(reasons[code]);
    this.code = code;
  }
}

const reasons = {
  ENOENT: 'No such file or directory',
  ENOTDIR: 'Not a directory',
  EISDIR: 'Is a directory',
  EEXIST: 'File exists',
  ENOTEMPTY: 'Directory not empty',
  EROFS: 'Read-only file system',
  ELOOP: 'Too many levels of symbolic links',
  EBUSY: 'Resource busy',
} as const;

/** Files that several containers may share: a volume. */
export interface FileTree {
  root: FileNode;
}

export interface FileMount {
  /** Absolute. */
  readonly path: string;
  readonly tree: FileTree;
  readonly isWritable: boolean;
  /** Only processes see it; others see where it is mounted. Default false. */
  readonly isInside?: boolean;
}

export interface FileSystemOptions {
  /** A tree is shared, a node is not. */
  readonly root: FileNode | FileTree;
  readonly mounts?: readonly FileMount[];
  readonly isWritable?: boolean;
  readonly now: () => number;
}

const mostLinks = 40;

/** What a container sees: its root, and what is mounted in it. Paths are absolute, and links in them are followed. */
export class FileSystem {
  readonly #own: FileTree;
  readonly #mounts: readonly FileMount[];
  readonly #now: () => number;

  constructor({ root, mounts = [], isWritable = true, now }: FileSystemOptions) {
    this.#own = 'root' in root ? root : { root };
    this.#now = now;
    const byDepth = [...mounts].sort((a, b) => b.path.length - a.path.length);
    this.#mounts = [...byDepth, { path: '/', tree: this.#own, isWritable }];
    for (const mount of mounts) this.#makeMountPoint(mount);
  }

  /** As somebody sees it who is no process in it. */
  fromOutside(): FileSystem {
    const mounts = this.#mounts.filter(({ path, isInside = false }) => path !== '/' && !isInside);
    const isWritable = this.#mounts.at(-1)?.isWritable ?? true;
    return new FileSystem({ root: this.#own, mounts, isWritable, now: this.#now });
  }

  /** Without what is mounted. */
  get root(): FileNode {
    return this.#own.root;
  }

  /** The path without links and dots; the last element may be missing. */
  resolve(path: string, { followLast = true }: { readonly followLast?: boolean } = {}): string {
    let left = path.split('/');
    let at = '/';
    for (let links = 0; left.length > 0; ) {
      const [part = '', ...rest] = left;
      left = rest;
      if (part === '' || part === '.') continue;
      if (part === '..') {
        at = posix.dirname(at);
        continue;
      }
      const next = posix.join(at, part);
      const node = this.#lookUp(next);
      const isLast = rest.every(one => one === '' || one === '.');
      if (node?.kind === 'link' && (followLast || !isLast)) {
        links += 1;
        if (links > mostLinks) throw new FileError('ELOOP');
        left = [...node.target.split('/'), ...rest];
        if (node.target.startsWith('/')) at = '/';
      } else if (node === undefined && !isLast) {
        throw new FileError('ENOENT');
      } else if (node !== undefined && node.kind !== 'directory' && !isLast) {
        throw new FileError('ENOTDIR');
      } else {
        at = next;
      }
    }
    return at;
  }

  find(path: string, options?: { readonly followLast?: boolean }): FileNode | undefined {
    try {
      return this.#lookUp(this.resolve(path, options));
    } catch (error) {
      if (error instanceof FileError) return undefined;
      throw error;
    }
  }

  /** Throws FileError `ENOENT`. */
  get(path: string, options?: { readonly followLast?: boolean }): FileNode {
    const node = this.#lookUp(this.resolve(path, options));
    if (!node) throw new FileError('ENOENT');
    return node;
  }

  read(path: string): Buffer {
    const node = this.get(path);
    if (node.kind === 'directory') throw new FileError('EISDIR');
    return node.kind === 'file' ? node.bytes : Buffer.alloc(0);
  }

  /** With what is mounted in it. */
  list(path: string): Directory {
    const at = this.resolve(path);
    const node = this.get(at);
    if (node.kind !== 'directory') throw new FileError('ENOTDIR');
    const mounted = this.#mounts
      .filter(mount => mount.path !== '/' && posix.dirname(mount.path) === at)
      .map(({ path, tree }) => [posix.basename(path), tree.root] as const);
    return mounted.length === 0 ? node : { ...node, entries: new Map([...node.entries, ...mounted]) };
  }

  /** Makes the file, or replaces its content. */
  write(path: string, content: Buffer | string): void {
    const at = this.resolve(path);
    const old = this.#lookUp(at);
    if (old?.kind === 'directory') throw new FileError('EISDIR');
    if (old?.kind === 'device') return;
    this.#checkParent(at);
    this.#put(at, { ...makeFile(content), ...(old && { mode: old.mode }), modifiedMs: this.#now() });
  }

  append(path: string, content: Buffer): void {
    const old = this.find(path);
    this.write(path, old?.kind === 'file' ? Buffer.concat([old.bytes, content]) : content);
  }

  touch(path: string): void {
    const old = this.find(path);
    if (!old) this.write(path, '');
    else this.#put(this.resolve(path), { ...old, modifiedMs: this.#now() });
  }

  makeDirectory(path: string, { parents = false }: { readonly parents?: boolean } = {}): void {
    const parts = splitPath(path);
    if (parents && parts.length > 1) {
      const parent = `/${parts.slice(0, -1).join('/')}`;
      if (!this.find(parent)) this.makeDirectory(parent, { parents });
    }
    const at = this.resolve(path);
    const old = this.#lookUp(at);
    if (old?.kind === 'directory' && parents) return;
    if (old) throw new FileError('EEXIST');
    this.#checkParent(at);
    this.#put(at, { ...makeDirectory(), modifiedMs: this.#now() });
  }

  /** Puts a node where the path leads, whatever was there; a link there is replaced, not followed. */
  place(path: string, node: FileNode): void {
    const at = this.resolve(path, { followLast: false });
    this.#checkParent(at);
    this.#put(at, node);
  }

  remove(path: string, { recursive = false }: { readonly recursive?: boolean } = {}): void {
    const at = this.resolve(path, { followLast: false });
    const node = this.#lookUp(at);
    if (!node) throw new FileError('ENOENT');
    if (this.#mounts.some(mount => mount.path === at)) throw new FileError('EBUSY');
    if (node.kind === 'directory' && node.entries.size > 0 && !recursive) throw new FileError('ENOTEMPTY');
    this.#put(at, undefined);
  }

  #checkParent(at: string): void {
    const parent = this.#lookUp(posix.dirname(at));
    if (!parent) throw new FileError('ENOENT');
    if (parent.kind !== 'directory') throw new FileError('ENOTDIR');
  }

  #lookUp(path: string): FileNode | undefined {
    const { tree, parts } = this.#locate(path);
    return nodeAt(tree.root, parts);
  }

  #put(path: string, node: FileNode | undefined): void {
    const { tree, parts, isWritable } = this.#locate(path);
    if (!isWritable) throw new FileError('EROFS');
    tree.root = withNode(tree.root, parts, node);
  }

  #locate(path: string): FileMount & { readonly parts: readonly string[] } {
    for (const mount of this.#mounts) {
      const inside = mount.path === '/' || path === mount.path || path.startsWith(`${mount.path}/`);
      if (inside) return { ...mount, parts: splitPath(mount.path === '/' ? path : path.slice(mount.path.length)) };
    }
    throw new FileError('ENOENT');
  }

  /** As the engine does when it starts a container. */
  #makeMountPoint({ path, tree }: FileMount): void {
    const parts = splitPath(path);
    if (nodeAt(this.#own.root, parts)) return;
    const point = tree.root.kind === 'directory' ? makeDirectory() : makeFile('', { mode: 0o755 });
    this.#own.root = withNode(this.#own.root, parts, { ...point, modifiedMs: this.#now() });
  }
}

/** What a path leads to. Nodes never change: a change makes new ones from the root down, and shares all others. */
export type FileNode = RegularFile | Directory | SymbolicLink | Device;

export interface Attributes {
  /** Permission bits, e.g. `0o644`. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly modifiedMs: number;
}

export interface RegularFile extends Attributes {
  readonly kind: 'file';
  readonly bytes: Buffer;
}

export interface Directory extends Attributes {
  readonly kind: 'directory';
  readonly entries: ReadonlyMap<string, FileNode>;
}

export interface SymbolicLink extends Attributes {
  readonly kind: 'link';
  readonly target: string;
}

/** Like `/dev/null`: reads as empty, forgets what is written. */
export interface Device extends Attributes {
  readonly kind: 'device';
}

export function makeFile(content: Buffer | string, attributes: Partial<Attributes> = {}): RegularFile {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return { kind: 'file', ...owned(0o644), ...attributes, bytes };
}

export function makeDirectory(entries: Iterable<readonly [string, FileNode]> = [], mode = 0o755): Directory {
  return { kind: 'directory', ...owned(mode), entries: new Map(entries) };
}

export function makeLink(target: string): SymbolicLink {
  return { kind: 'link', ...owned(0o777), target };
}

export function makeDevice(): Device {
  return { kind: 'device', ...owned(0o666) };
}

/** `a/b/../c` → `['a', 'c']` */
export function splitPath(path: string): string[] {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts;
}

/** Follows no links. */
export function nodeAt(root: FileNode, parts: readonly string[]): FileNode | undefined {
  let node: FileNode | undefined = root;
  for (const part of parts) node = node?.kind === 'directory' ? node.entries.get(part) : undefined;
  return node;
}

/** A root where the path leads to the node, or nowhere; folders on the way are made. */
export function withNode(root: FileNode, parts: readonly string[], node: FileNode | undefined): FileNode {
  const [first, ...rest] = parts;
  if (first === undefined) return node ?? makeDirectory();
  const folder = root.kind === 'directory' ? root : makeDirectory();
  const entries = new Map(folder.entries);
  if (rest.length > 0) entries.set(first, withNode(entries.get(first) ?? makeDirectory(), rest, node));
  else if (node === undefined) entries.delete(first);
  else entries.set(first, node);
  return { ...folder, entries };
}

/** Of its contents and those below it. */
export function sizeOf(node: FileNode): number {
  if (node.kind === 'file') return node.bytes.length;
  if (node.kind !== 'directory') return 0;
  return [...node.entries.values()].reduce((sum, entry) => sum + sizeOf(entry), 0);
}

function owned(mode: number): Attributes {
  return { mode, uid: 0, gid: 0, modifiedMs: 0 };
}

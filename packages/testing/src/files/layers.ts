import { posix } from 'node:path';
import { type Directory, type FileNode, makeDirectory, nodeAt, splitPath, withNode } from './file-node.ts';
import { readTar } from './read-tar.ts';
import type { TarEntry } from './tar.ts';

const whiteout = '.wh.';
const opaque = '.wh..wh..opq';

/** Applies layers, each a tar archive, gzipped or not, to a root. @see OCI Image Format Specification v1.1, "Layer" */
export function applyLayers(root: FileNode, layers: readonly Buffer[]): FileNode {
  return layers.reduce((below, layer) => readTar(layer).reduce(applyEntry, below), root);
}

/** What has to be in a layer that makes `after` of `before`. */
export function layerOf(before: FileNode, after: FileNode): TarEntry[] {
  return compare('', before, after).flatMap(({ path, kind, node }): TarEntry[] => {
    const name = path.slice(1);
    if (kind === 'deleted') {
      const marker = posix.join(posix.dirname(name), `${whiteout}${posix.basename(name)}`);
      return [{ kind: 'file', path: marker, mode: 0o644, uid: 0, gid: 0, modifiedMs: 0, bytes: Buffer.alloc(0) }];
    }
    if (node.kind !== 'directory') return [{ ...node, path: name }];
    const { entries: _, ...attributes } = node;
    return [{ ...attributes, path: name }];
  });
}

export interface FileChange {
  readonly path: string;
  readonly kind: 'modified' | 'added' | 'deleted';
  /** As it is now; for a deleted one, as it was. */
  readonly node: FileNode;
}

/** What differs, sorted by path. A folder counts as modified if something in it was added or deleted. */
export function compare(path: string, before: FileNode | undefined, after: FileNode | undefined): FileChange[] {
  if (before === after) return [];
  if (after === undefined) return before === undefined ? [] : [{ path, kind: 'deleted', node: before }];
  const [old, now] = [entriesOf(before), entriesOf(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])].sort();
  const below = names.flatMap(name => compare(`${path}/${name}`, old.get(name), now.get(name)));
  if (before === undefined) return [{ path, kind: 'added', node: after }, ...below];
  const isTouched = after.kind !== 'directory' || before.kind !== 'directory' || below.length > 0;
  return path === '' || !isTouched ? below : [{ path, kind: 'modified', node: after }, ...below];
}

function entriesOf(node: FileNode | undefined): Directory['entries'] {
  return node?.kind === 'directory' ? node.entries : new Map();
}

function applyEntry(root: FileNode, entry: TarEntry): FileNode {
  const parts = splitPath(entry.path);
  const name = parts.at(-1) ?? '';
  const folder = parts.slice(0, -1);
  if (name === opaque) return withNode(root, folder, makeDirectory());
  if (name.startsWith(whiteout)) return withNode(root, [...folder, name.slice(whiteout.length)], undefined);
  if (parts.length === 0) return root;
  const { path: _, ...node } = entry;
  const old = nodeAt(root, parts);
  switch (node.kind) {
    case 'directory':
      return withNode(root, parts, { ...node, entries: entriesOf(old) });
    case 'hardlink':
      return withNode(root, parts, nodeAt(root, splitPath(node.target)));
    default:
      return withNode(root, parts, node);
  }
}

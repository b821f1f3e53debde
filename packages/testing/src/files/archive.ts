import { posix } from 'node:path';
import type { FileNode } from './file-node.ts';
import type { FileSystem } from './file-system.ts';
import type { TarEntry } from './tar.ts';

/** A node and all below it, as members of an archive; with an empty name its root has no member of its own. */
export function archiveOf(name: string, node: FileNode): TarEntry[] {
  if (node.kind !== 'directory') return [{ ...node, path: name }];
  const { entries, ...attributes } = node;
  const own: TarEntry[] = name === '' ? [] : [{ ...attributes, path: name }];
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  return [...own, ...sorted.flatMap(([entry, below]) => archiveOf(name === '' ? entry : `${name}/${entry}`, below))];
}

/** Puts the members of an archive into a folder. A folder that is there already keeps what is in it. */
export function extractInto(
  files: FileSystem,
  folder: string,
  entries: readonly TarEntry[],
  { mayReplaceFolder = true }: { readonly mayReplaceFolder?: boolean } = {},
): void {
  for (const entry of entries) {
    if (entry.path === '') continue;
    const path = posix.join(folder, entry.path);
    const old = files.find(path, { followLast: false });
    const isFolder = entry.kind === 'directory';
    if (!mayReplaceFolder && old && (old.kind === 'directory') !== isFolder) {
      const [what, by] = isFolder ? ['non-directory', 'directory'] : ['directory', 'non-directory'];
      throw new Error(`cannot overwrite ${what} "${path}" with ${by} "${folder}"`);
    }
    if (!files.find(posix.dirname(path))) files.makeDirectory(posix.dirname(path), { parents: true });
    files.place(path, nodeOf(files, folder, entry, old));
  }
}

function nodeOf(files: FileSystem, folder: string, entry: TarEntry, old: FileNode | undefined): FileNode {
  const { path: _, ...node } = entry;
  switch (node.kind) {
    case 'directory':
      return { ...node, entries: old?.kind === 'directory' ? old.entries : new Map() };
    case 'hardlink':
      return files.get(posix.join(folder, node.target), { followLast: false });
    default:
      return node;
  }
}

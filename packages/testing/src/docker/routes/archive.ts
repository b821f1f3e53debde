import { posix } from 'node:path';
import { EngineError } from '../../errors.ts';
import { archiveOf, extractInto } from '../../files/archive.ts';
import { type Directory, type FileNode, sizeOf } from '../../files/file-node.ts';
import { FileError, type FileSystem } from '../../files/file-system.ts';
import { readTar } from '../../files/read-tar.ts';
import { type TarEntry, writeTar } from '../../files/tar.ts';
import { empty, flag, type Reply, type Route, type RouteCall } from '../router.ts';
import { filesOf } from '../state/container-files.ts';
import type { ContainerRecord } from '../state/container-record.ts';
import { emitVolumes } from '../state/container-resources.ts';
import { emitContainer, findContainer } from '../state/containers.ts';
import { longestBuffered } from '../wire/respond.ts';

/** What `docker cp` uses; also of a container that does not run. */
export const archiveRoutes: readonly Route[] = [
  { method: 'HEAD', path: '/containers/{id}/archive', handle: call => withVolumes(call, stat) },
  { method: 'GET', path: '/containers/{id}/archive', handle: call => withVolumes(call, get) },
  { method: 'PUT', path: '/containers/{id}/archive', handle: call => withVolumes(call, put), takesBytes: true },
];

/** Bits of a file mode in Go, beside the permissions. */
const goModes = { file: 0, directory: 2 ** 31, link: 2 ** 27, device: 2 ** 26 + 2 ** 21 } as const;

/** Whatever the container does, its volumes are mounted for it. */
function withVolumes(call: RouteCall, act: (call: RouteCall) => Reply): Reply {
  const container = findContainer(call.state, call.params.id ?? '');
  if (!call.query.path) throw new EngineError(400, 'bad parameter: pathcannot be empty');
  emitVolumes(call.state, container, 'mount');
  try {
    return act(call);
  } finally {
    emitVolumes(call.state, container, 'unmount');
  }
}

function stat(call: RouteCall): Reply {
  const { headers } = look(call);
  return { kind: 'text', headers, body: '' };
}

function get(call: RouteCall): Reply {
  const { container, path, node, headers } = look(call);
  const name = posix.basename(path) || '/';
  emitContainer(call.state, container, 'archive-path');
  // A folder asked for with a dot at its end is given without its name.
  const shownName = call.query.path?.endsWith('/.') ? '.' : name === '/' ? '' : name;
  const body = writeTar(archiveOf(shownName, node));
  const length = body.length <= longestBuffered && { 'Content-Length': String(body.length) };
  return { kind: 'bytes', body: [body], type: 'application/x-tar', headers: { ...headers, ...length } };
}

function put({ state, params, query, bytes }: RouteCall): Reply {
  const container = findContainer(state, params.id ?? '');
  const files = filesOf(state, container).fromOutside();
  const path = query.path ?? '';
  const folder = files.find(path);
  if (!folder) throw missing(path, params.id ?? '');
  if (folder.kind !== 'directory') {
    throw new EngineError(state.profile.isSince28 ? 400 : 500, 'extraction point is not a directory');
  }
  if (container.spec.hostConfig.ReadonlyRootfs === true) {
    throw new EngineError(403, 'container rootfs is marked read-only');
  }
  extract(files, path, readArchive(bytes), { mayReplaceFolder: !flag(query.noOverwriteDirNonDir) });
  emitContainer(state, container, 'extract-to-dir');
  return empty(200);
}

function extract(
  files: FileSystem,
  path: string,
  entries: readonly TarEntry[],
  options: { readonly mayReplaceFolder: boolean },
): void {
  try {
    extractInto(files, files.resolve(path), entries, options);
  } catch (error) {
    if (error instanceof FileError && error.code === 'EROFS')
      throw new EngineError(403, 'mounted volume is marked read-only');
    throw new EngineError(400, error instanceof Error ? error.message : String(error));
  }
}

function readArchive(bytes: Buffer): TarEntry[] {
  try {
    return readTar(bytes);
  } catch (error) {
    throw new EngineError(500, error instanceof Error ? error.message : String(error));
  }
}

interface Found {
  readonly container: ContainerRecord;
  readonly path: string;
  readonly node: FileNode;
  readonly headers: Readonly<Record<string, string>>;
}

/** A link at the end is followed only if a slash or a dot says so, as `cp` does it. */
function look({ state, params, query }: RouteCall): Found {
  const container = findContainer(state, params.id ?? '');
  const files = filesOf(state, container).fromOutside();
  const path = query.path ?? '';
  const followLast = /\/\.?$/.test(path);
  const node = files.find(path, { followLast });
  if (!node) throw missing(path, params.id ?? '');
  return { container, path: posix.resolve('/', path), node, headers: statHeaders(path, node, files) };
}

function missing(path: string, nameOrId: string): EngineError {
  return new EngineError(404, `Could not find the file ${path} in container ${nameOrId}`);
}

function statHeaders(path: string, node: FileNode, files: FileSystem): Readonly<Record<string, string>> {
  const stat = {
    name: posix.basename(posix.resolve('/', path)) || '/',
    size: node.kind === 'directory' ? folderSize(node) : sizeOf(node),
    mode: goModes[node.kind] + node.mode,
    mtime: new Date(node.modifiedMs).toISOString().replace('.000Z', 'Z'),
    linkTarget: node.kind === 'link' ? linkTarget(path, node.target, files) : '',
  };
  return { 'X-Docker-Container-Path-Stat': Buffer.from(JSON.stringify(stat)).toString('base64') };
}

/** In bytes, as tmpfs has it; others count in blocks. */
function folderSize({ entries }: Directory): number {
  return 20 * (2 + entries.size);
}

/** Absolute, as the engine resolves it; where it leads nowhere, as it stands. */
function linkTarget(path: string, target: string, files: FileSystem): string {
  const absolute = posix.resolve(posix.dirname(posix.resolve('/', path)), target);
  return files.find(path) ? files.resolve(path) : absolute;
}

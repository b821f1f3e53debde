import { type FileNode, makeDirectory, makeFile, nodeAt, splitPath, withNode } from '../../files/file-node.ts';
import { type FileMount, FileSystem, type FileTree } from '../../files/file-system.ts';
import { stringOf } from '../wire/json.ts';
import type { ContainerRecord, Mount } from './container-record.ts';
import type { EngineState } from './engine-state.ts';

/** What the container sees: its image's files and its own changes, with its volumes in them. */
export function filesOf(state: EngineState, container: ContainerRecord): FileSystem {
  container.files ??= new FileSystem({
    root: withFolder(state.images.rootOf(container.image), folderOf(container)),
    mounts: [
      ...networkFiles(container),
      ...givenFiles(state, container),
      ...container.mounts.map(mount => fileMount(state, mount)),
    ],
    isWritable: container.spec.hostConfig.ReadonlyRootfs !== true,
    now: () => state.clock.now(),
  });
  return container.files;
}

/** Where its programs start. */
export function folderOf({ spec, image }: ContainerRecord): string {
  return stringOf(spec.config.WorkingDir) ?? image.config.WorkingDir ?? '/';
}

/** The engine makes the folder that a container starts in. */
function withFolder(root: FileNode, folder: string): FileNode {
  const parts = splitPath(folder);
  return nodeAt(root, parts) ? root : withNode(root, parts, makeDirectory());
}

/** A volume that is empty gets what the image has in its place. */
export function fillVolumes(state: EngineState, { mounts, image }: ContainerRecord): void {
  if (!image.behaviour.hasFiles) return;
  for (const { type, name, destination, copies } of mounts) {
    const files = type === 'volume' && copies ? state.volumes.get(name)?.files : undefined;
    if (!files || !isEmpty(files.root)) continue;
    const found = nodeAt(state.images.rootOf(image), splitPath(destination));
    if (found?.kind === 'directory') files.root = found;
  }
}

export function hostnameOf({ id, spec }: ContainerRecord): string {
  return spec.hostname ?? id.slice(0, 12);
}

function fileMount(state: EngineState, { type, name, source, destination, isWritable }: Mount): FileMount {
  const tree = type === 'volume' ? state.volumes.get(name)?.files : hostFiles(state, source);
  return { path: destination, tree: tree ?? { root: makeDirectory() }, isWritable };
}

/** The fake's own, empty at first: it does not look at the machine it runs on. */
function hostFiles({ hostFiles: all }: EngineState, source: string): FileTree {
  const tree = all.get(source) ?? { root: makeDirectory() };
  all.set(source, tree);
  return tree;
}

/** What the engine puts into each container. */
function networkFiles(container: ContainerRecord): FileMount[] {
  const hostname = hostnameOf(container);
  const [endpoint] = container.endpoints.values();
  const own = endpoint?.ipAddress ? `${endpoint.ipAddress}\t${hostname}\n` : '';
  return [
    { path: '/etc/hostname', content: `${hostname}\n` },
    { path: '/etc/hosts', content: `127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n${own}` },
    { path: '/etc/resolv.conf', content: 'nameserver 127.0.0.11\noptions ndots:0\n' },
  ].map(({ path, content }) => ({ path, tree: { root: makeFile(content) }, isWritable: true }));
}

function givenFiles({ clock }: EngineState, { spec: { givenFiles = [] } }: ContainerRecord): FileMount[] {
  return givenFiles.map(({ path, content, ...attributes }) => ({
    path,
    tree: { root: makeFile(content, { ...attributes, modifiedMs: clock.now() }) },
    isWritable: false,
    isInside: true,
  }));
}

function isEmpty(node: FileNode): boolean {
  return node.kind === 'directory' && node.entries.size === 0;
}

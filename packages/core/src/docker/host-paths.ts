import { posix } from 'node:path';
import type { Mount } from './engine.ts';

/**
 * Whether a path is the same here, in a container with these mounts, and for Docker: a folder of the host at its own
 * path. A volume counts, too: whoever mounts one there says that Compose ran where it was mounted at that path.
 */
export function isSamePath(path: string, mounts: readonly Mount[]): boolean {
  const mount = mountOf(path, mounts);
  if (mount === undefined || mount.type === 'other') return false;
  return mount.type === 'volume' || hostPathOf(path, mounts) === posix.resolve(path);
}

/** The host's path for one of a container with these mounts; the path itself where nothing of the host is mounted. */
export function hostPathOf(path: string, mounts: readonly Mount[]): string {
  const normal = posix.resolve(path);
  const mount = mountOf(normal, mounts);
  return mount?.type === 'bind' ? posix.join(mount.source, posix.relative(mount.target, normal)) : normal;
}

/** The mount that a path of the container lies on; `undefined` if it is the container's own. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  const [nearest] = mounts
    .filter(({ target }) => isWithin(path, target))
    .sort((one, other) => other.target.length - one.target.length);
  return nearest;
}

/** Whether a path is a directory or below it. */
export function isWithin(path: string, directory: string): boolean {
  const relative = posix.relative(directory, path);
  return relative !== '..' && !relative.startsWith('../');
}

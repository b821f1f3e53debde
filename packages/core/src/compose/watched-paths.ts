import type { Disk } from './disk.ts';
import { type Mapping, mapping, type Node, scalar, sequence } from './node.ts';
import { invalid } from './problem.ts';
import { entryOf, itemsOf, stringOf, withEntry } from './tree.ts';

/**
 * Follows links in the paths that services watch.
 *
 * @param model  in its long form, with absolute paths
 */
export async function withWatchedPaths(model: Mapping, disk: Disk): Promise<Mapping> {
  const services = entryOf(model, 'services');
  if (services?.kind !== 'mapping' || !services.entries.values.some(isWatched)) return model;
  const values: Node[] = [];
  for (const service of services.entries.values) values.push(await serviceWithWatchedPaths(service, disk));
  return withEntry(model, 'services', mapping(services.entries.withValues(values), services));
}

/** Whether it watches paths. */
export function isWatched(service: Node): boolean {
  return itemsOf(entryOf(entryOf(service, 'develop'), 'watch')).length > 0;
}

/** The same for one service. */
export async function serviceWithWatchedPaths(service: Node, disk: Disk): Promise<Node> {
  const develop = entryOf(service, 'develop');
  const watches = entryOf(develop, 'watch');
  if (service.kind !== 'mapping' || develop?.kind !== 'mapping' || watches?.kind !== 'sequence') return service;
  const items: Node[] = [];
  for (const watch of watches.items) items.push(await withRealPath(watch, disk));
  return withEntry(service, 'develop', withEntry(develop, 'watch', sequence(items, watches)));
}

async function withRealPath(watch: Node, disk: Disk): Promise<Node> {
  const path = entryOf(watch, 'path');
  const written = stringOf(path);
  if (watch.kind !== 'mapping' || path === undefined || written === undefined) return watch;
  const real = await disk.realPath(written);
  if (real === undefined) throw invalid(watch, `${written} is a link that leads nowhere.`, 'Correct the link.');
  return withEntry(watch, 'path', scalar(real, path));
}

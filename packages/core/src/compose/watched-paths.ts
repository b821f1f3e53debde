import type { Disk } from './disk.ts';
import { invalid } from './problem.ts';
import { createRewrites, rewriteModel } from './rewrite.ts';
import { entriesOf, entryOf, itemsOf, type Mapping, scalar, stringOf } from './tree.ts';

/**
 * Follows links in the paths that services watch.
 *
 * @param model  in its long form, with absolute paths
 */
export async function withWatchedPaths(model: Mapping, disk: Disk): Promise<Mapping> {
  const paths = new Map<string, string>();
  for (const service of entriesOf(entryOf(model, 'services')).values) {
    for (const watch of itemsOf(entryOf(entryOf(service, 'develop'), 'watch'))) {
      const path = stringOf(entryOf(watch, 'path'));
      if (path === undefined) continue;
      const real = await disk.realPath(path);
      if (real === undefined) throw invalid(watch, `${path} is a link that leads nowhere.`, 'Correct the link.');
      paths.set(path, real);
    }
  }
  return paths.size === 0 ? model : rewriteModel(model, rules, paths);
}

const rules = createRewrites<ReadonlyMap<string, string>>([
  [
    'services.*.develop.watch.*.path',
    (node, _at, paths) => {
      const path = stringOf(node);
      const real = path === undefined ? undefined : paths.get(path);
      return real === undefined || real === path ? node : scalar(real, node);
    },
  ],
]);
